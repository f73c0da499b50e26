#include "dkr/core/conf/secret_names.hpp"

#include <string>

#include "dkr/core/base/text.hpp"

namespace dkr {

bool names_secret(std::string_view word) {
  const std::string name = lower(word);
  const auto holds = [&](const char* part) { return name.find(part) != std::string::npos; };
  return name == "user" || name.ends_with("auth") || holds("pass") || holds("secret") ||
         holds("token");
}

}  // namespace dkr
