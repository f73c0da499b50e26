#include "dkr/core/view/group_view.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/info.hpp"
#include "dkr/core/view/pause.hpp"

namespace dkr {
namespace {

constexpr long long last_port = 65535;
constexpr std::size_t sentinel_answers = 6;

long long number_or_0(std::string_view text) {
  return parse_number(text, 0, std::numeric_limits<long long>::max()).value_or(0);
}

std::chrono::milliseconds milliseconds_in(const std::string& text) {
  return std::chrono::milliseconds(number_or_0(text));
}

/// Adds two numbers that are not negative; the sum is at most the greatest number.
long long sum(long long a, long long b) {
  return b > std::numeric_limits<long long>::max() - a ? std::numeric_limits<long long>::max()
                                                       : a + b;
}

Endpoint endpoint_of(const std::string& host, std::string_view port) {
  if (!is_host(host)) {
    return {};
  }
  return {canonical_host(host),
          static_cast<std::uint16_t>(parse_number(port, 0, last_port).value_or(0))};
}

/// Parses an age in milliseconds; a long time for a server that has never reported.
std::chrono::milliseconds age_of(std::string_view text) {
  constexpr long long long_ago = 1LL << 50;
  return std::chrono::milliseconds(parse_number(text, 0, long_ago).value_or(long_ago));
}

std::vector<KnownServer> known_servers(const Reply& list) {
  std::vector<KnownServer> all;
  for (const Reply& fields : list.items) {
    all.push_back({endpoint_of(field(fields, "ip"), field(fields, "port")), field(fields, "runid"),
                   ServerFlags(field(fields, "flags")),
                   parse_priority(field(fields, "slave-priority")),
                   age_of(field(fields, "info-refresh"))});
  }
  return all;
}

/// Returns the value of `name=value` in a comma-separated list.
std::string value_in(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const std::string_view item = list.substr(0, end);
    if (item.starts_with(name) && item.substr(name.size()).starts_with('=')) {
      return std::string(item.substr(name.size() + 1));
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return {};
}

/// Parses replicas in step, from lines `slave0:ip=10.0.0.2,port=6379,state=online,offset=1,lag=0`.
std::vector<Endpoint> replicas_in(std::string_view info) {
  std::vector<Endpoint> all;
  for (int i = 0;; ++i) {
    const std::string line = info_field(info, "slave" + std::to_string(i));
    if (line.empty()) {
      return all;
    }
    // A replica that is out of reach stays online for repl-timeout (60 s).
    const auto lag = parse_number(value_in(line, "lag"), 0, guard_lag.count());
    if (value_in(line, "state") == "online" && lag) {
      all.push_back(endpoint_of(value_in(line, "ip"), value_in(line, "port")));
    }
  }
}

/// Returns the number of keys in all databases, from lines `db0:keys=5,expires=0`.
long long keys_in(std::string_view info) {
  constexpr std::string_view database = "\ndb";
  long long keys = 0;
  for (auto at = info.find(database); at != std::string_view::npos;
       at = info.find(database, at + 1)) {
    const std::string_view line = info.substr(at + 1, info.find('\n', at + 1) - at - 1);
    keys = sum(keys, number_or_0(value_in(trim(line.substr(line.find(':') + 1)), "keys")));
  }
  return keys;
}

/// Returns the 45 of `45.67`.
int percent_of(std::string_view text) {
  constexpr long long all = 100;
  return static_cast<int>(parse_number(text.substr(0, text.find('.')), 0, all).value_or(0));
}

/// True if a replica without a link had one before. Before its first one it reports -1, Redis 6.0
/// the seconds since 1970.
bool was_linked(std::string_view info) {
  constexpr long long decades = 1'000'000'000;
  return parse_number(info_field(info, "master_link_down_since_seconds"), 0, decades).has_value();
}

Failure refusal(const Reply& reply) {
  return reply.kind == Reply::Kind::error
             ? Failure{Failure::Kind::refused_by_server, reply.text}
             : Failure{Failure::Kind::silent, "an answer of an unknown form"};
}

/// Adds an endpoint once, unless a predicate says that it was asked.
template <class Asked>
void add_new(std::vector<Endpoint>& to, const Endpoint& endpoint, const Asked& asked) {
  if (!endpoint.host.empty() && endpoint.port != 0 && !asked(endpoint) && !contains(to, endpoint)) {
    to.push_back(endpoint);
  }
}

/// Returns the newest epoch in which another sentinel has voted.
std::uint64_t newest_vote(const Reply& sentinels) {
  std::uint64_t newest = 0;
  for (const Reply& other : sentinels.items) {
    newest = std::max(newest,
                      static_cast<std::uint64_t>(number_or_0(field(other, "voted-leader-epoch"))));
  }
  return newest;
}

}  // namespace

ServerFlags::ServerFlags(std::string words) : text(std::move(words)) {
  const auto has = [all = ',' + text + ','](const char* word) {
    return all.find(',' + std::string(word) + ',') != std::string::npos;
  };
  s_down = has("s_down");
  o_down = has("o_down");
  failover_in_progress = has("failover_in_progress");
  disconnected = has("disconnected");
  promoted = has("promoted");
}

bool replaces_master(const SentinelView& sentinel) {
  return sentinel.flags.o_down || sentinel.flags.failover_in_progress;
}

bool misses_master(const SentinelView& sentinel) {
  return sentinel.flags.down() ||
         sentinel.silence > std::max(sentinel.down_after / 2, longest_ping_gap);
}

std::vector<Endpoint> known_names(const std::vector<Endpoint>& me, const GroupView& view) {
  std::vector<Endpoint> names;
  const auto add = [&](const Endpoint& at) {
    if (contains(me, at) && !contains(names, at)) {
      names.push_back(at);
    }
  };
  for (const SentinelView& sentinel : view.sentinels) {
    add(sentinel.master);
    for (const KnownServer& replica : sentinel.replicas) {
      add(replica.at);
    }
  }
  return names;
}

std::string field(const Reply& fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.items.size(); i += 2) {
    if (fields.items[i].text == name) {
      return fields.items[i + 1].text;
    }
  }
  return {};
}

namespace {

/// During a failover the master that is named differs from the one that the rest is about, once the
/// new one is a master.
void take_named(SentinelView& view, const std::vector<Reply>& named) {
  const Endpoint master =
      named.size() == 2 ? endpoint_of(named[0].text, named[1].text) : Endpoint{};
  if (!master.host.empty() && master != view.master) {
    view.master = master;
    view.flags = ServerFlags("master");
    view.silence = {};
  }
}

}  // namespace

SentinelView sentinel_view(const Endpoint& at, const std::vector<Reply>& answers) {
  SentinelView view;
  view.at = at;
  if (answers.size() != sentinel_answers) {
    view.failure = {Failure::Kind::silent, "no answer"};
    return view;
  }
  const Reply& master = answers[0];
  if (answers[3].kind == Reply::Kind::text && is_hex(answers[3].text)) {
    view.id = answers[3].text;
  }
  if (master.kind == Reply::Kind::error && master.text.starts_with("ERR No such master")) {
    return view;
  }
  view.master = endpoint_of(field(master, "ip"), field(master, "port"));
  if (master.kind != Reply::Kind::list || view.master.host.empty()) {
    view.failure = refusal(master);
    return view;
  }
  view.knows_group = true;
  view.flags = ServerFlags(field(master, "flags"));
  view.busy = view.flags.failover_in_progress;
  view.tilt = info_field(answers[5].text, "sentinel_tilt") == "1";
  view.silence = milliseconds_in(field(master, "last-ok-ping-reply"));
  take_named(view, answers[4].items);
  view.config_epoch = static_cast<std::uint64_t>(number_or_0(field(master, "config-epoch")));
  const Quorum quorum = quorum_in(parse_count(field(master, "quorum"), 0));
  view.quorum = quorum.own;
  view.paused_until = quorum.paused_until;
  view.down_after = milliseconds_in(field(master, "down-after-milliseconds"));
  view.sentinels = known_servers(answers[1]);
  view.replicas = known_servers(answers[2]);
  view.newest_epoch = std::max(view.config_epoch, newest_vote(answers[1]));
  return view;
}

NodeView node_view(const Endpoint& at, const Reply& info) {
  NodeView view;
  view.at = at;
  const std::string role = info_field(info.text, "role");
  if (info.kind != Reply::Kind::text || role.empty()) {
    view.failure = refusal(info);
    return view;
  }
  view.role = role == "master" ? NodeView::Role::master : NodeView::Role::replica;
  view.loading = info_field(info.text, "loading") == "1";
  view.loaded_percent = percent_of(info_field(info.text, "loading_loaded_perc"));
  view.keys = keys_in(info.text);
  view.run_id = info_field(info.text, "run_id");
  view.linked_replicas = parse_count(info_field(info.text, "connected_slaves"), 0);
  view.replicas = replicas_in(info.text);
  view.replication_id = info_field(info.text, "master_replid");
  view.former_id = info_field(info.text, "master_replid2");
  if (view.former_id.find_first_not_of('0') == std::string::npos) {
    view.former_id.clear();
  }
  view.offset = number_or_0(info_field(info.text, "master_repl_offset"));
  view.aof_waits = parse_count(info_field(info.text, "aof_pending_bio_fsync"), 0) > 0;
  view.aof_rewrite = info_field(info.text, "aof_rewrite_in_progress") == "1" ||
                     info_field(info.text, "aof_rewrite_scheduled") == "1";
  if (const std::string size = info_field(info.text, "aof_current_size"); !size.empty()) {
    view.aof_size = sum(number_or_0(size), number_or_0(info_field(info.text, "aof_buffer_length")));
  }
  if (const std::string count = info_field(info.text, "rdb_changes_since_last_save");
      !count.empty()) {
    view.changes = number_or_0(count);
  }
  if (view.role == NodeView::Role::replica) {
    view.master =
        endpoint_of(info_field(info.text, "master_host"), info_field(info.text, "master_port"));
    view.link_up = info_field(info.text, "master_link_status") == "up";
    view.was_linked = view.link_up || was_linked(info.text);
    view.synchronizing = info_field(info.text, "master_sync_in_progress") == "1";
    view.priority = parse_priority(info_field(info.text, "slave_priority"));
  }
  return view;
}

Endpoint announced_in(const Reply& pairs, std::uint16_t port) {
  Endpoint at =
      endpoint_of(field(pairs, "replica-announce-ip"), field(pairs, "replica-announce-port"));
  at.port = at.port == 0 ? port : at.port;
  return at.host.empty() ? Endpoint{} : at;
}

Unasked unasked(const GroupView& view, bool replicas) {
  Unasked found;
  const auto asked_sentinel = [&](const KnownServer& other) {
    return std::any_of(view.sentinels.begin(), view.sentinels.end(), [&](const auto& sentinel) {
      return sentinel.at == other.at || (!other.id.empty() && sentinel.id == other.id);
    });
  };
  const auto asked_node = [&](const Endpoint& at) { return find_node(view, at) != nullptr; };
  for (const SentinelView& sentinel : view.sentinels) {
    for (const KnownServer& other : sentinel.sentinels) {
      add_new(found.sentinels, other.at, [&](const auto&) { return asked_sentinel(other); });
    }
    add_new(found.nodes, sentinel.master, asked_node);
    for (const KnownServer& replica : sentinel.replicas) {
      add_new(found.nodes, replicas ? replica.at : Endpoint{}, asked_node);
    }
  }
  for (const NodeView& node : view.nodes) {
    add_new(found.nodes, node.master, asked_node);
  }
  return found;
}

const NodeView* find_node(const GroupView& view, const Endpoint& at) {
  const auto found = std::find_if(view.nodes.begin(), view.nodes.end(),
                                  [&](const NodeView& node) { return node.at == at; });
  return found == view.nodes.end() ? nullptr : &*found;
}

std::vector<Endpoint> take_self(GroupView& view, const std::string& run_id) {
  std::vector<Endpoint> met;
  std::erase_if(view.nodes, [&](const NodeView& node) {
    const bool is_self = !run_id.empty() && node.run_id == run_id;
    if (is_self) {
      met.push_back(node.at);
    }
    return is_self;
  });
  return met;
}

bool is_same_server(const NodeView* one, const NodeView* other) {
  const bool both = one != nullptr && other != nullptr && !one->run_id.empty();
  return one == other || (both && one->run_id == other->run_id);
}

}  // namespace dkr
