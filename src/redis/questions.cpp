#include "dkr/redis/questions.hpp"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

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

Access sentinel_access(const Settings& settings) {
  return {"", settings.sentinel_password.value.reveal(), tls_of(settings)};
}

std::string ask(const Endpoint& server, const Access& access,
                const std::vector<std::vector<std::string>>& commands, TimePoint deadline) {
  auto connection = Connection::open(server, access, deadline);
  auto replies = connection ? connection->ask_all(commands, deadline)
                            : Result<std::vector<Reply>>(connection.error());
  if (!replies) {
    return encode({Reply::Kind::error, replies.error().text, 0, {}});
  }
  return encode({Reply::Kind::list, "", 0, std::move(*replies)});
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

}  // namespace

std::string ask_failover(const Endpoint& sentinel, const Settings& settings, TimePoint deadline) {
  const Reply reply = read(ask(sentinel, sentinel_access(settings),
                               {{"SENTINEL", "FAILOVER", settings.group.value}}, deadline));
  return reply.items.empty() ? reply.text : reply.items.front().text;
}

std::string ask_sentinel(const Endpoint& sentinel, const Settings& settings, TimePoint deadline) {
  const std::string& group = settings.group.value;
  return ask(sentinel, sentinel_access(settings),
             {{"SENTINEL", "MASTER", group},
              {"SENTINEL", "SENTINELS", group},
              {"SENTINEL", "SLAVES", group},
              {"SENTINEL", "MYID"}},
             deadline);
}

SentinelView sentinel_answer(const Endpoint& sentinel, const std::string& text) {
  const Reply reply = read(text);
  if (reply.kind != Reply::Kind::error) {
    return sentinel_view(sentinel, reply.items);
  }
  SentinelView view;
  view.at = sentinel;
  view.failure = without_name(reply.text, sentinel);
  view.absent = view.failure == std::strerror(ECONNREFUSED);
  return view;
}

std::string ask_node(const Endpoint& node, const Settings& settings, TimePoint deadline) {
  return ask(node, {settings.username.value, node_password(settings).reveal(), tls_of(settings)},
             {{"INFO"}}, deadline);
}

NodeView node_answer(const Endpoint& node, const std::string& text) {
  const Reply reply = read(text);
  if (reply.kind != Reply::Kind::error && reply.items.size() == 1) {
    return node_view(node, reply.items.front());
  }
  NodeView view;
  view.at = node;
  view.failure = without_name(reply.text, node);
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
