#pragma once

#include <map>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Returns each server once, even if it was asked both by name and by address; prefers the address.
std::vector<SentinelView> each_once(const std::vector<SentinelView>& asked);
std::vector<NodeView> each_once(const std::vector<NodeView>& asked);

/// Returns what the other sentinels call it; without a host if they do not know it.
Endpoint announced_name(const SentinelView& sentinel, const GroupView& view);
/// Returns what the node announces; without a host if it announces nothing.
Endpoint announced_name(const NodeView& node, const GroupView& view);

/// One name for each server of a group, at whatever address it was met.
class ServerNames {
 public:
  explicit ServerNames(const GroupView& view);

  /// Returns the name that the server announces, its address, or this endpoint if nobody answered
  /// there.
  [[nodiscard]] std::string of(const Endpoint& at) const;

 private:
  std::map<Endpoint, std::string> names_;
};

}  // namespace dkr
