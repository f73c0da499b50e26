#include "dkr/redis/orders.hpp"

#include "dkr/redis/connection.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

/// Returns the first failure of some commands; `otherwise` if there is none.
std::string first_failure(const Result<std::vector<Reply>, Failure>& replies,
                          const std::string& otherwise) {
  if (!replies) {
    return replies.error().text;
  }
  for (const Reply& reply : *replies) {
    if (reply.kind == Reply::Kind::error) {
      return reply.text;
    }
  }
  return otherwise;
}

}  // namespace

std::string ask_failover(const Endpoint& sentinel, const Settings& settings, TimePoint deadline) {
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  const auto reply = connection
                         ? connection->ask({"SENTINEL", "FAILOVER", settings.group.value}, deadline)
                         : Result<Reply, Failure>(connection.error());
  return reply ? reply->text : reply.error().text;
}

std::string repoint(const Endpoint& sentinel, const Settings& settings, const Endpoint& master,
                    TimePoint deadline) {
  const std::string& group = settings.group.value;
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  if (!connection) {
    return connection.error().text;
  }
  const auto before = connection->ask({"SENTINEL", "MASTER", group}, deadline);
  if (!before || before->kind != Reply::Kind::list) {
    return before ? before->text : before.error().text;
  }
  std::vector<std::string> set{"SENTINEL", "SET", group};
  for (const char* option : {"down-after-milliseconds", "failover-timeout", "parallel-syncs"}) {
    set.insert(set.end(), {option, field(*before, option)});
  }
  if (const Secret& password = node_password(settings); !password.empty()) {
    set.insert(set.end(), {"auth-pass", password.reveal()});
  }
  if (settings.username.given) {
    set.insert(set.end(), {"auth-user", settings.username.value});
  }
  return first_failure(connection->ask_all({{"SENTINEL", "REMOVE", group},
                                            {"SENTINEL", "MONITOR", group, master.host,
                                             std::to_string(master.port), field(*before, "quorum")},
                                            set},
                                           deadline),
                       "OK");
}

std::vector<std::vector<std::string>> follow_orders(const Endpoint& master) {
  return {{"REPLICAOF", master.host, std::to_string(master.port)},
          {"CONFIG", "REWRITE"},
          {"CLIENT", "KILL", "TYPE", "normal"}};
}

std::string give_orders(const Endpoint& node, const Settings& settings,
                        const std::vector<std::vector<std::string>>& commands, TimePoint deadline) {
  auto connection = Connection::open(node, node_access(settings), deadline);
  return connection ? first_failure(connection->ask_all(commands, deadline), "")
                    : connection.error().text;
}

}  // namespace dkr
