#include "dkr/core/decide/running_role.hpp"

#include <algorithm>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum RunningAction;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// An action, and how long its case must have lasted.
struct Response {
  RunningAction action = stay;
  milliseconds after{};
};

/// Returns the longest time after which a sentinel considers a server down.
milliseconds down_after(const GroupView& view) {
  milliseconds longest{};
  for (const SentinelView& sentinel : view.sentinels) {
    longest = std::max(longest, sentinel.down_after);
  }
  return longest;
}

/// A master corrects the sentinels, and gives in if that does not help.
Response beside_empty_master(const Situation& now, milliseconds lasted) {
  if (!is_master(*now.own)) {
    return {};
  }
  return lasted < now.settings.peer_wait.value ? Response{repoint, sentinels_grace}
                                               : Response{set_aside, own_role_grace};
}

// NOLINTNEXTLINE(readability-function-size): a line a case
Response response_to(const RoleCase& found, const Situation& now, milliseconds lasted) {
  using enum RoleCase::Kind;
  const milliseconds down = down_after(now.view);
  const milliseconds peer_wait = now.settings.peer_wait.value;
  switch (found.kind) {
    case named_master_lives:
    case named_leads_to_master:
      return {follow, own_role_grace};
    case named_is_empty:
      return beside_empty_master(now, lasted);
    case other_master_lives:
      return {follow, sentinels_grace};
    case moved:
    case named_is_succeeded:
      return {repoint, sentinels_grace};
    case named_follows_me:
      return {is_master(*now.own) ? repoint : serve, sentinels_grace};
    case outvoted:
    case sentinel_lost:
      return {repoint, one_sentinel_grace};
    case sentinel_forgot:
      return {remind, std::max(one_sentinel_grace, peer_wait)};
    case named_but_older:
      if (find_node(now.view, found.server)->priority != 0) {
        return {promote, std::max(own_role_grace, down)};
      }
      return now.own->has_keys() ? Response{serve, backup_patience(now.settings)} : Response{};
    case named_and_fresh:
      return {serve, std::max({own_role_grace, down, now.local.has_nothing ? peer_wait : 0ms})};
    case chosen:
      return {now.is_in_step() ? serve : stay, one_sentinel_grace};
    case address_taken:
      return {serve, std::max({own_role_grace, down, peer_wait})};
    case set_master_is_me:
      return {serve, own_role_grace};
    case nobody_lives:
      return {is_master(*now.own) ? repoint : serve, std::max(down, peer_wait)};
    case in_place:
    case foreign_data:
    case failing_over:
    case named_and_follows:
    case named_master_silent:
    case named_is_replica:
    case nobody_named:
    case kept_replica:
    case only_empty_master:
    case all_follow:
    case no_other_node:
    case replica_has_more:  // this case and all below are found only at a start
    case named_but_replaced:
    case named_but_empty:
    case loss_accepted:
    case crashed:
    case missed:
    case named_master_returns:
    case follows_set_master:
    case set_master_unknown:
    case first_peer:
    case not_first_peer:
    case group_unknown:
    case alone:
      return {};
  }
  return {};
}

}  // namespace

void RoleClock::take(const RoleCase& next, TimePoint now) {
  found = next;
  if (next.kind != RoleCase::Kind::failing_over && next != lasting) {
    lasting = next;
    since = now;
  }
}

milliseconds RoleClock::lasted(TimePoint now) const {
  return found == lasting ? std::chrono::duration_cast<milliseconds>(now - since) : milliseconds{};
}

RunningDecision decide_running_role(const Situation& now, milliseconds lasted) {
  const RoleCase found = classify(now);
  if (now.inputs.paused) {
    return {stay, found};
  }
  const Response response = response_to(found, now, lasted);
  const bool claims =
      response.action == serve || response.action == repoint || response.action == promote;
  // A look takes up to a second: a failover that begins meanwhile would be undone.
  const bool is_late = found.kind == RoleCase::Kind::moved && now.failover_is_due();
  if (lasted < response.after || (claims && now.would_displace()) || is_late) {
    return {stay, found};
  }
  if (response.action != follow) {
    return {response.action, found};
  }
  const bool loses = now.loses_by_following(found.server);
  const bool saved = now.own->aof_size >= 0 || now.own->changes == 0;
  const bool has_waited = lasted >= now.settings.peer_wait.value;
  return {loses && !saved && !has_waited ? save : follow, found, loses};
}

Endpoint my_name(const Situation& now) {
  for (const NodeView& node : now.view.nodes) {
    if (contains(now.inputs.own_endpoints, node.master)) {
      return node.master;
    }
  }
  return now.inputs.own_endpoints.front();
}

NodeData data_of(const NodeView& own, const StateNote& note) {
  NodeData data = noted_data(note);
  data.role = is_master(own) ? NodeData::Role::master : NodeData::Role::replica;
  data.has_data = own.has_keys();
  data.reach = {own.replication_id, own.offset};
  data.keys = own.keys;
  return data;
}

}  // namespace dkr
