#include "dkr/core/decide/start_role.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/handover_plan.hpp"

namespace dkr {
namespace {

using enum RoleAction;
using std::chrono::milliseconds;

/// Returns how long a replica waits for a master that does not answer. While it does, no sentinel
/// promotes it in place of a replica that has more.
milliseconds silent_master_grace(const Endpoint& named, const Situation& now) {
  const NodeView* node = find_node(now.view, named);
  const bool at_home = node != nullptr && node->failure &&
                       node->failure->kind == Failure::Kind::refused_connection && !now.has_moved();
  const bool another = now.first([](const NodeView& other) {
    return other.role == NodeView::Role::replica;
  }) != nullptr;
  if (now.fresher(NodeView::Role::replica) != nullptr) {
    return backup_patience(now.settings);
  }
  if (at_home) {
    return waiting_master_grace;
  }
  return another ? returning_master_grace : now.settings.peer_wait.value;
}

/// Returns how long a node waits for sentinels to name a master. One that may lack data waits for
/// the others as well: they would copy it.
milliseconds patience_with_sentinels(const Situation& now) {
  const milliseconds usual = now.settings.sentinel_wait.value;
  const bool lacks = now.lacks_group_data() || now.local.may_be_cut_short();
  return lacks ? std::max(usual, now.settings.peer_wait.value) : usual;
}

/// The first peer is the first master of a group, unless there is a group that it cannot see.
RoleAction first_master(const Situation& now) {
  const milliseconds patience = now.may_have_a_group()
                                    ? now.settings.peer_wait.value
                                    : now.inputs.learned.hidden + bootstrap_grace;
  return now.inputs.waited < patience        ? wait
         : now.settings.sentinel_hosts.given ? be_closed_master
                                             : be_master;
}

/// True if a sentinel that is asked for a failover would rather promote a replica that is silent
/// here, and may lack what `heir` has. Such a one soon holds itself back.
bool prefers_a_silent_one(const Endpoint& heir, const Situation& now) {
  const SentinelView* sentinel = sentinel_to_ask(now.view);
  const auto line =
      sentinel == nullptr ? std::vector<Endpoint>{} : next_in_line(*sentinel, now.view);
  return !contains(line, heir) && std::any_of(line.begin(), line.end(), [&](const Endpoint& at) {
    const NodeView* node = find_node(now.view, at);
    return node != nullptr && is_silent(*node);
  });
}

bool has_to_wait(const Endpoint& heir, const Situation& now) {
  return now.would_displace() || now.failover_is_due() ||
         (now.inputs.waited < returning_master_grace && prefers_a_silent_one(heir, now));
}

// NOLINTNEXTLINE(readability-function-size): a line a case
RoleAction action_for(const RoleCase& found, const Situation& now) {
  using enum RoleCase::Kind;
  const milliseconds waited = now.inputs.waited;
  switch (found.kind) {
    case named_and_fresh:
    case loss_accepted:
      return be_master;
    case missed:
    case moved:
    case named_is_empty:
    case only_empty_master:
      return be_closed_master;
    case named_master_lives:
    case named_leads_to_master:
    case named_but_replaced:
    case other_master_lives:
    case follows_set_master:
      return be_replica;
    case named_but_older:
      return find_node(now.view, found.server)->priority == 0 ? wait : promote;
    case crashed:
      return promote;
    case named_but_empty:
    case address_taken:
    case named_master_returns:
    case named_is_replica:
    case set_master_unknown:
    case not_first_peer:
    case group_unknown:
      return wait;
    case named_master_silent:
      return waited < silent_master_grace(found.server, now) ? wait : be_replica;
    case failing_over:
      return now.waits_for_failover() ? wait : be_closed_master;
    case replica_has_more:
      return waited < now.settings.sentinel_wait.value ? wait : be_replica;
    case nobody_named:
      return waited < patience_with_sentinels(now) ? wait : be_closed_master;
    case first_peer:
      return first_master(now);
    case set_master_is_me:
    case alone:
      return waited < bootstrap_grace && !now.knows_nobody() ? wait : be_master;
    case foreign_data:
    case kept_replica:
    case all_follow:
    case no_other_node:
    case in_place:  // this case and all below are found only while the server runs
    case chosen:
    case named_and_follows:
    case named_follows_me:
    case outvoted:
    case named_is_succeeded:
    case sentinel_lost:
    case sentinel_forgot:
    case nobody_lives:
      return as_it_is;
  }
  return as_it_is;
}

/// The words for an action in a log line.
struct ActionText {
  RoleAction action;
  std::string_view words;  ///< % stands for the server
};

constexpr std::array<ActionText, 6> texts{{
    {as_it_is, "starts as it is: "},
    {be_master, "starts as a master: "},
    {be_closed_master, "starts as a master closed to writes: "},
    {be_replica, "starts as a replica of %: "},
    {promote, "has % promoted: "},
    {wait, "waits: "},
}};

const ActionText& text_of(RoleAction action) {
  return *std::find_if(texts.begin(), texts.end(),
                       [&](const ActionText& text) { return text.action == action; });
}

}  // namespace

bool is_member(const Settings& settings, const std::string& data_group) {
  return settings.group.given || settings.sentinel_hosts.given || !data_group.empty();
}

RoleDecision decide_start_role(const Situation& now) {
  const RoleCase found = classify(now);
  const RoleAction action = action_for(found, now);
  if (action == promote && (now.inputs.paused || has_to_wait(found.server, now))) {
    return {wait, found};
  }
  if (action != be_replica) {
    return {action, found};
  }
  const bool empty = now.lacks_group_data() && !now.settings.accept_data_loss.value;
  const bool loses = now.loses_by_following(found.server) || (empty && now.local.has_data);
  return {action, found, loses, empty};
}

std::string describe(const RoleDecision& decision) {
  return about(text_of(decision.action).words, decision.found.server) + describe(decision.found);
}

}  // namespace dkr
