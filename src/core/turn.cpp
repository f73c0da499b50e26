#include "dkr/core/turn.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "dkr/core/monitor.hpp"

namespace dkr {
namespace {

using enum TurnAction;
using enum TurnReason;
using std::chrono::milliseconds;

Turn as_named_master(const Situation& now, const Endpoint& named) {
  if (!contains(now.wishes.me, named)) {
    return {repoint, named_formerly, named};
  }
  const SentinelView* lost =
      now.find_sentinel([&](const auto& other) { return now.is_lost(other); });
  return lost == nullptr ? Turn{stay, in_place} : Turn{repoint, sentinel_lost, lost->at};
}

Turn as_named(const Situation& now, const NodeView& own, const Endpoint& named,
              milliseconds lasted) {
  if (is_master(own)) {
    return as_named_master(now, named);
  }
  if (const NodeView* master = now.leads_to(find_node(now.view, own.master));
      master != nullptr || own.link_up) {
    return {stay, named_and_follows, master == nullptr ? own.master : master->at};
  }
  if (const NodeView* better = now.fresher(NodeView::Role::replica)) {
    return {promote, named_older, better->at};
  }
  if (!now.means_me(named)) {
    return {lasted < now.settings.peer_wait.value ? stay : serve, address_taken, named};
  }
  return {serve, named_without_master};
}

/// Nobody is where the sentinels name a master.
Turn as_nobody_is_named(const Situation& now, const NodeView& own, const Endpoint& named) {
  if (now.is_foreign() || !now.nobody_lives() || now.is_outdone(own)) {
    return {stay, named_away, named};
  }
  return {is_master(own) ? repoint : serve, nobody_lives, named};
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
    return linked ? Turn{stay, in_place, named} : as_nobody_is_named(now, own, named);
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
  const NamingEpochs epochs = naming_epochs(now.view, now.called());
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

milliseconds patience(const Turn& turn, const Situation& now) {
  if (turn.reason == nobody_lives) {
    return std::max(now.settings.peer_wait.value, down_after(now.view));
  }
  switch (turn.action) {
    case stay:
      return {};
    case repoint:
      return turn.reason == sentinel_lost ? patience_with_one_sentinel : patience_with_sentinels;
    case serve:
    case promote:
      return std::max(patience_with_itself, down_after(now.view));
    case follow:
    case set_aside:
      return patience_with_itself;
  }
  return {};
}

/// The other server stands for %.
constexpr std::array<std::pair<TurnReason, std::string_view>, 17> reason_texts{{
    {in_place, "the role is as the sentinels have it"},
    {nobody_named, "no majority of sentinels names a master"},
    {failing_over, "the sentinels are about to name another master"},
    {not_the_groups,
     "the sentinels name %, but the data here is not the group's; the node stays as it is "
     "(REDIS_JOIN=force gives the data up and joins)"},
    {named_lives, "the sentinels name %, which is a master"},
    {named_away, "the sentinels name %, which does not answer"},
    {named_follows_master, "whom the sentinels name follows the live master %"},
    {named_follows_me, "the sentinels name %, which follows this node"},
    {named_lost, "the sentinels name %, which is a replica and leads to no master"},
    {named_empty, "the sentinels name %, which has no keys; this node has the group's"},
    {named_and_follows, "the sentinels name this node, which follows the live master %"},
    {named_without_master, "the sentinels name this node, and no master lives"},
    {named_older, "the sentinels name this node, but % has more"},
    {named_formerly, "the sentinels name this node by %, an address that it no longer has"},
    {address_taken,
     "the sentinels name %, which is this node's address now, and was another node's before"},
    {nobody_lives,
     "the sentinels name %, and nobody answers where they know of a node; this one has the best "
     "claim"},
    {sentinel_lost, "sentinel % names a node that is no master"},
}};

}  // namespace

Turn decide_turn(const Situation& now, const NodeView& own, milliseconds lasted) {
  const auto named = named_by_majority(now.view);
  if (!named) {
    return {stay, nobody_named};
  }
  const bool me = now.means_me(*named) || contains(now.wishes.me, *named);
  Turn turn =
      me ? as_named(now, own, *named, lasted) : as_another_is_named(now, own, *named, lasted);
  if (turn.action != stay && (fails_over(now.view) || (!me && newest_names_me(now)))) {
    return {stay, failing_over};
  }
  if (lasted < patience(turn, now)) {
    turn.action = stay;
  }
  return turn;
}

LocalData data_of(const NodeView& own, const std::string& group, const Identity& identity) {
  return {is_master(own) ? LocalData::Role::master : LocalData::Role::replica,
          own.has_keys(),
          {own.replication_id, own.offset},
          group,
          identity};
}

std::string describe(const Turn& turn) {
  const auto* row = std::find_if(reason_texts.begin(), reason_texts.end(),
                                 [&](const auto& text) { return text.first == turn.reason; });
  return about(row->second, turn.server);
}

}  // namespace dkr
