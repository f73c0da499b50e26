#pragma once

#include <chrono>
#include <functional>

namespace dkr::test {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

/// The moment when a test stops waiting. The default suits a busy machine; nothing that works takes
/// as long.
Deadline within(Clock::duration time = std::chrono::seconds(20));

/// Looks again and again, at short intervals, until the condition holds; false at the deadline.
/// For conditions that no descriptor announces.
bool wait_until(const std::function<bool()>& condition, Deadline deadline = within());

/// Waits until a descriptor can be read (or its other end is closed); false at the deadline.
bool readable(int fd, Deadline deadline = within());

/// Lets time pass, where a test is about time.
void pass(Clock::duration time);

}  // namespace dkr::test
