#pragma once

#include "support/process.hpp"

namespace dkr::test {

/// Turns this process into the launched program. Returns only when that fails, having written why
/// to the descriptor `trouble`.
int exec_launch(const Launch& launch, int out, int err, int trouble) noexcept;

}  // namespace dkr::test
