#pragma once

#include <string>
#include <vector>

namespace dkr {

/// What a server said.
struct Reply {
  enum class Kind { nil, text, integer, list, error };
  Kind kind = Kind::nil;
  std::string text;  ///< of a text or an error
  long long integer = 0;
  std::vector<Reply> items;  ///< of a list
};

}  // namespace dkr
