#include "shrink.hpp"

#include <algorithm>
#include <array>

namespace dkr::model {
namespace {

constexpr std::array<Tick, 7> round_times{0, 2, 4, 10, 20, 40, 80};

/// Tries simpler schedules, and keeps what still goes wrong.
class Shrinker {
 public:
  explicit Shrinker(Schedule schedule) : best_(std::move(schedule)) {
    best_.expect = run(best_).as_expected();
    invariant_ = best_.expect.violated.front();
  }

  Schedule simplest() {
    while (drop_fault() || reset_parameter() || round_time()) {
    }
    return best_;
  }

 private:
  bool holds(Schedule simpler) {
    simpler.expect = run(simpler).as_expected();
    const auto& violated = simpler.expect.violated;
    const bool still = std::find(violated.begin(), violated.end(), invariant_) != violated.end();
    if (still) {
      best_ = std::move(simpler);
    }
    return still;
  }

  bool drop_fault() {
    for (Index which = 0; which < best_.faults.size(); ++which) {
      Schedule simpler = best_;
      simpler.faults.erase(simpler.faults.begin() + static_cast<std::ptrdiff_t>(which));
      if (holds(std::move(simpler))) {
        return true;
      }
    }
    return false;
  }

  template <class T>
  bool reset_one(T Parameters::*member) {
    Schedule simpler = best_;
    const Parameters usual;
    simpler.parameters.*member = usual.*member;
    return best_.parameters.*member != usual.*member && holds(std::move(simpler));
  }

  bool reset_parameter() {
    return reset_one(&Parameters::down_after) || reset_one(&Parameters::keeping) ||
           reset_one(&Parameters::names) || reset_one(&Parameters::peers) ||
           reset_one(&Parameters::backup) || reset_one(&Parameters::second_address) ||
           reset_one(&Parameters::big) || reset_one(&Parameters::volumes) ||
           reset_one(&Parameters::notes) || reset_one(&Parameters::epoch) ||
           reset_one(&Parameters::preferred) || reset_one(&Parameters::plain) ||
           reset_one(&Parameters::min_replicas) || reset_one(&Parameters::seeds) ||
           reset_one(&Parameters::quorum);
  }

  /// Earlier faults, and rounder times that they last.
  bool round_time() {
    for (Index which = 0; which < best_.faults.size(); ++which) {
      const Fault& fault = best_.faults[which];
      for (const Tick time : round_times) {
        Schedule simpler = best_;
        simpler.faults[which].lasts = time;
        if (time != 0 && time < fault.lasts && holds(std::move(simpler))) {
          return true;
        }
      }
      Schedule simpler = best_;
      simpler.faults[which].at -= fault.at % second == 0 ? second : 1;
      const Tick before = which == 0 ? 4 : best_.faults[which - 1].at;
      if (simpler.faults[which].at >= before && holds(std::move(simpler))) {
        return true;
      }
    }
    return false;
  }

  Schedule best_;
  int invariant_ = 0;
};

}  // namespace

Schedule shrink(Schedule schedule) {
  return Shrinker(std::move(schedule)).simplest();
}

}  // namespace dkr::model
