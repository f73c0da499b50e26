#include "dkr/watch/loop.hpp"

#include <event2/event.h>

#include <utility>

namespace dkr {

void FreeEvent::operator()(event* event) const noexcept {
  event_free(event);
}

void FreeLoop::operator()(event_base* loop) const noexcept {
  event_base_free(loop);
}

LoopPtr make_loop() {
  // How long events of the last priority may keep the others waiting, however many there are.
  constexpr timeval longest_turn{0, 5000};
  event_config* config = event_config_new();
  event_config_set_max_dispatch_interval(config, &longest_turn, -1, last_priority);
  LoopPtr loop(event_base_new_with_config(config));
  event_config_free(config);
  if (loop) {
    event_base_priority_init(loop.get(), last_priority + 1);
  }
  return loop;
}

int run(event_base& loop) {
  return event_base_dispatch(&loop);
}

Tick::Tick(event_base& loop, Work work)
    : work_(std::move(work)), timer_(event_new(&loop, -1, 0, due, this)) {}

void Tick::begin() {
  constexpr long long second = 1000;
  const auto pause = work_().count();
  const timeval time{static_cast<time_t>(pause / second),
                     static_cast<suseconds_t>(pause % second * second)};
  event_add(timer_.get(), &time);
}

void Tick::due(int /*none*/, short /*what*/, void* tick) {
  static_cast<Tick*>(tick)->begin();
}

}  // namespace dkr
