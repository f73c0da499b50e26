#pragma once

#include "dkr/app/environment.hpp"
#include "dkr/core/decide/plan.hpp"
#include "dkr/core/init/crash.hpp"

namespace dkr {

/// What the group says about a start, waited for until it is enough to start by. It is looked for
/// in a child, so a signal ends the wait, and probes are answered meanwhile. Asks nobody where the
/// node is not a member and no sentinel.
OrStopped<StartDecision> await_decision(const StartFacts& facts, AfterEnd after_end,
                                        const Environment& environment);

/// What the group says about a start now, after one look.
StartDecision decide_now(const StartFacts& facts);

}  // namespace dkr
