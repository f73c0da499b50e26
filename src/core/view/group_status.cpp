#include "dkr/core/view/group_status.hpp"

#include <limits>
#include <string_view>

#include "dkr/core/base/text.hpp"
#include "dkr/core/view/info.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Longer than any server runs; Redis 6.0 tells the seconds since 1970 of a link that never was.
constexpr long long most_seconds = 1'000'000'000;
constexpr long long most_milliseconds = most_seconds * 1000;

std::optional<seconds> seconds_in(const std::string& text) {
  const auto number = parse_number(text, 0, most_seconds);
  return number ? std::optional(seconds(*number)) : std::nullopt;
}

std::optional<milliseconds> milliseconds_in(const std::string& text) {
  const auto number = parse_number(text, 0, most_milliseconds);
  return number ? std::optional(milliseconds(*number)) : std::nullopt;
}

std::string version_in(const std::string& info) {
  const std::string valkey = info_field(info, "valkey_version");
  return valkey.empty() ? info_field(info, "redis_version") : valkey;
}

/// Returns how long ago an RDB was saved; unset: not in this run, at whose start the server counts
/// its data as saved.
std::optional<seconds> saved_ago(const std::string& info, const Reply& time,
                                 const std::optional<seconds>& up) {
  constexpr long long most = std::numeric_limits<long long>::max();
  const std::string then = info_field(info, "rdb_last_save_time");
  const std::string now = time.items.empty() ? "" : time.items.front().text;
  const long long saved = parse_number(then, 1, most).value_or(0);
  const seconds ago(parse_number(now, 1, most).value_or(0) - saved);
  const bool known = saved > 0 && up && ago >= seconds(0) && ago + seconds(1) < *up;
  return known ? std::optional(ago) : std::nullopt;
}

void take_missed(std::vector<MissedServer>& missed, const Reply& fields) {
  const auto since = milliseconds_in(field(fields, "s-down-time"));
  const auto port = parse_port(field(fields, "port"));
  const std::string host = field(fields, "ip");
  if (since && port && is_host(host)) {
    missed.push_back({{canonical_host(host), *port}, *since});
  }
}

}  // namespace

GroupView view_of(const GroupStatus& status) {
  GroupView view;
  for (const SentinelStatus& sentinel : status.sentinels) {
    view.sentinels.push_back(sentinel.view);
  }
  for (const NodeStatus& node : status.nodes) {
    view.nodes.push_back(node.view);
  }
  return view;
}

NodeDetail node_detail(const Reply& info, const Reply& limits, const Reply& time) {
  NodeDetail detail;
  const std::string& text = info.text;
  detail.version = version_in(text);
  detail.limits = min_replicas_in(limits);
  detail.good_replicas = parse_number(info_field(text, "min_slaves_good_slaves"), 0, no_writes);
  detail.up = seconds_in(info_field(text, "uptime_in_seconds"));
  detail.heard = seconds_in(info_field(text, "master_last_io_seconds_ago"));
  detail.cut_for = seconds_in(info_field(text, "master_link_down_since_seconds"));
  detail.saved = saved_ago(text, time, detail.up);
  return detail;
}

SentinelDetail sentinel_detail(const Reply& master, const Reply& sentinels, const Reply& replicas,
                               const Reply& info) {
  SentinelDetail detail;
  detail.version = version_in(info.text);
  detail.up = seconds_in(info_field(info.text, "uptime_in_seconds"));
  if (field(master, "role-reported") == "master") {
    detail.named_for = milliseconds_in(field(master, "role-reported-time"));
  }
  detail.failover_timeout =
      milliseconds_in(field(master, "failover-timeout")).value_or(milliseconds{});
  detail.parallel_syncs = parse_count(field(master, "parallel-syncs"), 0);
  detail.failover_state = field(master, "failover-state");
  take_missed(detail.missed, master);
  for (const Reply* list : {&replicas, &sentinels}) {
    for (const Reply& fields : list->items) {
      take_missed(detail.missed, fields);
    }
  }
  return detail;
}

}  // namespace dkr
