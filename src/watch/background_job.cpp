#include "dkr/watch/background_job.hpp"

#include <event2/event.h>

#include <utility>

namespace dkr {

bool BackgroundJob::begin(const Job& job, Done done, TimePoint now) {
  if (busy()) {
    return false;
  }
  auto task = start_task(job);
  if (!task) {
    return false;
  }
  task_ = std::move(*task);
  answer_.clear();
  done_ = std::move(done);
  started_ = now;
  reading_.reset(event_new(&loop_, task_->answer.get(), EV_READ | EV_PERSIST, readable, this));
  event_add(reading_.get(), nullptr);
  return true;
}

void BackgroundJob::readable(int /*fd*/, short /*what*/, void* job) {
  auto* self = static_cast<BackgroundJob*>(job);
  if (!read_more(self->task_->answer, self->answer_)) {
    self->finish();
  }
}

void BackgroundJob::finish() {
  reading_.reset();
  task_.reset();
  std::exchange(done_, {})(answer_);
}

void BackgroundJob::end_after(std::chrono::milliseconds limit, TimePoint now) {
  if (busy() && now - started_ > limit) {
    answer_.clear();
    finish();
  }
}

}  // namespace dkr
