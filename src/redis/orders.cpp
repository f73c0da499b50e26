#include "dkr/redis/orders.hpp"

#include <optional>

#include "dkr/core/base/text.hpp"
#include "dkr/core/view/pause.hpp"
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

/// Returns the command that gives a sentinel the settings that another one has for the group, and
/// our login.
std::vector<std::string> settings_of(const Reply& known, const Settings& settings) {
  std::vector<std::string> set{"SENTINEL", "SET", settings.group.value};
  for (const char* option : {"down-after-milliseconds", "failover-timeout", "parallel-syncs"}) {
    set.insert(set.end(), {option, field(known, option)});
  }
  if (const Secret& password = node_password(settings); !password.empty()) {
    set.insert(set.end(), {"auth-pass", password.reveal()});
  }
  if (settings.username.given) {
    set.insert(set.end(), {"auth-user", settings.username.value});
  }
  return set;
}

/// True if the sentinel at the other end has this identity, or if that cannot be told.
bool is_that_one(Connection& sentinel, const std::string& id, TimePoint deadline) {
  const auto reply =
      id.empty() ? Result<Reply, Failure>(Reply{}) : sentinel.ask({"SENTINEL", "MYID"}, deadline);
  return reply && reply->text == id;
}

/// Returns whom a reply to GET-MASTER-ADDR-BY-NAME names; nullopt for an unknown group.
std::optional<Endpoint> named_in(const Reply& reply) {
  constexpr long long last_port = 65535;
  if (reply.items.size() != 2) {
    return std::nullopt;
  }
  return Endpoint{
      canonical_host(reply.items[0].text),
      static_cast<std::uint16_t>(parse_number(reply.items[1].text, 0, last_port).value_or(0))};
}

/// Returns why a sentinel cannot monitor a master whose name it cannot look up; empty: it can. Told
/// of such a master by a hello, it would keep the old one, and name it in the new epoch. It tries
/// the name on another group, and drops that before it does anything else.
std::string refusal_of(Connection& sentinel, const std::string& group, const Endpoint& master,
                       TimePoint deadline) {
  if (is_address(master.host)) {
    return {};
  }
  const std::string trial = group + ".trial";
  const auto replies = sentinel.ask_all(
      {{"SENTINEL", "MONITOR", trial, master.host, std::to_string(master.port), "1"},
       {"SENTINEL", "REMOVE", trial}},
      deadline);
  const std::string failure = first_failure(replies, "");
  return !replies || failure.starts_with("ERR Invalid IP address") ? failure : "";
}

}  // namespace

FailoverAnswer ask_failover(const FailoverSentinel& whom, const Settings& settings,
                            TimePoint deadline) {
  FailoverAnswer answer;
  for (const Endpoint& at : whom.addresses) {
    auto connection = Connection::open(at, sentinel_access(settings), deadline);
    if (!connection) {
      answer.text = connection.error().text;
      continue;
    }
    if (!is_that_one(*connection, whom.id, deadline)) {
      answer.text = "another sentinel answers there";
      continue;
    }
    const auto reply = connection->ask({"SENTINEL", "FAILOVER", settings.group.value}, deadline);
    return {reply ? reply->text : reply.error().text, !reply};
  }
  return answer;
}

std::string repoint(const Repointing& whom, const Settings& settings, const Endpoint& master,
                    std::uint64_t epoch, TimePoint deadline) {
  const std::string& group = settings.group.value;
  auto connection = Connection::open(whom.sentinel, sentinel_access(settings), deadline);
  if (!connection) {
    return connection.error().text;
  }
  if (auto refusal = refusal_of(*connection, group, master, deadline); !refusal.empty()) {
    return refusal;
  }
  const std::vector<std::string> whom_it_names{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", group};
  auto commands = hello_commands(whom, group, master, epoch);
  commands.insert(commands.begin(), whom_it_names);
  commands.push_back(whom_it_names);
  const auto replies = connection->ask_all(commands, deadline);
  if (auto failure = first_failure(replies, ""); !failure.empty()) {
    return failure;
  }
  const auto before = named_in(replies->front());
  const auto after = named_in(replies->back());
  if (!after) {
    return "it does not know the group";
  }
  return after == master || after != before ? "OK" : "it still names " + to_string(*after);
}

std::string start_monitoring(const Endpoint& sentinel, const Endpoint& other,
                             const Settings& settings, const Endpoint& master, TimePoint deadline) {
  const std::string& group = settings.group.value;
  auto model = Connection::open(other, sentinel_access(settings), deadline);
  const auto known = model ? model->ask({"SENTINEL", "MASTER", group}, deadline)
                           : Result<Reply, Failure>(model.error());
  if (!known || known->kind != Reply::Kind::list) {
    return known ? known->text : known.error().text;
  }
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  if (!connection) {
    return connection.error().text;
  }
  auto begun =
      first_failure(connection->ask_all({{"SENTINEL", "MONITOR", group, master.host,
                                          std::to_string(master.port), field(*known, "quorum")}},
                                        deadline),
                    "");
  if (!begun.empty()) {
    return begun;
  }
  const auto refusal =
      first_failure(connection->ask_all({settings_of(*known, settings)}, deadline), "");
  if (refusal.empty()) {
    return "OK";
  }
  const auto removed = connection->ask({"SENTINEL", "REMOVE", group}, deadline);
  return removed ? refusal : refusal + "; " + removed.error().text;
}

std::string tell_sentinel(const Endpoint& sentinel, const Settings& settings,
                          const std::vector<std::vector<std::string>>& commands,
                          TimePoint deadline) {
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  return connection ? first_failure(connection->ask_all(commands, deadline), "")
                    : connection.error().text;
}

std::string set_quorum(const Endpoint& sentinel, const Settings& settings, int value,
                       TimePoint deadline) {
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  if (!connection) {
    return connection.error().text;
  }
  const auto replies = connection->ask_all(
      {quorum_command(settings.group.value, value), {"SENTINEL", "MASTER", settings.group.value}},
      deadline);
  if (auto failure = first_failure(replies, ""); !failure.empty()) {
    return failure;
  }
  const std::string has = field(replies->back(), "quorum");
  return has == std::to_string(value) ? "" : "its quorum is " + has;
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
