#include "dkr/group/pause.hpp"

#include <chrono>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {

std::vector<PauseAnswer> give_orders(const std::vector<PauseOrder>& orders,
                                     const Settings& settings) {
  const TimePoint deadline = std::chrono::steady_clock::now() + longest_look_timeout;
  std::vector<ChildJob<std::string>> jobs;
  jobs.reserve(orders.size());
  for (const PauseOrder& order : orders) {
    jobs.emplace_back([&] { return set_quorum(order.sentinel, settings, order.value, deadline); });
  }
  std::vector<PauseAnswer> answers;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    answers.push_back({orders[i].sentinel, jobs[i].answer(deadline).value_or(too_late().text)});
  }
  return answers;
}

}  // namespace dkr
