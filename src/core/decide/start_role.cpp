#include "dkr/core/decide/start_role.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum RoleReason;
using std::chrono::milliseconds;

RoleDecision be(RoleAction action, RoleReason reason, const Endpoint& server = {}) {
  return {action, reason, server};
}

RoleDecision follow(const Endpoint& master, RoleReason reason) {
  return be(RoleAction::be_replica, reason, master);
}

RoleDecision wait(RoleReason reason, const Endpoint& about = {}) {
  return be(RoleAction::wait, reason, about);
}

RoleDecision when_named(const Situation& now) {
  if (now.settings.accept_data_loss.value) {
    return be(RoleAction::be_master, loss_accepted);
  }
  const SentinelView* replacing = now.replacing();
  if (const NodeView* better = now.fresher(NodeView::Role::replica)) {
    // A second sentinel that fails over may promote a second replica.
    return replacing != nullptr && now.inputs.waited < promotion_grace
               ? wait(failing_over, replacing->at)
               : be(RoleAction::promote, named_but_older, better->at);
  }
  const NodeView* silent =
      now.first([](const NodeView& node) { return is_silent(node) || node.loading; });
  if (!now.local.has_data && silent != nullptr &&
      now.inputs.waited < now.settings.peer_wait.value) {
    return wait(named_but_empty, silent->at);
  }
  const bool patient =
      now.inputs.after_end != AfterEnd::leave && now.inputs.waited < promotion_grace;
  if (replacing != nullptr) {
    return patient ? wait(failing_over, replacing->at)
                   : be(RoleAction::be_closed_master, failing_over, replacing->at);
  }
  const SentinelView* missing = now.missing(now.my_names());
  const bool yields = now.inputs.after_end == AfterEnd::failover || missing != nullptr;
  if (const NodeView* heir = now.heir(); heir != nullptr && patient && yields) {
    return be(RoleAction::promote, crashed, heir->at);
  }
  if (missing != nullptr) {
    return be(RoleAction::be_closed_master, missed, missing->at);
  }
  return be(RoleAction::be_master, named_and_fresh);
}

/// Only once the sentinels know the new address this node can be open.
RoleDecision when_named_formerly(const Situation& now, const Endpoint& named) {
  const RoleDecision decision = when_named(now);
  const bool serves =
      decision.action == RoleAction::be_master || decision.action == RoleAction::be_closed_master;
  return serves ? be(RoleAction::be_closed_master, moved, named) : decision;
}

/// The node that had the address may come back under another; else the sentinels mean this one.
RoleDecision when_address_taken(const Situation& now, const Endpoint& named) {
  if (now.inputs.waited < now.settings.peer_wait.value) {
    return wait(address_taken, named);
  }
  NodeData here = now.local;
  here.identity = {};
  return when_named({now.settings, here, now.view, now.inputs});
}

RoleDecision when_nobody_is_named(const Situation& now) {
  if (now.local.role == NodeData::Role::replica) {
    return now.has_moved() && now.inputs.waited < now.settings.sentinel_wait.value
               ? wait(nobody_named)
               : be(RoleAction::as_it_is, kept_replica);
  }
  if (const NodeView* newer = now.fresher(NodeView::Role::master)) {
    return follow(newer->at, newer_master_lives);
  }
  if (now.view.nodes.empty()) {
    return be(RoleAction::as_it_is, no_other_node);
  }
  if (std::all_of(now.view.nodes.begin(), now.view.nodes.end(), [&](const NodeView& node) {
        return node.role == NodeView::Role::replica && contains(now.inputs.me, node.master);
      })) {
    return be(RoleAction::as_it_is, all_follow);
  }
  return now.inputs.waited < now.settings.sentinel_wait.value
             ? wait(nobody_named)
             : be(RoleAction::be_closed_master, waited_enough);
}

RoleDecision when_another_is_named(const Situation& now, const Endpoint& named) {
  const NodeView* node = find_node(now.view, named);
  if (node == nullptr || is_silent(*node)) {
    const bool another = now.first([](const NodeView& other) {
      return other.role == NodeView::Role::replica;
    }) != nullptr;
    const bool at_home = node != nullptr && node->refused && !now.has_moved();
    const milliseconds patience =
        another || at_home ? returning_master_grace : now.settings.peer_wait.value;
    return now.inputs.waited < patience ? wait(named_master_silent, named)
                                        : follow(named, named_master_silent);
  }
  if (is_master(*node)) {
    if (now.inputs.waited < returning_master_grace && now.missing({named}) != nullptr) {
      return wait(named_master_returns, named);
    }
    return now.would_be_wiped_by(*node) ? be(RoleAction::be_closed_master, named_is_empty, named)
                                        : follow(named, named_master_lives);
  }
  if (now.local.role == NodeData::Role::master && now.follows_me(node)) {
    return when_nobody_is_named(now);
  }
  const NodeView* master = now.leads_to(node);
  if (master == nullptr) {
    return wait(named_is_replica, named);
  }
  return now.would_be_wiped_by(*master)
             ? be(RoleAction::be_closed_master, named_is_empty, master->at)
             : follow(master->at, named_leads_to_master);
}

RoleDecision at_first_start(const Situation& now) {
  const RoleInputs& inputs = now.inputs;
  if (const NodeView* master = now.first(is_master)) {
    return follow(master->at, joins_live_master);
  }
  const bool set = !inputs.set_master.empty();
  if (set && !is_address(inputs.set_master.front().host)) {
    return wait(set_master_unknown, inputs.set_master.front());
  }
  if (set && !contains(inputs.me, inputs.set_master.front())) {
    return follow(inputs.set_master.front(), follows_set_master);
  }
  const bool first = set || (!inputs.peers.empty() && contains(inputs.me, inputs.peers.front()));
  if (!first && !inputs.peers.empty()) {
    return wait(not_first_peer, inputs.peers.front());
  }
  if (now.view.nodes.empty() && now.view.sentinels.empty()) {
    return be(RoleAction::be_master, set ? set_master_is_me : alone);
  }
  if (inputs.waited < bootstrap_grace) {
    return wait(nobody_named);
  }
  return be(RoleAction::be_master, set ? set_master_is_me : (first ? first_peer : alone));
}

/// The other server stands for %.
constexpr std::array<std::pair<RoleReason, std::string_view>, 29> reason_texts{{
    {foreign_data,
     "the data here is not the group's; the node stays as it is (REDIS_JOIN=force gives the data "
     "up and joins)"},
    {named_master_lives, "the sentinels name %, which is a master"},
    {named_master_silent, "the sentinels name %, which does not answer"},
    {named_master_returns,
     "the sentinels name %, which is a master and which they have not reached for too long"},
    {named_leads_to_master, "whom the sentinels name follows the live master %"},
    {named_is_replica, "the sentinels name %, which is a replica and leads to no master"},
    {named_is_empty,
     "the sentinels name %, which has no keys and would wipe the group's data here; starts closed "
     "to "
     "writes, to be named instead"},
    {named_and_fresh, "the sentinels name this node, and no live replica has more"},
    {named_but_older, "the sentinels name this node, but % has more"},
    {named_but_empty,
     "the sentinels name this node, but it has no data, and % has not answered yet"},
    {moved,
     "the sentinels name this node by %, an address that it no longer has; takes no writes until "
     "they know the new one"},
    {address_taken,
     "the sentinels name %, which is this node's address now, and was another node's before"},
    {failing_over,
     "sentinel % may be replacing this node, which takes no writes until it is named again"},
    {missed,
     "sentinel % has not reached this node for too long, and might replace it; takes no writes "
     "until it has"},
    {crashed, "the server has crashed, and % can take over"},
    {loss_accepted, "the sentinels name this node, and REDIS_ACCEPT_DATA_LOSS is on"},
    {kept_replica, "no majority of sentinels names a master; it was a replica"},
    {newer_master_lives, "no majority of sentinels names a master; % is one and has more"},
    {all_follow, "no majority of sentinels names a master; every other node follows this one"},
    {no_other_node, "no majority of sentinels names a master, and no other node is known"},
    {nobody_named, "no majority of sentinels names a master yet"},
    {waited_enough, "nobody named a master in REDIS_SENTINEL_WAIT_MS; starts closed to writes"},
    {set_master_is_me, "first start, and REDIS_MASTER_HOST is this node"},
    {follows_set_master, "first start, and REDIS_MASTER_HOST is %"},
    {set_master_unknown, "first start, and the name REDIS_MASTER_HOST=% is not known yet"},
    {joins_live_master, "first start, and % is a master"},
    {first_peer, "first start, this is the first of REDIS_PEERS, and none of them is a master"},
    {not_first_peer, "first start, and % comes before this node in REDIS_PEERS"},
    {alone, "first start, and there is no other node to follow"},
}};

constexpr std::array<std::pair<RoleAction, std::string_view>, 6> action_names{{
    {RoleAction::as_it_is, "as-it-is"},
    {RoleAction::be_master, "master"},
    {RoleAction::be_closed_master, "closed-master"},
    {RoleAction::be_replica, "replica"},
    {RoleAction::promote, "promote"},
    {RoleAction::wait, "wait"},
}};

}  // namespace

bool is_member(const Settings& settings, const std::string& data_group) {
  return settings.group.given || settings.sentinel_hosts.given || !data_group.empty();
}

RoleDecision decide_start_role(const Settings& settings, const NodeData& local,
                               const GroupView& view, const RoleInputs& inputs) {
  const Situation now{settings, local, view, inputs};
  const auto named = named_by_majority(view);
  const bool me = named && now.is_me(*named);
  if (!me && now.is_foreign() && !settings.join_force.value) {
    return be(RoleAction::as_it_is, foreign_data);
  }
  const bool has_address = named && contains(inputs.me, *named);
  if (has_address && !me) {
    return when_address_taken(now, *named);
  }
  if (me) {
    return has_address ? when_named(now) : when_named_formerly(now, *named);
  }
  if (named) {
    return when_another_is_named(now, *named);
  }
  return local.role == NodeData::Role::none && !local.has_data ? at_first_start(now)
                                                               : when_nobody_is_named(now);
}

std::string describe(const RoleDecision& decision) {
  const auto* row = std::find_if(reason_texts.begin(), reason_texts.end(),
                                 [&](const auto& text) { return text.first == decision.reason; });
  return about(row->second, decision.server);
}

std::string to_line(const RoleDecision& decision) {
  const auto* name = std::find_if(action_names.begin(), action_names.end(),
                                  [&](const auto& row) { return row.first == decision.action; });
  return std::string(name->second) + ' ' + std::to_string(static_cast<int>(decision.reason)) +
         (decision.server.host.empty()
              ? ""
              : ' ' + decision.server.host + ' ' + std::to_string(decision.server.port));
}

std::optional<RoleDecision> parse_role_decision(std::string_view line) {
  const auto words = split_shell_words(line);
  if (!words || (words->size() != 2 && words->size() != 4)) {
    return std::nullopt;
  }
  const auto* name = std::find_if(action_names.begin(), action_names.end(),
                                  [&](const auto& row) { return row.second == words->front(); });
  const auto reason = parse_number((*words)[1], 0, static_cast<int>(alone));
  if (name == action_names.end() || !reason) {
    return std::nullopt;
  }
  RoleDecision decision{name->first, static_cast<RoleReason>(*reason), {}};
  if (words->size() == 4) {
    const auto port = parse_port((*words)[3]);
    if (!port || !is_host((*words)[2])) {
      return std::nullopt;
    }
    decision.server = {(*words)[2], *port};
  }
  return decision;
}

}  // namespace dkr
