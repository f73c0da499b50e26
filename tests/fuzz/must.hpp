#pragma once

#include <cstdio>
#include <cstdlib>

namespace dkr::test {

/// Ends the program where something that always holds does not, and tells the line.
inline void must(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (!holds) {
    std::fprintf(stderr, "%s:%d: it does not hold\n", file, line);
    std::abort();
  }
}

}  // namespace dkr::test
