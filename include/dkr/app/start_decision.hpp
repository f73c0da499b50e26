#pragma once

#include "dkr/app/environment.hpp"
#include "dkr/core/decide/plan.hpp"
#include "dkr/core/init/crash.hpp"

namespace dkr {

/// Waits until the group says enough to start by, and returns that. Looks in a child process, so a
/// signal ends the wait, and probes are answered meanwhile. Asks nobody if the start has nothing to
/// ask (question_of()).
OrStopped<StartDecision> await_decision(const StartFacts& facts, AfterEnd after_end,
                                        const Environment& environment);

/// Returns what the group says about a start now, after one look.
StartDecision decide_now(const StartFacts& facts);

/// Goes on under the group's name that a decision has taken from the sentinels, if it has.
void take_name(StartFacts& facts, const StartDecision& decision);

}  // namespace dkr
