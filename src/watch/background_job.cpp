#include "dkr/watch/background_job.hpp"

#include <event2/event.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace dkr {

BackgroundJob::BackgroundJob(event_base& loop) : loop_(loop) {}

BackgroundJob::~BackgroundJob() {
  if (task_) {
    done_ = {};
    finish();
  }
}

bool BackgroundJob::start(const Job& job, Done done, TimePoint now) {
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

void BackgroundJob::readable(int fd, short /*what*/, void* job) {
  auto* self = static_cast<BackgroundJob*>(job);
  std::array<char, 4096> block{};
  const ssize_t got = ::read(fd, block.data(), block.size());
  if (got > 0) {
    self->answer_.append(block.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EAGAIN) {
    self->finish();
  }
}

void BackgroundJob::finish() {
  reading_.reset();
  ::kill(task_->pid, SIGKILL);
  ::waitpid(task_->pid, nullptr, 0);
  task_.reset();
  if (const Done done = std::exchange(done_, {})) {
    done(answer_);
  }
}

void BackgroundJob::end_after(std::chrono::milliseconds limit, TimePoint now) {
  if (busy() && now - started_ > limit) {
    answer_.clear();
    finish();
  }
}

}  // namespace dkr
