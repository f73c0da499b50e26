#pragma once

#include "run.hpp"

namespace dkr::model {

/// The simplest schedule that still violates the same first invariant: fewer faults, a more usual
/// group, rounder times. Its expectation is what it violates.
Schedule shrink(Schedule schedule);

}  // namespace dkr::model
