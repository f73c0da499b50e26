#pragma once

#include <optional>
#include <vector>

#include "dkr/core/conf/conf.hpp"

namespace dkr {

/// True if everybody who reaches a data node with these directives, or a sentinel, can use it: it
/// listens on more than loopback, and its user `default` is open.
bool is_reachable_by_everybody(const std::vector<Directive>& effective,
                               const std::optional<std::vector<Directive>>& acl_file);

/// True if nothing says whether a data node protects itself, and with the server's own default it
/// would refuse everybody who reaches it. The official images are built with `protected-mode no`.
bool lacks_protected_mode(const std::vector<Directive>& effective,
                          const std::optional<std::vector<Directive>>& acl_file);

/// True if a server that everybody reaches lets them in.
bool is_open_to_everybody(const std::vector<Directive>& effective,
                          const std::optional<std::vector<Directive>>& acl_file, bool sentinel);

}  // namespace dkr
