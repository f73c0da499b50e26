// Which limits a server gets: what must never happen, whatever comes in whatever order. A server, a
// note in a volume, a handover and a watcher that is killed and started anew, with answers that
// come late or never.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <variant>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/gate.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;

/// What the watcher has sent to the server: a question for its limits, or an order to set them.
struct Request {
  std::optional<MinReplicas> set = {};  ///< nothing: a question
  TimePoint asked = {};
  bool served = false;
  MinReplicas answer = {};  ///< to a question, once it is served
};

class World {
 public:
  explicit World(unsigned seed) : random_(seed) { change_limits(); }

  /// One thing happens. What is wrong since then; empty: nothing.
  std::string move() {
    now_ += 1ms;
    switch (pick(random_, 12)) {
      case 0:
        verdict_ = any_verdict();
        return judge(), fault_;
      case 1:
        return ask(), fault_;
      case 2:
      case 3:
        return serve(), fault_;
      case 4:
      case 5:
        return answer(), fault_;
      case 6:
        return user_changes_limits(), fault_;
      case 7:
        return handover_moves(), fault_;
      case 8:
      case 9:
        return note_moves(), fault_;
      case 10:
        now_ += milliseconds(pick(random_, 1500));
        return judge(), fault_;
      default:
        return pick(random_, 4) == 0 ? restart() : lose_connection(), fault_;
    }
  }

  /// Nothing fails any more, and the fence says the same for long.
  std::string settle() {
    handover_found_.reset();
    for (int i = 0; i < 8; ++i) {
      now_ += handover_grace / 4;
      ask();
      while (!requests_.empty()) {
        serve();
        answer();
      }
      begin_note();
      end_note(true);
    }
    const MinReplicas wanted = verdict_ ? min_replicas_for(*verdict_, users_) : server_;
    check(server_ == wanted, "the server does not get the limits of the verdict");
    check(wanted_ == volume_, "the note is not written");
    return fault_;
  }

  [[nodiscard]] int openings() const { return openings_; }
  [[nodiscard]] int guards() const { return guards_; }
  [[nodiscard]] int handovers() const { return handovers_; }

 private:
  void check(bool good, const std::string& fault) {
    if (!good && fault_.empty()) {
      fault_ = fault;
    }
  }

  MinReplicas any_limits() { return {pick(random_, 4), pick(random_, 4) * 5}; }

  FenceVerdict any_verdict() {
    const auto gate = static_cast<Gate>(pick(random_, 3));
    return {gate, gate == Gate::open ? FenceReason::named : FenceReason::cut_off,
            1 + pick(random_, 3)};
  }

  // The watcher.

  void deliver(const GateEvent& event) {
    const GateStep step = gate_step(gate_, event, now_);
    gate_ = step.next;
    check(!reached_ || gate_.gate == *reached_, "the gate has moved without a verdict");
    for (std::size_t i = 0; i < step.count; ++i) {
      std::visit([this](const auto& effect) { act(effect); }, step.effects[i]);
    }
  }

  void judge() {
    if (verdict_) {
      reached_ = gate_.is_known() ? std::optional(verdict_->gate) : std::nullopt;
      deliver(VerdictReached{*verdict_});
    }
  }

  void act(const WriteNote& write) { wanted_ = write.note; }
  void act(const TellGate& tell) {
    check(reached_ == tell.verdict.gate, "the log is wrong");
    openings_ += tell.verdict.gate == Gate::open ? 1 : 0;
  }
  void act(const TellHandoverEnded& /*tell*/) {}
  void act(const SetLimits& set) {
    check(verdict_.has_value(), "limits are set without a verdict");
    const bool fenced = volume_ == GateNote{users_, true} && !writing_;
    switch (verdict_->gate) {
      case Gate::open:
        check(set.limits == users_, "the user's limits are lost");
        break;
      case Gate::guarded:
        check(fenced || set.limits.to_write == no_writes, "guarded before the note says so");
        check(set.limits.to_write >= std::max(users_.to_write, verdict_->replicas), "a weak guard");
        ++guards_;
        break;
      case Gate::closed:
        check(set.limits.to_write == no_writes, "closed, and takes writes");
    }
    check(set.keep == (verdict_->gate == Gate::open), "a fence is written into the configuration");
    requests_.push_back({set.limits, now_});
  }

  /// A new watcher finds the note as it is in the volume, and asks.
  void restart() {
    lose_requests();
    end_note(pick(random_, 2) == 0, false);
    verdict_.reset();
    reached_.reset();
    wanted_ = volume_;
    gate_ = {volume_};
  }

  // Its connection to the server, which answers in order.

  void ask() {
    if (std::none_of(requests_.begin(), requests_.end(), [](auto& one) { return !one.set; })) {
      requests_.push_back({{}, now_});
    }
  }

  void apply(const MinReplicas& limits) {
    const bool undone = server_.to_write == no_writes_in_handover && !refuse_all(limits) &&
                        now_ - handover_began_ < handover_grace;
    check(!undone, "a handover's refusal of writes is undone");
    server_ = limits;
  }

  void serve() {
    const auto next = std::find_if(requests_.begin(), requests_.end(),
                                   [](const Request& one) { return !one.served; });
    if (next != requests_.end()) {
      next->served = true;
      if (next->set) {
        apply(*next->set);
      }
      next->answer = server_;
    }
  }

  void answer() {
    if (requests_.empty() || !requests_.front().served) {
      return;
    }
    const Request done = requests_.front();
    requests_.pop_front();
    if (!done.set) {
      deliver(LimitsSeen{done.answer, done.asked});
    } else if (pick(random_, 8) == 0) {
      deliver(SetLimitsFailed{});
    } else {
      deliver(LimitsSet{*done.set});
    }
    judge();
  }

  /// Whether the server still gets what is under way is open; of an order perhaps one half.
  void lose_requests() {
    for (int left = pick(random_, 3); left > 0; --left) {
      serve();
    }
    const auto half = std::find_if(requests_.begin(), requests_.end(),
                                   [](const Request& one) { return !one.served; });
    if (half != requests_.end() && half->set && pick(random_, 2) == 0) {
      const bool refuses = refuse_all(*half->set);
      apply({refuses ? half->set->to_write : server_.to_write,
             refuses ? server_.max_lag : half->set->max_lag});
    }
    requests_.clear();
  }

  void lose_connection() {
    const bool ordered =
        std::any_of(requests_.begin(), requests_.end(), [](auto& one) { return one.set; });
    lose_requests();
    if (ordered) {
      deliver(SetLimitsFailed{});
    }
  }

  // The note, of which one is written at a time.

  void note_moves() {
    if (!writing_) {
      begin_note();
    } else {
      end_note(pick(random_, 4) != 0);
    }
  }

  void begin_note() {
    if (wanted_ != volume_) {
      writing_ = wanted_;
    }
  }

  void end_note(bool done, bool heard = true) {
    if (writing_ && done) {
      volume_ = *writing_;
    }
    const bool written = std::exchange(writing_, std::nullopt) && done;
    if (heard && (written || wanted_ == volume_)) {
      deliver(NoteWritten{volume_});
      judge();
    }
  }

  // The others that set limits.

  /// What they set while a fence holds is not theirs to keep.
  void user_changes_limits() {
    const bool calm = requests_.empty() && !writing_ && server_ == users_ &&
                      gate_.limits == server_ && gate_.gate == Gate::open && !gate_.note.fenced;
    if (calm) {
      change_limits();
    }
  }

  /// That is seen and noted at once: what is fenced off before is lost with the watcher.
  void change_limits() {
    users_ = server_ = any_limits();
    deliver(LimitsSeen{server_, now_});
    check(wanted_.users_limits == users_, "the user's limits are not noted");
    begin_note();
    end_note(true);
    judge();
  }

  /// As WritePause does it. The watcher has seen the end of the one before.
  void handover_moves() {
    if (!handover_found_) {
      if (!refuse_all(server_) && volume_.users_limits && !volume_.fenced &&
          !gate_.handover_since) {
        check(server_ == users_, "a handover takes a guard for the user's limits");
        handover_found_ = server_;
        handover_began_ = now_;
        const int lag = pick(random_, 4) == 0 ? server_.max_lag : std::max(server_.max_lag, 1);
        server_ = {no_writes_in_handover, lag};
        ++handovers_;
      }
      return;
    }
    const bool killed = pick(random_, 3) == 0;
    if (!killed && server_.to_write == no_writes_in_handover) {
      server_ = *handover_found_;
    }
    handover_found_.reset();
  }

  std::mt19937 random_;
  TimePoint now_ = TimePoint{} + 1h;
  std::string fault_;
  GateState gate_;
  std::optional<FenceVerdict> verdict_;  ///< of the fence, since this watcher runs
  std::optional<Gate> reached_;          ///< what the gate has to be; nothing: nobody knows
  MinReplicas users_;                    ///< what the user has set last
  MinReplicas server_;
  std::deque<Request> requests_;  ///< not answered yet
  GateNote volume_;               ///< the note as it is there
  GateNote wanted_;               ///< as the watcher wants it
  std::optional<GateNote> writing_;
  std::optional<MinReplicas> handover_found_;  ///< by a handover that is at work
  TimePoint handover_began_{};
  int openings_ = 0;
  int guards_ = 0;
  int handovers_ = 0;
};

TEST(Gate, WhateverComesTheseNeverHappen) {
  int openings = 0;
  int guards = 0;
  int handovers = 0;
  for (unsigned seed = 0; seed < 5'000; ++seed) {
    World world(seed);
    for (int i = 0; i < 200; ++i) {
      ASSERT_EQ(world.move(), "") << "seed " << seed << ", step " << i;
    }
    ASSERT_EQ(world.settle(), "") << "seed " << seed << ", at the end";
    openings += world.openings();
    guards += world.guards();
    handovers += world.handovers();
  }
  EXPECT_GT(openings, 10'000);
  EXPECT_GT(guards, 4'000);
  EXPECT_GT(handovers, 6'000);
}

}  // namespace
}  // namespace dkr
