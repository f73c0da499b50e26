#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/redis/connection.hpp"

namespace dkr {

/// A data node, and our connection to it while it lasts.
class DataNode {
 public:
  DataNode(const Settings& settings, Endpoint at);

  [[nodiscard]] const Endpoint& at() const { return at_; }

  /// Sends a command, returns its reply; an error reply is a Reply, too. Failure: no reply came.
  Result<Reply, Failure> ask(const std::vector<std::string>& command, TimePoint deadline);

  /// Returns what the node says of itself; its role is unknown if it does not answer.
  NodeView look(TimePoint deadline);

 private:
  const Settings& settings_;
  Endpoint at_;
  std::optional<Connection> connection_;
};

}  // namespace dkr
