#include "dkr/core/decide/role_case.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;

constexpr std::array<RoleCaseText, 40> texts{{
    {in_place, "in_place", "the role is the one that the sentinels name, or was given by hand"},
    {foreign_data, "foreign_data",
     "the data here is not the group's; REDIS_JOIN=force gives it up and joins"},
    {failing_over, "failing_over", "sentinel % may be replacing the master"},
    {chosen, "chosen", "sentinel % has chosen this node to be promoted, and has not told it"},

    {named_and_fresh, "named_and_fresh",
     "the sentinels name this node, and no live replica has more"},
    {named_but_older, "named_but_older", "the sentinels name this node, but % has more"},
    {named_but_replaced, "named_but_replaced",
     "the sentinels name this node, but % is a master and has more"},
    {named_but_empty, "named_but_empty",
     "the sentinels name this node, but it lacks data; %, which has not told yet what it has, has "
     "REDIS_PEER_WAIT_MS to do so"},
    {named_and_follows, "named_and_follows",
     "the sentinels name this node, which follows the live master %"},
    {loss_accepted, "loss_accepted",
     "the sentinels name this node, and REDIS_ACCEPT_DATA_LOSS is on"},
    {crashed, "crashed",
     "the server crashed while the sentinels named this node, and % can take over"},
    {missed, "missed",
     "the sentinels name this node, but sentinel % has not reached it for too long and may replace "
     "it"},
    {outvoted, "outvoted",
     "the sentinels name this node, but have voted for a failover in a newer epoch"},
    {sentinel_lost, "sentinel_lost",
     "the sentinels name this node, but sentinel % names one that is no master"},
    {sentinel_forgot, "sentinel_forgot",
     "the sentinels name this node, but sentinel %, one of them, does not know the group"},
    {moved, "moved", "the sentinels name this node by %, an address that it no longer has"},
    {address_taken, "address_taken",
     "the sentinels name %, which is this node's address now, and was another node's before; that "
     "node has REDIS_PEER_WAIT_MS to come back"},

    {named_master_lives, "named_master_lives", "the sentinels name %, which is a master"},
    {named_is_succeeded, "named_is_succeeded",
     "the sentinels name %, but in the same epoch one names this node, which goes on from it"},
    {named_master_returns, "named_master_returns",
     "the sentinels name %, which is a master that one of them has not reached for too long"},
    {named_master_silent, "named_master_silent", "the sentinels name %, which does not answer"},
    {nobody_lives, "nobody_lives",
     "the sentinels name %, nobody answers where they know of a node, and this node has the best "
     "claim"},
    {named_is_empty, "named_is_empty",
     "the sentinels name %, which has no keys and would wipe the group's data here "
     "(REDIS_ACCEPT_DATA_LOSS accepts that)"},
    {named_is_replica, "named_is_replica",
     "the sentinels name %, which is a replica and leads to no master"},
    {named_leads_to_master, "named_leads_to_master",
     "the sentinels name a replica that follows the live master %"},
    {named_follows_me, "named_follows_me", "the sentinels name %, which follows this node"},

    {nobody_named, "nobody_named",
     "no majority of sentinels names a live master; a start gives them REDIS_SENTINEL_WAIT_MS"},
    {kept_replica, "kept_replica",
     "no majority of sentinels names a live master, and this node is a replica"},
    {only_empty_master, "only_empty_master",
     "no majority of sentinels names a live master, and %, which is one, has no keys and would "
     "wipe the group's data here"},
    {other_master_lives, "other_master_lives",
     "no majority of sentinels names a live master, but % is one and has all that is here"},
    {replica_has_more, "replica_has_more",
     "no majority of sentinels names a live master, and replica % has more than is here"},
    {all_follow, "all_follow",
     "no majority of sentinels names a live master, and every other node follows this one"},
    {no_other_node, "no_other_node",
     "no majority of sentinels names a live master, and no other node is known"},

    {set_master_is_me, "set_master_is_me",
     "this is the first start, and REDIS_MASTER_HOST is this node"},
    {follows_set_master, "follows_set_master",
     "this is the first start, and REDIS_MASTER_HOST is %"},
    {set_master_unknown, "set_master_unknown",
     "this is the first start, and the name REDIS_MASTER_HOST=% has no address yet"},
    {first_peer, "first_peer",
     "this is the first start, this node is the first of REDIS_PEERS, and none is a master"},
    {not_first_peer, "not_first_peer",
     "this is the first start, and % comes before this node in REDIS_PEERS"},
    {group_unknown, "group_unknown",
     "this is the first start, and sentinel % answers, and does not know the group, nor does any "
     "other"},
    {alone, "alone", "this is the first start, and there is no other node to follow"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts.at(i).kind != static_cast<RoleCase::Kind>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order() && texts.back().kind == alone, "every kind has its text at its place");

RoleCase at_first_start(const Situation& now) {
  const RoleInputs& inputs = now.inputs;
  if (const NodeView* master = now.first(is_master)) {
    return {other_master_lives, master->at};
  }
  const SentinelView* stranger = now.own == nullptr ? now.stranger() : nullptr;
  const bool is_order = !inputs.set_master.empty() || !inputs.peers.empty();
  if (stranger != nullptr && !(is_order && stranger->groups.empty())) {
    return {group_unknown, stranger->at};
  }
  if (!inputs.set_master.empty()) {
    const Endpoint& set = inputs.set_master.front();
    if (!is_address(set.host)) {
      return {set_master_unknown, set};
    }
    return contains(inputs.own_endpoints, set) ? RoleCase{set_master_is_me}
                                               : RoleCase{follows_set_master, set};
  }
  if (inputs.peers.empty()) {
    return {alone};
  }
  const Endpoint& first = inputs.peers.front();
  if (!contains(inputs.own_endpoints, first)) {
    return {not_first_peer, first};
  }
  if (const NodeView* more = now.fresher(NodeView::Role::replica)) {
    return {replica_has_more, more->at};
  }
  return {now.knows_nobody() ? alone : first_peer};
}

/// Whether a former master of the group cannot know that nobody has taken its place: no sentinel of
/// those that were set has answered, or they know only other groups.
bool may_have_been_replaced(const Situation& now) {
  const auto& sentinels = now.view.sentinels;
  const SentinelView* stranger = now.stranger();
  return now.settings.sentinel_hosts.given && now.local.group == now.settings.group.value &&
         ((stranger != nullptr && !stranger->groups.empty()) ||
          std::all_of(sentinels.begin(), sentinels.end(),
                      [](const SentinelView& one) { return one.failure.has_value(); }));
}

RoleCase when_nobody_is_named(const Situation& now) {
  if (now.local.role == NodeData::Role::none && !now.local.has_data) {
    return at_first_start(now);
  }
  if (now.follows_itself()) {
    return {set_master_is_me};
  }
  if (now.local.role == NodeData::Role::replica) {
    const bool may_be_named =
        now.has_moved() && now.inputs.waited < now.settings.sentinel_wait.value;
    if (may_be_named) {
      return {nobody_named};
    }
    const NodeView* master = now.first(is_master);
    return master != nullptr && now.own == nullptr &&
                   (now.would_be_wiped_by(*master) || now.would_lose_to(*master))
               ? RoleCase{only_empty_master, master->at}
               : RoleCase{kept_replica};
  }
  if (const NodeView* newer = now.fresher(NodeView::Role::master)) {
    return {other_master_lives, newer->at};
  }
  const NodeView* more = now.own == nullptr ? now.fresher(NodeView::Role::replica) : nullptr;
  if (more != nullptr) {
    return {replica_has_more, more->at};
  }
  if (now.view.nodes.empty()) {
    return {may_have_been_replaced(now) ? nobody_named : no_other_node};
  }
  const auto follows_me = [&](const NodeView& node) {
    return node.role == NodeView::Role::replica && contains(now.inputs.own_endpoints, node.master);
  };
  const auto& nodes = now.view.nodes;
  const bool all = std::all_of(nodes.begin(), nodes.end(), follows_me);
  const bool has_most = now.fresher(NodeView::Role::replica) == nullptr;
  return {all && has_most && !may_have_been_replaced(now) ? all_follow : nobody_named};
}

RoleCase beside_silence(const Situation& now, const Endpoint& named) {
  const bool serves = now.own != nullptr && now.has_synchronized() && !now.is_foreign() &&
                      !now.local.has_nothing && now.is_down(named) && now.nobody_lives() &&
                      !now.another_has_better_claim();
  return {serves ? nobody_lives : named_master_silent, named};
}

RoleCase beside_master(const Situation& now, const NodeView& master, RoleCase::Kind kind) {
  return {now.would_be_wiped_by(master) ? named_is_empty : kind, master.at};
}

RoleCase when_another_is_named(const Situation& now, const Endpoint& named) {
  const NodeView* node = find_node(now.view, named);
  if (node == nullptr || is_silent(*node)) {
    return beside_silence(now, named);
  }
  if (is_master(*node)) {
    const bool returns = now.own == nullptr && now.inputs.waited < returning_master_grace &&
                         now.missing({named}) != nullptr;
    return returns               ? RoleCase{named_master_returns, named}
           : now.succeeds(*node) ? RoleCase{named_is_succeeded, named}
                                 : beside_master(now, *node, named_master_lives);
  }
  if (const NodeView* master = now.leads_to(node)) {
    return beside_master(now, *master, named_leads_to_master);
  }
  if (now.local.role == NodeData::Role::master ? !now.follows_me(node) : !now.leads(node)) {
    return {named_is_replica, named};
  }
  return now.own == nullptr ? when_nobody_is_named(now) : RoleCase{named_follows_me, named};
}

/// Returns the replica with more than the named node that is starting. One that nobody may promote
/// has had its time to take over by itself, but where it has all that is left it keeps that.
const NodeView* better_replica(const Situation& now) {
  const NodeView* better = now.fresher(NodeView::Role::replica);
  const auto seen_for = now.inputs.waited - now.inputs.learned.ahead_since;
  const bool has_waited = seen_for >= backup_patience(now.settings) && !now.lacks_group_data();
  return better != nullptr && better->priority == 0 && has_waited ? nullptr : better;
}

/// Returns a master with more than the named node that is starting, but not one that was replaced:
/// a replica has gone on from there in another history, whatever that master has written since.
const NodeView* successor(const Situation& now, const NodeView* replica) {
  const NodeView* master = now.fresher(NodeView::Role::master);
  const bool replaced = master != nullptr && replica != nullptr &&
                        continues(*replica, master->replication_id) &&
                        replica->replication_id != master->replication_id;
  return replaced ? nullptr : master;
}

/// Returns a node that may have more and has not told yet, or not again. One whose container has
/// started gives this one a moment to serve before it answers, and one that loads is waited for as
/// long as that takes; where this node was before, nobody else is expected.
const NodeView* undecided_peer(const Situation& now) {
  const auto since = now.inputs.learned.ahead_at;
  const bool waits =
      now.inputs.waited - since < now.settings.peer_wait.value + returning_master_grace;
  const auto names = now.my_names();
  const auto& nodes = now.view.nodes;
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const NodeView& node) {
    return node.loading || (waits && is_silent(node) && !contains(names, node.at));
  });
  return found == nodes.end() ? nullptr : &*found;
}

/// Returns the case of a start under an address that the sentinels name, whatever others have.
RoleCase starts_with_loss(const Situation& now, const Endpoint& named) {
  if (!contains(now.inputs.own_endpoints, named)) {
    return {moved, named};
  }
  if (const SentinelView* replacing = now.replacing()) {
    return {failing_over, replacing->at};
  }
  const SentinelView* missing = now.missing(now.my_names());
  return missing == nullptr ? RoleCase{loss_accepted} : RoleCase{missed, missing->at};
}

/// Returns the case of a start under an address that the sentinels name.
RoleCase starts_as_named(const Situation& now, const Endpoint& named) {
  if (now.settings.accept_data_loss.value) {
    return starts_with_loss(now, named);
  }
  const NodeView* better = better_replica(now);
  if (const NodeView* master = successor(now, better)) {
    return {named_but_replaced, master->at};
  }
  const NodeView* ahead = now.was_ahead();
  if (better == nullptr && ahead != nullptr && is_master(*ahead)) {
    return {named_but_replaced, ahead->at};
  }
  const bool lacks = now.lacks_group_data() || now.local.is_behind() || now.was_promoted_since() ||
                     ahead != nullptr;
  if (const NodeView* peer = better == nullptr && lacks ? undecided_peer(now) : nullptr) {
    return {named_but_empty, peer->at};
  }
  const SentinelView* replacing = now.replacing();
  if (replacing != nullptr && now.waits_for_failover()) {
    return {failing_over, replacing->at};
  }
  if (better != nullptr) {
    return {named_but_older, better->at};
  }
  const SentinelView* missing = now.missing(now.my_names());
  const bool yields = now.inputs.after_end == AfterEnd::failover || missing != nullptr;
  const NodeView* heir = now.heir();
  if (replacing == nullptr && heir != nullptr && yields && now.waits_for_failover()) {
    return {crashed, heir->at};
  }
  if (!contains(now.inputs.own_endpoints, named)) {
    return {moved, named};
  }
  if (replacing != nullptr) {
    return {failing_over, replacing->at};
  }
  return missing == nullptr ? RoleCase{named_and_fresh} : RoleCase{missed, missing->at};
}

/// Returns the case of a start under a named address by which the sentinels knew another node. That
/// node may come back under another address; if it does not, they mean this one.
RoleCase starts_at_taken_address(const Situation& now, const Endpoint& named) {
  if (now.inputs.waited < now.settings.peer_wait.value) {
    return {address_taken, named};
  }
  NodeData unknown = now.local;
  unknown.identity.names = {named};
  return starts_as_named({now.settings, unknown, now.view, now.inputs}, named);
}

RoleCase runs_as_named_master(const Situation& now, const Endpoint& named) {
  if (now.is_outvoted()) {
    return {outvoted};
  }
  if (!contains(now.inputs.own_endpoints, named)) {
    return {moved, named};
  }
  const SentinelView* lost =
      now.find_sentinel([&](const auto& sentinel) { return now.names_no_master(sentinel); });
  if (lost != nullptr) {
    return {sentinel_lost, lost->at};
  }
  const auto& all = now.view.sentinels;
  const auto forgot =
      std::find_if(all.begin(), all.end(), [&](auto& one) { return has_forgotten(one, now.view); });
  return forgot == all.end() ? RoleCase{in_place} : RoleCase{sentinel_forgot, forgot->at};
}

RoleCase runs_as_named_replica(const Situation& now, const Endpoint& named) {
  const NodeView* master = now.leads_to(find_node(now.view, now.own->master));
  if (master != nullptr || now.own->link_up) {
    return {named_and_follows, master == nullptr ? now.own->master : master->at};
  }
  if (const NodeView* better = now.fresher(NodeView::Role::replica)) {
    return {named_but_older, better->at};
  }
  return now.is_me(named) ? RoleCase{named_and_fresh} : RoleCase{address_taken, named};
}

/// True if a running replica is linked, or follows the named node or its master. One that followed
/// the master before, which is a replica now, does not.
bool follows_named(const Situation& now, const Endpoint& named) {
  const NodeView* node = find_node(now.view, named);
  if (is_master(*now.own) || now.leads(node)) {
    return false;
  }
  const NodeView* followed = find_node(now.view, now.own->master);
  const bool detour = now.inputs.followed == now.own->master && followed != nullptr &&
                      !is_same_server(followed, node) &&
                      followed->role == NodeView::Role::replica && node != nullptr &&
                      is_master(*node);
  if (now.own->link_up) {
    return !detour;
  }
  const NodeView* master = now.leads_to(node);
  return node != nullptr && !is_silent(*node) &&
         (now.own->master == named || (master != nullptr && master->at == now.own->master));
}

RoleCase runs_beside_named(const Situation& now, const Endpoint& named) {
  return follows_named(now, named) ? RoleCase{in_place} : when_another_is_named(now, named);
}

RoleCase runs(const Situation& now, const Endpoint& named, bool names_me) {
  if (const SentinelView* sentinel = now.chosen_by()) {
    return {chosen, sentinel->at};
  }
  RoleCase found = !names_me             ? runs_beside_named(now, named)
                   : is_master(*now.own) ? runs_as_named_master(now, named)
                                         : runs_as_named_replica(now, named);
  const SentinelView* sentinel = now.failing_over(names_me);
  return found.kind == in_place || sentinel == nullptr ? found
                                                       : RoleCase{failing_over, sentinel->at};
}

}  // namespace

RoleCase classify(const Situation& now) {
  const auto named = named_by_majority(now.view);
  const bool is_here = named && contains(now.inputs.own_endpoints, *named);
  const bool names_me = named && (now.is_me(*named) || (now.own != nullptr && is_here));
  const bool is_asked = named || now.own == nullptr;
  if (is_asked && !names_me && now.is_foreign() && !now.settings.join_force.value) {
    return {foreign_data, named.value_or(Endpoint{})};
  }
  if (!named) {
    return when_nobody_is_named(now);
  }
  if (now.own != nullptr) {
    return runs(now, *named, names_me);
  }
  if (names_me) {
    return starts_as_named(now, *named);
  }
  return is_here ? starts_at_taken_address(now, *named) : when_another_is_named(now, *named);
}

std::span<const RoleCaseText> role_case_texts() {
  return texts;
}

std::string_view name_of(RoleCase::Kind kind) {
  return texts.at(static_cast<std::size_t>(kind)).name;
}

std::string describe(const RoleCase& found) {
  return about(texts.at(static_cast<std::size_t>(found.kind)).sentence, found.server);
}

}  // namespace dkr
