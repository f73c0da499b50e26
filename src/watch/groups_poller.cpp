#include "dkr/watch/groups_poller.hpp"

#include <utility>

#include "dkr/redis/queries.hpp"

namespace dkr {

GroupsPoller::GroupsPoller(event_base& loop, const OwnServer& sentinel, bool votes,
                           std::function<void()> changed)
    : votes_(votes), changed_(std::move(changed)), link_(loop, sentinel.at, sentinel.access) {}

void GroupsPoller::poll(TimePoint now, std::chrono::milliseconds limit) {
  link_.poll({{"SENTINEL", "MASTERS"}}, now, limit, [this](const std::vector<Reply>& replies) {
    failure_ = replies.empty() ? link_.failure().text : "";
    objects_ = replies.empty() && is_objection(link_.failure());
    if (!replies.empty() || link_.failure().kind == Failure::Kind::refused_by_server) {
      spoke_ = link_.polled();
    }
    if (!replies.empty()) {
      read(replies.front());
    }
  });
}

void GroupsPoller::read(const Reply& masters) {
  if (masters.kind == Reply::Kind::error) {
    failure_ = masters.text;
    objects_ = is_objection({Failure::Kind::refused_by_server, masters.text});
    return changed_();
  }
  seen_ = seen_groups(masters);
  seen_at_ = link_.polled();
  auto groups = monitored_groups(masters);
  if (groups.empty() || !votes_) {
    return take(std::move(groups), link_.polled());
  }
  ask_votes(std::move(groups));
}

void GroupsPoller::ask_votes(std::vector<MonitoredGroup> groups) {
  const auto questions = vote_queries(groups);
  link_.ask(questions, [this, asked = link_.polled(),
                        groups = std::move(groups)](const std::vector<Reply>& replies) mutable {
    if (replies.size() == groups.size()) {
      for (std::size_t i = 0; i < groups.size(); ++i) {
        take_votes(groups[i], replies[i]);
      }
      take(std::move(groups), asked);
    }
  });
}

void GroupsPoller::take(std::vector<MonitoredGroup> groups, TimePoint asked) {
  groups_ = std::move(groups);
  heard_ = asked;
  changes_.trace([&] {
    std::string text = "the sentinel here monitors " + std::to_string(groups_.size()) + " groups";
    for (const MonitoredGroup& group : groups_) {
      text += "; " + group.name + " at " + to_string(group.master) +
              (group.master_up ? ", up: " : ", down: ") + group.votes;
    }
    return text;
  });
  changed_();
}

}  // namespace dkr
