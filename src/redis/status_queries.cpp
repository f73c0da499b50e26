#include "dkr/redis/status_queries.hpp"

#include <string>
#include <vector>

#include "dkr/redis/connection.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

Result<std::vector<Reply>, Failure> ask(const Endpoint& server, const Access& access,
                                        const std::vector<std::vector<std::string>>& questions,
                                        TimePoint deadline) {
  auto connection = Connection::open(server, access, deadline);
  if (!connection) {
    return connection.error();
  }
  return connection->ask_all(questions, deadline);
}

}  // namespace

SentinelStatus ask_sentinel_status(const Endpoint& sentinel, const Settings& settings,
                                   TimePoint deadline) {
  auto questions = sentinel_queries(settings.group.value);
  questions.push_back({"INFO", "server"});
  auto replies = ask(sentinel, sentinel_access(settings), questions, deadline);
  if (!replies) {
    return {unanswered<SentinelView>(sentinel, replies.error())};
  }
  const Reply server = replies->back();
  replies->pop_back();
  SentinelStatus status{sentinel_view(sentinel, *replies)};
  if (status.view.knows_group) {
    status.detail = sentinel_detail((*replies)[0], (*replies)[1], (*replies)[2], server);
  }
  return status;
}

NodeStatus ask_node_status(const Endpoint& node, const Settings& settings, TimePoint deadline) {
  const auto replies = ask(node, node_access(settings),
                           {{"INFO"},
                            {"CONFIG", "GET", "replica-announce-*"},
                            {"CONFIG", "GET", "min-replicas-*"},
                            {"TIME"}},
                           deadline);
  if (!replies) {
    return {unanswered<NodeView>(node, replies.error())};
  }
  NodeStatus status{node_view(node, (*replies)[0])};
  status.view.announced = announced_in((*replies)[1], node.port);
  status.detail = node_detail((*replies)[0], (*replies)[2], (*replies)[3]);
  return status;
}

}  // namespace dkr
