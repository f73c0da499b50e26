#include "dkr/redis/data_node.hpp"

#include <utility>

#include "dkr/redis/queries.hpp"

namespace dkr {

DataNode::DataNode(const Settings& settings, Endpoint at)
    : settings_(settings), at_(std::move(at)) {}

Result<Reply, Failure> DataNode::ask(const std::vector<std::string>& command, TimePoint deadline) {
  if (!connection_) {
    auto opened = Connection::open(at_, node_access(settings_), deadline);
    if (!opened) {
      return opened.error();
    }
    connection_ = std::move(*opened);
  }
  auto reply = connection_->ask(command, deadline);
  if (!reply) {
    connection_.reset();
  }
  return reply;
}

NodeView DataNode::look(TimePoint deadline) {
  const auto info = ask({"INFO", "replication"}, deadline);
  return info ? node_view(at_, *info) : unanswered<NodeView>(at_, info.error());
}

}  // namespace dkr
