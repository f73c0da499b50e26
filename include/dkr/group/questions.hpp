#pragma once

#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/platform/child_job.hpp"

namespace dkr {

/// A question to a server, whose answer is a view.
template <class View>
using Question = View (*)(const Endpoint& at, const Settings& settings, TimePoint deadline);

/// Asks all servers at once, each in a child process.
template <class View>
std::vector<ChildJob<View>> ask_each(Question<View> ask, const std::vector<Endpoint>& whom,
                                     const Settings& settings, TimePoint deadline) {
  std::vector<ChildJob<View>> jobs;
  jobs.reserve(whom.size());
  for (const Endpoint& at : whom) {
    jobs.emplace_back([&] { return ask(at, settings, deadline); });
  }
  return jobs;
}

/// Adds the answers of ask_each() to `views`; who has not answered by then is there with a failure.
template <class View>
void take_answers(std::vector<View>& views, const std::vector<Endpoint>& whom,
                  const std::vector<ChildJob<View>>& jobs, TimePoint deadline) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    auto view = jobs[i].answer(deadline);
    views.push_back(view ? std::move(*view) : unanswered<View>(whom[i], too_late()));
  }
}

}  // namespace dkr
