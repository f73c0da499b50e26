#include "dkr/core/conf/open_port.hpp"

#include <algorithm>
#include <string_view>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/default_user.hpp"

namespace dkr {
namespace {

bool only_loopback(const Directive* bind) {
  if (bind == nullptr || bind->values.empty()) {
    return false;
  }
  return std::all_of(bind->values.begin(), bind->values.end(), [](std::string_view address) {
    address.remove_prefix(address.starts_with('-') ? 1 : 0);
    return address.empty() || address.starts_with("127.") || address == "::1" ||
           address == "localhost";
  });
}

bool has_port(const std::vector<Directive>& effective) {
  return value_of(effective, "port", "usual") != "0" || value_of(effective, "tls-port", "0") != "0";
}

}  // namespace

bool is_reachable_by_everybody(const std::vector<Directive>& effective,
                               const std::optional<std::vector<Directive>>& acl_file) {
  return has_port(effective) && !only_loopback(last_of(effective, {"bind"})) &&
         is_default_open(effective, acl_file);
}

bool lacks_protected_mode(const std::vector<Directive>& effective,
                          const std::optional<std::vector<Directive>>& acl_file) {
  return last_of(effective, {"protected-mode"}) == nullptr &&
         is_reachable_by_everybody(effective, acl_file);
}

bool is_open_to_everybody(const std::vector<Directive>& effective,
                          const std::optional<std::vector<Directive>>& acl_file, bool sentinel) {
  const char* usual = sentinel ? "no" : "yes";
  return lower(value_of(effective, "protected-mode", usual)) == "no" &&
         is_reachable_by_everybody(effective, acl_file);
}

}  // namespace dkr
