#include "dkr/app/outcome.hpp"

#include <cstdio>

#include "dkr/platform/log.hpp"

namespace dkr {

int fail(const Error& error) {
  log::error(error.text);
  return static_cast<int>(error.status);
}

int print(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return static_cast<int>(written && std::fflush(stdout) == 0 ? ExitStatus::ok : ExitStatus::os);
}

}  // namespace dkr
