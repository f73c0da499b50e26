#include "support/deadline.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace dkr::test {
namespace {

timespec until(Deadline deadline) {
  using std::chrono::nanoseconds;
  const auto left = std::chrono::duration_cast<nanoseconds>(deadline - Clock::now());
  const auto count = std::max(left, nanoseconds(0)).count();
  return {count / 1'000'000'000, count % 1'000'000'000};
}

}  // namespace

Deadline within(Clock::duration time) {
  return Clock::now() + time;
}

bool wait_until(const std::function<bool()>& condition, Deadline deadline) {
  while (!condition()) {
    if (Clock::now() >= deadline) {
      return false;
    }
    pass(std::chrono::microseconds(500));
  }
  return true;
}

bool readable(int fd, Deadline deadline) {
  for (;;) {
    pollfd entry{fd, POLLIN, 0};
    const timespec left = until(deadline);
    const int count = ppoll(&entry, 1, &left, nullptr);
    if (count >= 0 || errno != EINTR) {
      return count > 0;
    }
  }
}

void pass(Clock::duration time) {
  const Deadline end = within(time);
  timespec left = until(end);
  while (nanosleep(&left, &left) != 0) {
  }
}

}  // namespace dkr::test
