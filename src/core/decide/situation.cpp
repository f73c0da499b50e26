#include "dkr/core/decide/situation.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

/// True if a sentinel lists a replica at one of these endpoints that meets a condition.
template <class Condition>
bool lists(const SentinelView& sentinel, const std::vector<Endpoint>& endpoints,
           const Condition& condition) {
  return std::any_of(sentinel.replicas.begin(), sentinel.replicas.end(),
                     [&](const KnownServer& replica) {
                       return contains(endpoints, replica.at) && condition(replica);
                     });
}

}  // namespace

Endpoint followed_as_named(const Situation& now) {
  const auto named = named_by_majority(now.view);
  const bool follows =
      named && now.own->role == NodeView::Role::replica &&
      (now.own->master == *named ||
       (find_node(now.view, *named) != nullptr &&
        is_same_server(find_node(now.view, now.own->master), find_node(now.view, *named))));
  return follows || now.inputs.followed == now.own->master ? now.own->master : Endpoint{};
}

StartMemory learn(StartMemory memory, const Situation& now) {
  if (now.may_have_a_group()) {
    memory.hidden = now.inputs.waited;
  }
  const NodeView* replica = now.fresher(NodeView::Role::replica);
  const NodeView* ahead = replica != nullptr ? replica : now.fresher(NodeView::Role::master);
  if (ahead != nullptr) {
    const bool goes_on = memory.is_ahead && memory.ahead == ahead->at;
    memory.ahead_since = goes_on ? memory.ahead_since : now.inputs.waited;
    memory.ahead = ahead->at;
    memory.ahead_at = now.inputs.waited;
  }
  memory.is_ahead = ahead != nullptr;
  return memory;
}

std::chrono::milliseconds backup_patience(const Settings& settings) {
  return 2 * settings.peer_wait.value;
}

bool is_master(const NodeView& node) {
  return node.role == NodeView::Role::master;
}

bool is_silent(const NodeView& node) {
  return node.role == NodeView::Role::unknown;
}

bool continues(const NodeView& node, const std::string& history) {
  return !history.empty() && (node.replication_id == history || node.former_id == history);
}

std::vector<Endpoint> Situation::my_names() const {
  std::vector<Endpoint> all = local.identity.names;
  std::erase_if(all, [&](const Endpoint& name) { return has_successor_at(name); });
  if (!has_moved()) {
    all.insert(all.end(), inputs.own_endpoints.begin(), inputs.own_endpoints.end());
  }
  return all;
}

bool Situation::has_successor_at(const Endpoint& name) const {
  const NodeView* other = find_node(view, name);
  if (other == nullptr || !is_master(*other)) {
    return false;
  }
  const bool followed =
      std::any_of(view.nodes.begin(), view.nodes.end(), [&](const NodeView& node) {
        return node.link_up && is_same_server(find_node(view, node.master), other) &&
               is_in_group(node.at);
      });
  return followed || !local.identity.named || continues(*other, local.reach.replication_id) ||
         naming_epochs(view, {name}).mine > local.identity.epoch;
}

bool Situation::is_in_group(const Endpoint& at) const {
  return contains(inputs.peers, at) || contains(local.memory.replicas, at);
}

bool Situation::has_moved() const {
  const auto& names = local.identity.names;
  return !names.empty() && std::none_of(names.begin(), names.end(), [&](const Endpoint& name) {
    return contains(inputs.own_endpoints, name);
  });
}

bool Situation::is_me(const Endpoint& named) const {
  return contains(my_names(), named);
}

bool Situation::follows_itself() const {
  return own != nullptr && !is_master(*own) && !own->was_linked && !own->has_keys() &&
         first(is_master) == nullptr && !inputs.set_master.empty() &&
         own->master == inputs.set_master.front() && contains(inputs.met, own->master);
}

bool Situation::has_more(const NodeView& node) const {
  const std::string& history = local.reach.replication_id;
  if (lacks_group_data() || history.empty()) {
    return node.has_keys();
  }
  // One that was promoted from our history goes on from there, wherever our last writes end.
  const bool same = node.replication_id == history;
  if (continues(node, history) && node.offset > (same ? local.reach.offset : local.least_reach())) {
    return true;
  }
  if (continues(node, local.saved.replication_id) && node.offset > local.saved.offset) {
    return true;
  }
  // Its history began behind our note, and it has it from this node.
  return !local.identity.names.empty() && !same && node.has_keys() && is_me(node.master) &&
         (node.was_linked || was_promoted_since());
}

const NodeView* Situation::fresher(NodeView::Role role) const {
  const NodeView* best = nullptr;
  for (const NodeView& node : view.nodes) {
    const auto rank = [](const NodeView& one) { return std::pair(one.priority != 0, one.offset); };
    if (node.role == role && has_more(node) && (best == nullptr || rank(node) > rank(*best))) {
      best = &node;
    }
  }
  return best;
}

bool Situation::knows_nobody() const {
  return view.nodes.empty() && view.sentinels.empty();
}

const NodeView* Situation::first(bool (*condition)(const NodeView&)) const {
  const auto found = std::find_if(view.nodes.begin(), view.nodes.end(), condition);
  return found == view.nodes.end() ? nullptr : &*found;
}

const NodeView* Situation::leads_to(const NodeView* node) const {
  for (std::size_t step = 0; node != nullptr && step <= view.nodes.size(); ++step) {
    if (is_master(*node)) {
      return node;
    }
    node = find_node(view, node->master);
  }
  return nullptr;
}

bool Situation::follows_me(const NodeView* node) const {
  for (std::size_t step = 0; node != nullptr && step <= view.nodes.size(); ++step) {
    if (contains(inputs.own_endpoints, node->master)) {
      return true;
    }
    node = find_node(view, node->master);
  }
  return false;
}

bool Situation::may_have_a_group() const {
  const auto is_free = [](const SentinelView& sentinel) {
    return !sentinel.failure || sentinel.failure->kind == Failure::Kind::refused_connection;
  };
  const bool known = find_sentinel([](const SentinelView&) { return true; }) != nullptr;
  return known || (settings.sentinel_hosts.given &&
                   std::none_of(view.sentinels.begin(), view.sentinels.end(), is_free));
}

bool Situation::lacks_group_data() const {
  const std::string& history = local.reach.replication_id;
  const bool shares_history =
      std::any_of(view.nodes.begin(), view.nodes.end(),
                  [&](const NodeView& node) { return continues(node, history); });
  const bool replica = local.role == NodeData::Role::replica;
  const bool unlike = local.group != settings.group.value && !shares_history;
  return !local.has_data || (replica ? local.has_nothing : unlike);
}

bool Situation::is_foreign() const {
  const bool listed =
      find_sentinel([&](const SentinelView& sentinel) {
        return lists(sentinel, inputs.own_endpoints, [](const KnownServer&) { return true; });
      }) != nullptr;
  return local.has_data && local.role != NodeData::Role::replica && lacks_group_data() && !listed;
}

bool Situation::would_be_wiped_by(const NodeView& master) const {
  return !lacks_group_data() && !master.has_keys() && !master.loading &&
         !continues(master, local.reach.replication_id) && !settings.accept_data_loss.value;
}

bool Situation::would_lose_to(const NodeView& master) const {
  const bool is_ours = local.group == settings.group.value && local.keys >= 0;
  const bool has_less = !is_ours || (!master.loading && master.keys < local.keys);
  return local.has_data && has_less && !continues(master, local.reach.replication_id) &&
         !settings.accept_data_loss.value;
}

bool Situation::loses_by_following(const Endpoint& server) const {
  const NodeView* master = leads_to(find_node(view, server));
  return master != nullptr && would_lose_to(*master);
}

const SentinelView* Situation::find_sentinel(
    const std::function<bool(const SentinelView&)>& condition) const {
  const auto found = std::find_if(
      view.sentinels.begin(), view.sentinels.end(),
      [&](const SentinelView& sentinel) { return sentinel.knows_group && condition(sentinel); });
  return found == view.sentinels.end() ? nullptr : &*found;
}

const SentinelView* Situation::stranger() const {
  const SentinelView* found = nullptr;
  for (const SentinelView& sentinel : view.sentinels) {
    if (sentinel.knows_group) {
      return nullptr;
    }
    if (!sentinel.failure && (found == nullptr || found->groups.empty())) {
      found = &sentinel;
    }
  }
  return found;
}

bool Situation::nobody_lives() const {
  const auto may_be_promoted = [&](const KnownServer& replica) {
    const NodeView* node = find_node(view, replica.at);
    return replica.priority != 0 &&
           (contains(inputs.own_endpoints, replica.at) || (node != nullptr && !is_silent(*node)));
  };
  return first(is_master) == nullptr &&
         find_sentinel([&](const SentinelView& sentinel) {
           return std::any_of(sentinel.replicas.begin(), sentinel.replicas.end(), may_be_promoted);
         }) == nullptr;
}

bool Situation::lives_elsewhere(const Endpoint& named) const {
  const NodeView* node = find_node(view, named);
  const auto lives = [&](const SentinelView& sentinel) {
    const auto open_for = fence_after(settings, sentinel.down_after);
    return !sentinel.flags.down() && sentinel.silence < std::max(freshest_ping_age, open_for);
  };
  return (node == nullptr || is_silent(*node)) && most_name(named, lives);
}

bool Situation::would_displace() const {
  const auto named = named_by_majority(view);
  return named && !contains(inputs.own_endpoints, *named) && lives_elsewhere(*named);
}

bool Situation::failover_is_due() const {
  const auto names = my_names();
  const auto left = [](const SentinelView& one) { return one.down_after - one.silence; };
  const auto soon_misses = [&](const SentinelView& one) {
    return contains(names, one.master) && left(one) < one.down_after / 4;
  };
  const SentinelView* recent = find_sentinel(
      [&](const SentinelView& one) { return soon_misses(one) && -left(one) < promotion_grace; });
  const auto all = sentinels_of(view);
  const auto count =
      std::count_if(all.begin(), all.end(), [&](auto* one) { return soon_misses(*one); });
  return recent != nullptr && count >= recent->quorum;
}

bool Situation::was_promoted_since() const {
  const Identity& known = local.identity;
  return !known.names.empty() && naming_epochs(view, my_names()).mine > known.epoch;
}

bool Situation::is_down(const Endpoint& named) const {
  const NodeView* node = find_node(view, named);
  const bool refuses =
      node != nullptr && node->failure && node->failure->kind == Failure::Kind::refused_by_server;
  return !refuses && most_name(named, [](const auto& sentinel) { return sentinel.flags.down(); });
}

bool Situation::most_name(const Endpoint& named,
                          const std::function<bool(const SentinelView&)>& condition) const {
  const auto sentinels = sentinels_of(view);
  const auto count =
      std::count_if(sentinels.begin(), sentinels.end(), [&](const SentinelView* sentinel) {
        return sentinel->master == named && condition(*sentinel);
      });
  return 2 * static_cast<std::size_t>(count) > known_sentinels(sentinels);
}

bool Situation::another_has_better_claim() const {
  return std::any_of(view.nodes.begin(), view.nodes.end(), [&](const NodeView& other) {
    if (other.loading || other.role != NodeView::Role::replica) {
      return other.loading;
    }
    const bool comparable = other.replication_id == own->replication_id;
    const long long theirs = comparable ? other.offset : other.keys;
    const long long ours = comparable ? own->offset : own->keys;
    return theirs != ours ? theirs > ours : other.run_id < own->run_id;
  });
}

bool Situation::names_no_master(const SentinelView& sentinel) const {
  const NodeView* node = find_node(view, sentinel.master);
  const bool dead = node != nullptr && (is_silent(*node) ? sentinel.flags.down()
                                                         : !is_master(*node) && follows_me(node));
  return !contains(inputs.own_endpoints, sentinel.master) && (dead || is_me(sentinel.master));
}

const SentinelView* Situation::replacing() const {
  const auto names = my_names();
  const auto mine = naming_epochs(view, names).mine;
  return find_sentinel([&](const SentinelView& sentinel) {
    return contains(names, sentinel.master) ? replaces_master(sentinel)
                                            : sentinel.config_epoch > mine;
  });
}

const SentinelView* Situation::failing_over(bool names_me) const {
  const auto names = my_names();
  const auto others = naming_epochs(view, names).others;
  return find_sentinel([&](const SentinelView& sentinel) {
    return sentinel.flags.failover_in_progress ||
           (!names_me && contains(names, sentinel.master) && sentinel.config_epoch > others);
  });
}

const SentinelView* Situation::chosen_by() const {
  if (own == nullptr || is_master(*own) || local.has_nothing) {
    return nullptr;
  }
  return find_sentinel([&](const SentinelView& sentinel) {
    return sentinel.flags.failover_in_progress &&
           lists(sentinel, inputs.own_endpoints,
                 [](const KnownServer& replica) { return replica.flags.promoted; });
  });
}

bool Situation::leads(const NodeView* master) const {
  if (own == nullptr || is_master(*own) || own->link_up || !follows_me(master) ||
      !own->has_keys() || local.has_nothing || another_has_better_claim()) {
    return false;
  }
  const bool comparable = master->replication_id == own->replication_id;
  return comparable ? master->offset < own->offset : master->keys < own->keys;
}

bool Situation::has_synchronized() const {
  return own->has_keys() || own->was_linked || is_master(*own);
}

bool Situation::succeeds(const NodeView& master) const {
  const NamingEpochs epochs = naming_epochs(view, my_names());
  return own != nullptr && is_master(*own) && own->former_id == master.replication_id &&
         !own->former_id.empty() && epochs.mine > 0 && epochs.mine == epochs.others;
}

bool Situation::is_outvoted() const {
  const NamingEpochs epochs = naming_epochs(view, my_names());
  const auto leads_it = [&](const SentinelView& one) { return one.id == inputs.voted.leader; };
  return inputs.voted.epoch > std::max(epochs.mine, epochs.others) &&
         (inputs.voted.leader.empty() || find_sentinel(leads_it) == nullptr);
}

bool Situation::is_in_step() const {
  return !own->loading &&
         std::none_of(view.nodes.begin(), view.nodes.end(), [&](const NodeView& node) {
           const bool alike =
               own->link_up && node.link_up && node.replication_id == own->replication_id;
           return node.role == NodeView::Role::replica && !alike && has_more(node);
         });
}

bool Situation::waits_for_failover() const {
  return inputs.waited < promotion_grace &&
         (inputs.after_end != AfterEnd::leave || fresher(NodeView::Role::replica) != nullptr);
}

const SentinelView* Situation::missing(const std::vector<Endpoint>& named) const {
  return find_sentinel([&](const SentinelView& sentinel) {
    return contains(named, sentinel.master) && misses_master(sentinel);
  });
}

bool Situation::can_take_over(const NodeView& node) const {
  const bool whole = !node.loading && !node.synchronizing;
  const bool lags = continues(node, local.noted.replication_id) && node.offset < local.noted.offset;
  return node.role == NodeView::Role::replica && whole &&
         (lacks_group_data() ||
          (node.has_keys() && !lags && continues(node, local.reach.replication_id)));
}

const NodeView* Situation::was_ahead() const {
  return find_node(view, inputs.learned.ahead);
}

const NodeView* Situation::heir() const {
  const SentinelView* sentinel = sentinel_to_ask(view);
  const NodeView* best = nullptr;
  for (const Endpoint& at :
       sentinel == nullptr ? std::vector<Endpoint>{} : next_in_line(*sentinel, view)) {
    const NodeView* node = find_node(view, at);
    if (node == nullptr || !can_take_over(*node)) {
      return nullptr;
    }
    best = best == nullptr || node->offset > best->offset ? node : best;
  }
  return best;
}

}  // namespace dkr
