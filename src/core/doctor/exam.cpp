#include "dkr/core/doctor/exam.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "dkr/core/base/text.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/info.hpp"

namespace dkr {
namespace {

constexpr long long most = std::numeric_limits<long long>::max();
/// What dkr-redis and the sentinels ask of a data node.
const std::vector<std::string> needed{"INFO",    "CONFIG",    "REPLICAOF", "SLAVEOF", "CLIENT",
                                      "PUBLISH", "SUBSCRIBE", "PING",      "MULTI",   "EXEC"};

long long count_in(std::string_view text) {
  return parse_number(text, 0, most).value_or(0);
}

/// Parses `8.0.1`.
ServerVersion version_of(std::string_view text, bool valkey) {
  const auto dot = std::min(text.find('.'), text.size());
  const std::string_view rest = text.substr(std::min(dot + 1, text.size()));
  return {valkey, parse_count(text.substr(0, dot), 0),
          parse_count(rest.substr(0, std::min(rest.find('.'), rest.size())), 0)};
}

ProcessExam process_in(std::string_view info) {
  const std::string valkey = info_field(info, "valkey_version");
  return {info_field(info, "run_id"), parse_count(info_field(info, "process_id"), 0),
          info_field(info, "config_file"),
          valkey.empty() ? version_of(info_field(info, "redis_version"), false)
                         : version_of(valkey, true)};
}

bool is_error(const Reply& reply) {
  return reply.kind == Reply::Kind::error;
}

/// The first of these fields that is not empty: Valkey has names of its own.
std::string first_of(const Reply& pairs, std::string_view name, std::string_view other) {
  const std::string value = field(pairs, name);
  return value.empty() ? field(pairs, other) : value;
}

ConfExam conf_in(const Reply& pairs, const Reply& default_user, const MakePrint& print) {
  const auto printed = [&](const std::string& password) {
    return password.empty() ? std::string() : print(password);
  };
  ConfExam conf;
  const std::string own = field(pairs, "requirepass");
  const Reply flags = [&] {
    for (std::size_t i = 0; i + 1 < default_user.items.size(); i += 2) {
      if (default_user.items[i].text == "flags") {
        return default_user.items[i + 1];
      }
    }
    return Reply{};
  }();
  const bool open = std::any_of(flags.items.begin(), flags.items.end(),
                                [](const Reply& flag) { return flag.text == "nopass"; });
  conf.passwords = {!own.empty() || (!flags.items.empty() && !open), printed(own),
                    printed(first_of(pairs, "masterauth", "primaryauth")),
                    first_of(pairs, "masteruser", "primaryuser")};
  conf.limits = min_replicas_in(pairs).value_or(MinReplicas{});
  conf.maxmemory = count_in(field(pairs, "maxmemory"));
  conf.backlog = parse_count(field(pairs, "tcp-backlog"), 0);
  conf.shuns_huge_pages = field(pairs, "disable-thp") == "yes";
  return conf;
}

/// Returns which of the commands a server does not have: of these it tells nothing.
std::vector<std::string> unknown_in(const Reply& commands) {
  std::vector<std::string> unknown;
  for (std::size_t i = 0; i < commands.items.size() && i < needed.size(); ++i) {
    if (commands.items[i].items.empty()) {
      unknown.push_back(needed[i]);
    }
  }
  return unknown;
}

}  // namespace

std::vector<std::vector<std::string>> node_exam_queries() {
  std::vector<std::string> commands{"COMMAND", "INFO"};
  commands.insert(commands.end(), needed.begin(), needed.end());
  return {{"INFO"}, {"CONFIG", "GET", "*"}, {"ACL", "GETUSER", "default"}, commands};
}

NodeExam exam_of_node(const Endpoint& at, const std::vector<Reply>& replies,
                      const MakePrint& print) {
  if (replies.size() != node_exam_queries().size()) {
    return {unanswered<NodeView>(at, {Failure::Kind::silent, "no answer"})};
  }
  const std::string& info = replies[0].text;
  NodeExam exam{node_view(at, replies[0]), process_in(is_error(replies[0]) ? "" : info)};
  exam.view.announced = announced_in(replies[1], at.port);
  exam.unknown = unknown_in(replies[3]);
  exam.used = count_in(info_field(info, "used_memory_rss"));
  exam.base_size = count_in(info_field(info, "aof_base_size"));
  exam.save_failed = info_field(info, "rdb_last_bgsave_status") == "err" ||
                     info_field(info, "aof_last_bgrewrite_status") == "err" ||
                     info_field(info, "aof_last_write_status") == "err";
  if (!replies[1].items.empty()) {
    exam.conf = conf_in(replies[1], replies[2], print);
  } else if (is_error(replies[1]) && replies[1].text.starts_with("NOPERM")) {
    exam.denied = replies[1].text;
  }
  return exam;
}

std::vector<std::vector<std::string>> sentinel_exam_queries(const std::string& group) {
  return {{"INFO", "server"}, {"SENTINEL", "MASTER", group}};
}

SentinelExam exam_of_sentinel(const Endpoint& at, const std::vector<Reply>& replies) {
  SentinelExam exam{at};
  if (replies.size() != 2 || replies[0].kind != Reply::Kind::text) {
    const bool refused = !replies.empty() && is_error(replies[0]);
    exam.failure = refused ? Failure{Failure::Kind::refused_by_server, replies[0].text}
                           : Failure{Failure::Kind::silent, "no answer"};
    return exam;
  }
  exam.process = process_in(replies[0].text);
  exam.failover_timeout =
      std::chrono::milliseconds(count_in(field(replies[1], "failover-timeout")));
  exam.parallel_syncs = parse_count(field(replies[1], "parallel-syncs"), 0);
  return exam;
}

ClockSight clock_of(long long told, long long asked, long long answered) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  const long long middle = asked + (answered - asked) / 2;
  return {duration_cast<milliseconds>(microseconds(told - middle)),
          duration_cast<milliseconds>(microseconds(answered - asked))};
}

long long time_in(const Reply& reply) {
  constexpr long long million = 1'000'000;
  constexpr long long far = 1LL << 40;
  if (reply.items.size() == 2) {
    const auto seconds = parse_number(reply.items[0].text, 0, far);
    const auto rest = parse_number(reply.items[1].text, 0, million);
    return seconds && rest ? *seconds * million + *rest : -1;
  }
  return parse_number(info_field(reply.text, "server_time_usec"), 0, far * million).value_or(-1);
}

}  // namespace dkr
