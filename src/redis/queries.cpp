#include "dkr/redis/queries.hpp"

#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/redis/connection.hpp"

namespace dkr {
namespace {

using Replies = Result<std::vector<Reply>, Failure>;

std::optional<TlsFiles> tls_of(const Settings& settings) {
  if (!settings.tls_ca_file.given) {
    return std::nullopt;
  }
  return TlsFiles{settings.tls_cert_file.value, settings.tls_key_file.value,
                  settings.tls_ca_file.value};
}

Replies ask(const Endpoint& server, const Access& access,
            const std::vector<std::vector<std::string>>& commands, TimePoint deadline) {
  auto connection = Connection::open(server, access, deadline);
  return connection ? connection->ask_all(commands, deadline) : Replies(connection.error());
}

/// Asks for the groups, and then for the votes of each. Returns the replies in this order.
Replies ask_groups(const OwnServer& sentinel, TimePoint deadline) {
  auto connection = Connection::open(sentinel.at, sentinel.access, deadline);
  auto replies = connection ? connection->ask_all({{"SENTINEL", "MASTERS"}}, deadline)
                            : Replies(connection.error());
  if (!replies || replies->front().items.empty()) {
    return replies;
  }
  auto votes = connection->ask_all(vote_queries(monitored_groups(replies->front())), deadline);
  if (votes) {
    votes->insert(votes->begin(), replies->front());
  }
  return votes;
}

void read_groups(HealthView& view, const std::vector<Reply>& replies) {
  view.groups = monitored_groups(replies.front());
  for (std::size_t i = 0; i < view.groups.size() && i + 1 < replies.size(); ++i) {
    take_votes(view.groups[i], replies[i + 1]);
  }
}

void read_node(HealthView& view, const std::vector<Reply>& replies) {
  view.node = node_view({}, replies.front());
  const auto limits = min_replicas_in(replies.back());
  view.refuses_writes = limits && refuse_all(*limits);
}

}  // namespace

Access sentinel_access(const Settings& settings) {
  return {"", settings.sentinel_password.value.reveal(), tls_of(settings)};
}

Access node_access(const Settings& settings) {
  return {settings.username.value, node_password(settings).reveal(), tls_of(settings)};
}

std::vector<std::vector<std::string>> sentinel_queries(const std::string& group) {
  return {{"SENTINEL", "MASTER", group},
          {"SENTINEL", "SENTINELS", group},
          {"SENTINEL", "SLAVES", group},
          {"SENTINEL", "MYID"},
          {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", group},
          {"INFO", "sentinel"}};
}

std::vector<std::string> last_vote_query(const Endpoint& master) {
  return {"SENTINEL", "IS-MASTER-DOWN-BY-ADDR", master.host, std::to_string(master.port), "0", "?"};
}

SentinelView ask_sentinel(const Endpoint& sentinel, const Settings& settings, TimePoint deadline) {
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  const auto replies = connection
                           ? connection->ask_all(sentinel_queries(settings.group.value), deadline)
                           : Replies(connection.error());
  if (!replies) {
    return unanswered<SentinelView>(sentinel, replies.error());
  }
  SentinelView view = sentinel_view(sentinel, *replies);
  if (view.failure || view.knows_group) {
    return view;
  }
  const auto masters = connection->ask({"SENTINEL", "MASTERS"}, deadline);
  if (!masters) {
    return unanswered<SentinelView>(sentinel, masters.error());
  }
  for (const MonitoredGroup& other : monitored_groups(*masters)) {
    view.groups.push_back(other.name);
  }
  return view;
}

NodeView ask_node(const Endpoint& node, const Settings& settings, TimePoint deadline) {
  const auto replies = ask(node, node_access(settings),
                           {{"INFO"}, {"CONFIG", "GET", "replica-announce-*"}}, deadline);
  if (!replies) {
    return unanswered<NodeView>(node, replies.error());
  }
  NodeView view = node_view(node, replies->front());
  view.announced = announced_in(replies->back(), node.port);
  return view;
}

FleetSentinel ask_fleet_sentinel(const Endpoint& sentinel, const Settings& settings,
                                 TimePoint deadline) {
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  const auto replies =
      connection ? connection->ask_all({{"SENTINEL", "MYID"}, {"SENTINEL", "MASTERS"}}, deadline)
                 : Replies(connection.error());
  if (!replies) {
    return unanswered<FleetSentinel>(sentinel, replies.error());
  }
  const Reply& masters = replies->back();
  if (masters.kind == Reply::Kind::error) {
    return unanswered<FleetSentinel>(sentinel, {Failure::Kind::refused_by_server, masters.text});
  }
  const Reply& id = replies->front();
  FleetSentinel view{sentinel, {}, is_hex(id.text) ? id.text : "", seen_groups(masters)};
  for (const SeenGroup& group : view.groups) {
    const auto others = connection->ask({"SENTINEL", "SENTINELS", group.name}, deadline);
    if (!others) {
      return unanswered<FleetSentinel>(sentinel, others.error());
    }
    for (const Reply& fields : others->items) {
      const Endpoint at{canonical_host(field(fields, "ip")),
                        parse_port(field(fields, "port")).value_or(0)};
      if (!contains(view.others, at)) {
        view.others.push_back(at);
      }
    }
  }
  return view;
}

std::vector<std::vector<std::string>> vote_queries(const std::vector<MonitoredGroup>& groups) {
  std::vector<std::vector<std::string>> questions;
  questions.reserve(groups.size());
  for (const MonitoredGroup& group : groups) {
    questions.push_back({"SENTINEL", "CKQUORUM", group.name});
  }
  return questions;
}

HealthView ask_health(const OwnServer& server, HealthView::Kind kind, TimePoint deadline) {
  const bool sentinel = kind == HealthView::Kind::sentinel;
  const auto replies = sentinel ? ask_groups(server, deadline)
                                : ask(server.at, server.access,
                                      {{"INFO"}, {"CONFIG", "GET", "min-replicas-*"}}, deadline);
  HealthView view;
  view.kind = kind;
  std::optional<Failure> failure;
  if (!replies) {
    failure = replies.error();
  } else if (replies->front().kind == Reply::Kind::error) {
    failure = {Failure::Kind::refused_by_server, replies->front().text};
  } else if (sentinel) {
    read_groups(view, *replies);
  } else {
    read_node(view, *replies);
    failure = view.node.failure;
  }
  const TimePoint now = std::chrono::steady_clock::now();
  if (!failure) {
    view.heard = now;
  }
  if (!failure || failure->kind == Failure::Kind::refused_by_server) {
    view.alive = now;
  }
  // Nobody listens, so the server has not started yet: PID 1 ends together with it.
  if (failure && failure->kind == Failure::Kind::refused_connection) {
    view.kind = HealthView::Kind::waiting;
  }
  view.failure = failure ? failure->text : "";
  view.objects = failure && is_objection(*failure);
  return view;
}

std::string identity_of(const std::string& basis) {
  constexpr std::size_t bytes = 20;
  constexpr const char* digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  EVP_Digest(basis.data(), basis.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  std::string id;
  for (std::size_t i = 0; i < bytes; ++i) {
    id += digits[hash.at(i) >> 4U];
    id += digits[hash.at(i) & 15U];
  }
  return id;
}

}  // namespace dkr
