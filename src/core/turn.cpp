#include "dkr/core/turn.hpp"

#include <algorithm>

#include "dkr/core/monitor.hpp"

namespace dkr {
namespace {

using enum TurnAction;
using enum TurnReason;
using std::chrono::milliseconds;

Turn as_named(const Situation& now, const NodeView& own) {
  if (is_master(own)) {
    return {stay, in_place};
  }
  if (const NodeView* master = now.leads_to(find_node(now.view, own.master));
      master != nullptr || own.link_up) {
    return {stay, named_and_follows, master == nullptr ? own.master : master->at};
  }
  if (const NodeView* better = now.fresher(NodeView::Role::replica)) {
    return {promote, named_older, better->at};
  }
  return {serve, named_without_master};
}

/// The sentinels name an empty master; the group's data is here.
Turn beside_empty_master(const Situation& now, const NodeView& own, const Endpoint& named,
                         milliseconds lasted) {
  if (!is_master(own)) {
    return {stay, named_empty, named};
  }
  return {lasted < now.settings.peer_wait.value ? repoint : set_aside, named_empty, named};
}

Turn as_another_is_named(const Situation& now, const NodeView& own, const Endpoint& named,
                         milliseconds lasted) {
  const NodeView* node = find_node(now.view, named);
  const bool linked = !is_master(own) && own.link_up;
  if (node == nullptr || is_silent(*node)) {
    return {stay, linked ? in_place : named_away, named};
  }
  if (linked || own.master == named) {
    return {stay, in_place};
  }
  if (now.is_foreign() && !now.settings.join_force.value) {
    return {stay, not_the_groups, named};
  }
  if (is_master(*node)) {
    return now.would_be_wiped_by(*node) ? beside_empty_master(now, own, named, lasted)
                                        : Turn{follow, named_lives, named};
  }
  if (const NodeView* master = now.leads_to(node)) {
    if (master->at == own.master) {
      return {stay, in_place};
    }
    return now.would_be_wiped_by(*master) ? beside_empty_master(now, own, master->at, lasted)
                                          : Turn{follow, named_follows_master, master->at};
  }
  return is_master(own) && now.leads_here(node) ? Turn{repoint, named_follows_me, named}
                                                : Turn{stay, named_lost, named};
}

bool fails_over(const GroupView& view) {
  return std::any_of(view.sentinels.begin(), view.sentinels.end(), [](const auto& sentinel) {
    return has_flag(sentinel.flags, "failover_in_progress");
  });
}

/// Whether a sentinel has named this node later than those that name another.
bool newest_names_me(const Situation& now) {
  const NamingEpochs epochs = naming_epochs(now.view, now.wishes.me);
  return epochs.mine > epochs.others;
}

/// What the sentinels call down.
milliseconds down_after(const GroupView& view) {
  milliseconds longest{};
  for (const SentinelView& sentinel : view.sentinels) {
    longest = std::max(longest, sentinel.down_after);
  }
  return longest;
}

milliseconds patience(TurnAction action, const GroupView& view) {
  switch (action) {
    case stay:
      return {};
    case repoint:
      return patience_with_sentinels;
    case serve:
    case promote:
      return std::max(patience_with_itself, down_after(view));
    case follow:
    case set_aside:
      return patience_with_itself;
  }
  return {};
}

}  // namespace

Turn decide_turn(const Situation& now, const NodeView& own, milliseconds lasted) {
  const auto named = named_by_majority(now.view);
  if (!named) {
    return {stay, nobody_named};
  }
  const bool me = contains(now.wishes.me, *named);
  Turn turn = me ? as_named(now, own) : as_another_is_named(now, own, *named, lasted);
  if (turn.action != stay && (fails_over(now.view) || (!me && newest_names_me(now)))) {
    return {stay, failing_over};
  }
  if (lasted < patience(turn.action, now.view)) {
    turn.action = stay;
  }
  return turn;
}

LocalData data_of(const NodeView& own, const std::string& group) {
  return {is_master(own) ? LocalData::Role::master : LocalData::Role::replica,
          own.has_keys,
          {own.replication_id, own.offset},
          group};
}

std::string describe(const Turn& turn) {
  const std::string server = to_string(turn.server);
  switch (turn.reason) {
    case in_place:
      return "the role is as the sentinels have it";
    case nobody_named:
      return "no majority of sentinels names a master";
    case failing_over:
      return "the sentinels are about to name another master";
    case not_the_groups:
      return "the sentinels name " + server +
             ", but the data here is not the group's; the node stays as it is (REDIS_JOIN=force "
             "gives the data up and joins)";
    case named_lives:
      return "the sentinels name " + server + ", which is a master";
    case named_away:
      return "the sentinels name " + server + ", which does not answer";
    case named_follows_master:
      return "whom the sentinels name follows the live master " + server;
    case named_follows_me:
      return "the sentinels name " + server + ", which follows this node";
    case named_lost:
      return "the sentinels name " + server + ", which is a replica and leads to no master";
    case named_empty:
      return "the sentinels name " + server + ", which has no keys; this node has the group's";
    case named_and_follows:
      return "the sentinels name this node, which follows the live master " + server;
    case named_without_master:
      return "the sentinels name this node, and no master lives";
    case named_older:
      return "the sentinels name this node, but " + server + " has more";
  }
  return {};
}

}  // namespace dkr
