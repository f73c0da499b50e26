#include "dkr/core/decide/running_role.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum RunningAction;
using enum RunningReason;
using std::chrono::milliseconds;

RunningDecision as_named_master(const Situation& now, const Endpoint& named) {
  if (!contains(now.inputs.me, named)) {
    return {repoint, named_formerly, named};
  }
  const SentinelView* lost =
      now.find_sentinel([&](const auto& other) { return now.names_no_master(other); });
  return lost == nullptr ? RunningDecision{stay, in_place}
                         : RunningDecision{repoint, sentinel_lost, lost->at};
}

RunningDecision as_named(const Situation& now, const NodeView& own, const Endpoint& named,
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
  if (!now.is_me(named)) {
    return {lasted < now.settings.peer_wait.value ? stay : serve, address_taken, named};
  }
  return {serve, named_without_master};
}

/// Nobody is where the sentinels name a master.
RunningDecision as_nobody_is_named(const Situation& now, const NodeView& own,
                                   const Endpoint& named) {
  if (now.is_foreign() || !now.nobody_lives() || now.another_has_better_claim(own)) {
    return {stay, named_away, named};
  }
  return {is_master(own) ? repoint : serve, nobody_lives, named};
}

/// The sentinels name an empty master; the group's data is here.
RunningDecision beside_empty_master(const Situation& now, const NodeView& own,
                                    const Endpoint& named, milliseconds lasted) {
  if (!is_master(own)) {
    return {stay, named_empty, named};
  }
  return {lasted < now.settings.peer_wait.value ? repoint : set_aside, named_empty, named};
}

RunningDecision as_another_is_named(const Situation& now, const NodeView& own,
                                    const Endpoint& named, milliseconds lasted) {
  const NodeView* node = find_node(now.view, named);
  const bool linked = !is_master(own) && own.link_up;
  if (node == nullptr || is_silent(*node)) {
    return linked ? RunningDecision{stay, in_place, named} : as_nobody_is_named(now, own, named);
  }
  if (linked || own.master == named) {
    return {stay, in_place};
  }
  if (now.is_foreign() && !now.settings.join_force.value) {
    return {stay, not_the_groups, named};
  }
  if (is_master(*node)) {
    return now.would_be_wiped_by(*node) ? beside_empty_master(now, own, named, lasted)
                                        : RunningDecision{follow, named_lives, named};
  }
  if (const NodeView* master = now.leads_to(node)) {
    if (master->at == own.master) {
      return {stay, in_place};
    }
    return now.would_be_wiped_by(*master)
               ? beside_empty_master(now, own, master->at, lasted)
               : RunningDecision{follow, named_follows_master, master->at};
  }
  return is_master(own) && now.follows_me(node) ? RunningDecision{repoint, named_follows_me, named}
                                                : RunningDecision{stay, named_lost, named};
}

bool fails_over(const GroupView& view) {
  return std::any_of(view.sentinels.begin(), view.sentinels.end(), [](const auto& sentinel) {
    return has_flag(sentinel.flags, "failover_in_progress");
  });
}

/// Whether a sentinel has named this node later than those that name another.
bool newest_names_me(const Situation& now) {
  const NamingEpochs epochs = naming_epochs(now.view, now.my_names());
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

milliseconds patience(const RunningDecision& decision, const Situation& now) {
  if (decision.reason == nobody_lives) {
    return std::max(now.settings.peer_wait.value, down_after(now.view));
  }
  switch (decision.action) {
    case stay:
      return {};
    case repoint:
      return decision.reason == sentinel_lost ? one_sentinel_grace : sentinels_grace;
    case serve:
    case promote:
      return std::max(own_role_grace, down_after(now.view));
    case follow:
    case set_aside:
      return own_role_grace;
  }
  return {};
}

/// The other server stands for %.
constexpr std::array<std::pair<RunningReason, std::string_view>, 17> reason_texts{{
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

RunningDecision decide_running_role(const Situation& now, const NodeView& own,
                                    milliseconds lasted) {
  const auto named = named_by_majority(now.view);
  if (!named) {
    return {stay, nobody_named};
  }
  const bool me = now.is_me(*named) || contains(now.inputs.me, *named);
  RunningDecision decision =
      me ? as_named(now, own, *named, lasted) : as_another_is_named(now, own, *named, lasted);
  if (decision.action != stay && (fails_over(now.view) || (!me && newest_names_me(now)))) {
    return {stay, failing_over};
  }
  if (lasted < patience(decision, now)) {
    decision.action = stay;
  }
  return decision;
}

NodeData data_of(const NodeView& own, const std::string& group, const Identity& identity) {
  return {is_master(own) ? NodeData::Role::master : NodeData::Role::replica,
          own.has_keys(),
          {own.replication_id, own.offset},
          group,
          identity};
}

std::string describe(const RunningDecision& decision) {
  const auto* row = std::find_if(reason_texts.begin(), reason_texts.end(),
                                 [&](const auto& text) { return text.first == decision.reason; });
  return about(row->second, decision.server);
}

}  // namespace dkr
