#include "dkr/redis/queries.hpp"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dkr/core/node/min_replicas.hpp"
#include "dkr/redis/connection.hpp"
#include "dkr/redis/resp.hpp"

namespace dkr {
namespace {

constexpr const char* no_answer = "no answer in time";

std::optional<TlsFiles> tls_of(const Settings& settings) {
  if (!settings.tls_ca_file.given) {
    return std::nullopt;
  }
  return TlsFiles{settings.tls_cert_file.value, settings.tls_key_file.value,
                  settings.tls_ca_file.value};
}

std::string as_text(Result<std::vector<Reply>> replies) {
  if (!replies) {
    return encode({Reply::Kind::error, replies.error().text, 0, {}});
  }
  return encode({Reply::Kind::list, "", 0, std::move(*replies)});
}

std::string ask(const Endpoint& server, const Access& access,
                const std::vector<std::vector<std::string>>& commands, TimePoint deadline) {
  auto connection = Connection::open(server, access, deadline);
  return as_text(connection ? connection->ask_all(commands, deadline)
                            : Result<std::vector<Reply>>(connection.error()));
}

/// The replies in an answer; an error that stands for all of them when there are none.
Reply read(const std::string& text) {
  auto reply = decode(text);
  return reply ? std::move(*reply) : Reply{Reply::Kind::error, no_answer, 0, {}};
}

/// Failures begin with the server's name, which the view has already.
std::string without_name(const std::string& failure, const Endpoint& at) {
  const std::string name = to_string(at) + ": ";
  return failure.starts_with(name) ? failure.substr(name.size()) : failure;
}

bool is_refused_connection(const std::string& failure) {
  return failure == std::strerror(ECONNREFUSED);
}

/// The votes of the groups follow their list.
Result<std::vector<Reply>> ask_groups(const Endpoint& sentinel, const Settings& settings,
                                      TimePoint deadline) {
  auto connection = Connection::open(sentinel, sentinel_access(settings), deadline);
  auto replies = connection ? connection->ask_all({{"SENTINEL", "MASTERS"}}, deadline)
                            : Result<std::vector<Reply>>(connection.error());
  if (!replies || replies->front().items.empty()) {
    return replies;
  }
  auto votes = connection->ask_all(vote_queries(monitored_groups(replies->front())), deadline);
  if (votes) {
    votes->insert(votes->begin(), replies->front());
  }
  return votes;
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
          {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", group}};
}

std::string ask_sentinel(const Endpoint& sentinel, const Settings& settings, TimePoint deadline) {
  return ask(sentinel, sentinel_access(settings), sentinel_queries(settings.group.value), deadline);
}

SentinelView sentinel_answer(const Endpoint& sentinel, const std::string& text) {
  const Reply reply = read(text);
  if (reply.kind != Reply::Kind::error) {
    return sentinel_view(sentinel, reply.items);
  }
  SentinelView view;
  view.at = sentinel;
  view.failure = without_name(reply.text, sentinel);
  view.absent = is_refused_connection(view.failure);
  return view;
}

std::string ask_node(const Endpoint& node, const Settings& settings, TimePoint deadline) {
  return ask(node, node_access(settings), {{"INFO"}, {"CONFIG", "GET", "replica-announce-*"}},
             deadline);
}

NodeView node_answer(const Endpoint& node, const std::string& text) {
  const Reply reply = read(text);
  if (reply.kind != Reply::Kind::error && reply.items.size() == 2) {
    NodeView view = node_view(node, reply.items[0]);
    view.announced = announced_in(reply.items[1], node.port);
    return view;
  }
  NodeView view;
  view.at = node;
  view.failure = without_name(reply.text, node);
  view.refused = is_refused_connection(view.failure);
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

std::string ask_health(const Endpoint& server, const Settings& settings, HealthView::Kind kind,
                       TimePoint deadline) {
  if (kind == HealthView::Kind::sentinel) {
    return as_text(ask_groups(server, settings, deadline));
  }
  return ask(server, node_access(settings), {{"INFO"}, {"CONFIG", "GET", "min-replicas-*"}},
             deadline);
}

HealthView health_answer(const Endpoint& server, const std::string& text, HealthView::Kind kind,
                         TimePoint now) {
  HealthView view;
  const Reply reply = read(text);
  if (reply.kind == Reply::Kind::error || reply.items.empty()) {
    view.failure = without_name(reply.text, server);
  } else if (reply.items.front().kind == Reply::Kind::error) {
    view.failure = reply.items.front().text;
  } else if (kind == HealthView::Kind::sentinel) {
    view.groups = monitored_groups(reply.items.front());
    for (std::size_t i = 0; i < view.groups.size() && i + 1 < reply.items.size(); ++i) {
      take_votes(view.groups[i], reply.items[i + 1]);
    }
  } else {
    view.node = node_view(server, reply.items.front());
    view.failure = view.node.failure;
    const auto limits = min_replicas_in(reply.items.back());
    view.refuses_writes = limits && refuse_all(*limits);
  }
  // Nobody is there, so the server is not there yet: it ends together with PID 1.
  view.kind = is_refused_connection(view.failure) ? HealthView::Kind::waiting : kind;
  if (view.failure.empty()) {
    view.heard = now;
  }
  if (view.failure.empty() || is_refusal(view.failure)) {
    view.alive = now;
  }
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
