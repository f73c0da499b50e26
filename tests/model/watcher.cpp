#include "watcher.hpp"

#include <algorithm>

#include "dkr/core/base/match.hpp"
#include "dkr/core/decide/crash_cost.hpp"
#include "dkr/core/decide/node_standing.hpp"
#include "look.hpp"
#include "node.hpp"
#include "reconcile.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

/// What a watcher does in a tick. Its moments follow each other within it.
class Round {
 public:
  Round(World& world, Index which)
      : world_(world),
        which_(which),
        node_(world.nodes.at(which)),
        watcher_(node_.watcher),
        now_(world.time()) {}

  void run() {
    beat();
    if (!node_.watcher.runs || node_.life != Node::Life::running) {
      return;  // the server hung, and was killed
    }
    poll_server();
    for (SentinelSight& sight : watcher_.sights) {
      poll(sight);
    }
    judge();
    if (watcher_.own) {
      look_if_due();
    }
    if (watcher_.own) {
      keep_if_due();
    }
    if (wrote_) {
      judge();
    }
  }

 private:
  [[nodiscard]] NodeStanding standing() const {
    return {*watcher_.own, watcher_.me, heard_lately(world_, watcher_),
            memory_of(fence_view(), watcher_.me)};
  }

  [[nodiscard]] FenceView fence_view() const {
    return {*watcher_.own,
            watcher_.own_heard,
            watcher_.sights,
            watcher_.peers,
            now_ - (world_.now - watcher_.began) * 500ms,
            watcher_.gate.gate,
            watcher_.found().kind == RoleCase::Kind::foreign_data,
            watcher_.memory,
            elapsed(watcher_.failing_since, now_),
            watcher_.noted,
            watcher_.note.identity.epoch};
  }

  /// Whether the server would wake up as a master beside another.
  [[nodiscard]] bool hangs() const {
    if (!watcher_.own || watcher_.own->role != NodeView::Role::master ||
        now_ - watcher_.own_heard < hang_timeout) {
      return false;
    }
    const auto other = standing().named();
    return node_.settings.fence.value && other && !contains(watcher_.me, *other);
  }

  void beat() {
    if (hangs()) {
      return happens(world_, which_, ServerHung{});
    }
    const bool groups_own = watcher_.note.group == node_.settings.group.value;
    const auto limit = fence_after(node_.settings, watcher_.sights, watcher_.memory);
    happens(world_, which_,
            Heartbeat{groups_own && watcher_.own ? crash_cost_of(*watcher_.own, limit)
                                                 : CrashCost::nothing});
  }

  void poll_server() {
    const Server& server = node_.server;
    if (!server.up || world_.now < server.hangs_until ||
        world_.now < world_.troubles.at(which_).locked) {
      return;
    }
    watcher_.own = info_of(world_, which_, node_.address);
    watcher_.own_heard = now_;
    step(LimitsSeen{server.limits, now_});
  }

  void poll(SentinelSight& sight) {
    const Index sentinel = sentinel_at(world_, sight.view.at);
    if (sentinel == nobody || !sentinel_answers(world_, which_, sentinel)) {
      return;
    }
    sight.view = answer_of(world_, sentinel, sight.view.at);
    sight.heard = now_;
    const Sentinel& voter = world_.sentinels.at(sentinel);
    if (voter.voted_for != nobody) {
      take_vote(sight, {now_, world_.sentinels.at(voter.voted_for).id, voter.voted_epoch});
    }
    if (world_.now - world_.foreign_vote <= 1) {
      const auto leader = std::find_if(world_.sentinels.begin(), world_.sentinels.end(),
                                       [](const Sentinel& other) { return other.up; });
      sight.voted = Vote{now_, leader->id, voter.current_epoch + 1};
    }
  }

  void judge() {
    const bool knows_group = watcher_.looked_at || !watcher_.memory.sentinels.empty();
    if (!watcher_.own || !watcher_.gate.is_known() || !knows_group) {
      return;
    }
    const FenceVerdict verdict = judge_fence(node_.settings, fence_view(), watcher_.me, now_);
    watcher_.reason = verdict.reason;
    watcher_.failing_since = failing_since(watcher_.failing_since, verdict.reason, now_);
    step(VerdictReached{verdict});
  }

  void step(const GateEvent& event) {
    const GateStep done = gate_step(watcher_.gate, event, now_);
    watcher_.gate = done.next;
    for (std::size_t i = 0; i < done.count; ++i) {
      match(done.effects.at(i), [&](const auto& effect) { act(effect); });
    }
  }

  void act(const WriteNote& write) {
    watcher_.note.users_limits = write.note.users_limits;
    watcher_.note.fenced = write.note.fenced;
    watcher_.kept_at.reset();
    keep_if_due();
  }

  void act(const TellGate& tell) const {
    world_.tell(node_.name + ": fence " +
                (tell.verdict.gate == Gate::open      ? "open: "
                 : tell.verdict.gate == Gate::guarded ? "guarded: "
                                                      : "closed: ") +
                describe(tell.verdict.reason));
  }

  void act(const TellHandoverEnded& /*tell*/) const {}

  void act(const SetLimits& set) {
    node_.server.limits = set.limits;
    if (set.keep) {
      rewrite_conf(world_, which_);
    }
    step(LimitsSet{set.limits});
  }

  void look_if_due() {
    const bool calm = is_at_rest(watcher_.note, standing()) && watcher_.found() == RoleCase{};
    const Tick pause = calm ? static_cast<Tick>(calm_look_interval / 500ms)
                            : static_cast<Tick>(longest_look_interval / 500ms);
    if (watcher_.looked_at && world_.now - *watcher_.looked_at < pause) {
      return;
    }
    const bool first = !watcher_.looked_at;
    for (const Endpoint& at : reconcile(world_, which_)) {
      meet(at);
    }
    if (first) {
      judge();
    }
  }

  /// A sentinel that the look has found.
  void meet(const Endpoint& at) {
    const bool known = std::any_of(watcher_.sights.begin(), watcher_.sights.end(),
                                   [&](const SentinelSight& one) { return one.view.at == at; });
    if (!known) {
      watcher_.sights.emplace_back().view.at = at;
      poll(watcher_.sights.back());
    }
  }

  void keep_if_due() {
    const bool works = world_.parameters.notes && world_.now >= world_.troubles.at(which_).volume;
    const NodeStanding node = standing();
    const Tick pause = static_cast<Tick>(note_interval / 500ms);
    const bool due = !watcher_.kept_at || world_.now - *watcher_.kept_at >= pause ||
                     is_outdated(watcher_.note, node);
    if (!due) {
      return;
    }
    watcher_.note = next_note(watcher_.note, node, node_.settings.group.value);
    if (!works) {
      return;
    }
    watcher_.kept_at = world_.now;
    node_.volume.note = watcher_.note;
    step(NoteWritten{{watcher_.note.users_limits, watcher_.note.fenced}});
    wrote_ = true;
    now_ += 1ms;
    step(LimitsSeen{node_.server.limits, now_});  // a guard waits for that
  }

  World& world_;
  Index which_;
  Node& node_;
  Watcher& watcher_;
  TimePoint now_;
  bool wrote_ = false;
};

}  // namespace

void start_watcher(World& world, Index which) {
  Node& node = world.nodes.at(which);
  node.watcher = {};
  node.watcher.runs = true;
  node.watcher.began = world.now;
  node.watcher.held = {};
  node.watcher.followed = node.follows;
  node.watcher.me = endpoints_of(world, which);
  node.watcher.note = node.volume.note ? parse_state_note(to_text(*node.volume.note)) : StateNote{};
  node.watcher.memory = node.watcher.note.memory;
  node.watcher.noted = node.watcher.note.mark.has_value();
  for (const Endpoint& at : node.watcher.memory.sentinels) {
    node.watcher.sights.emplace_back().view.at = at;
  }
  node.watcher.gate = {{node.watcher.note.users_limits, node.watcher.note.fenced}};
}

void run_watcher(World& world, Index which) {
  Round(world, which).run();
}

GroupView heard_lately(const World& world, const Watcher& watcher) {
  GroupView view;
  for (const SentinelSight& sight : watcher.sights) {
    if (heard_since(sight, world.time() - sentinel_answer_lifetime)) {
      view.sentinels.push_back(sight.view);
    }
  }
  return view;
}

}  // namespace dkr::model
