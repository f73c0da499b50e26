#pragma once

#include <chrono>
#include <functional>
#include <memory>

struct event;
struct event_base;

namespace dkr {

struct FreeEvent {
  void operator()(event* event) const noexcept;
};
using EventPtr = std::unique_ptr<event, FreeEvent>;

struct FreeLoop {
  void operator()(event_base* loop) const noexcept;
};
using LoopPtr = std::unique_ptr<event_base, FreeLoop>;

/// The priority of an event that waits for all others; theirs is one less.
inline constexpr int last_priority = 2;

LoopPtr make_loop();
/// Runs the loop until it ends; returns the exit status.
int run(event_base& loop);

/// Makes a loop and a watcher in it, and runs them; returns the exit status.
template <class Watcher, class Orders, class To>
int run_watcher(const Orders& orders, const To& to_init) {
  const LoopPtr loop = make_loop();
  if (!loop) {
    return 1;
  }
  Watcher watcher(orders, to_init, *loop);
  watcher.begin();
  return run(*loop);
}

/// Calls `work` at once and then periodically; each call returns the pause before the next.
class Tick {
 public:
  using Work = std::function<std::chrono::milliseconds()>;

  Tick(event_base& loop, Work work);

  void begin();

 private:
  static void due(int none, short what, void* tick);

  Work work_;
  EventPtr timer_;
};

}  // namespace dkr
