#include "dkr/watch/sentinel_poller.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/decide/debug_text.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// Events after which the master may be replaced. Source: redis.io, "High availability with Redis
/// Sentinel", Pub/Sub messages; +selected-slave comes at least 50 ms before a promotion.
constexpr std::array<std::string_view, 5> alarms{"+odown", "+try-failover", "+elected-leader",
                                                 "+selected-slave", "+promoted-slave"};
/// Its payload is a sentinel and an epoch, but not the group.
constexpr std::string_view vote = "+vote-for-leader";
/// Events after which the sentinel has something new to say.
constexpr std::array<std::string_view, 8> news{"-odown",
                                               "+switch-master",
                                               "+config-update-from",
                                               "+failover-end",
                                               "-failover-abort-not-elected",
                                               "-failover-abort-no-good-slave",
                                               "-failover-abort-slave-timeout",
                                               "+monitor"};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

SentinelPoller::SentinelPoller(event_base& loop, const Endpoint& at, const Settings& settings,
                               const std::vector<Endpoint>& me, std::function<void()> changed)
    : group_(settings.group.value),
      me_(me),
      changed_(std::move(changed)),
      talk_(loop, at, sentinel_access(settings)),
      events_(loop, at, sentinel_access(settings)) {
  sight_.view.at = at;
}

void SentinelPoller::poll(TimePoint now, std::chrono::milliseconds limit) {
  if (talk_.polling() && now - talk_.polled() > limit) {
    events_.drop();
  }
  if (!events_.up()) {
    std::vector<std::string> channels(alarms.begin(), alarms.end());
    channels.insert(channels.end(), news.begin(), news.end());
    channels.emplace_back(vote);
    events_.subscribe(channels, [this](const Reply& message) { hear(message); });
  }
  ask(now, limit);
}

void SentinelPoller::ask(TimePoint now, std::chrono::milliseconds limit) {
  auto queries = sentinel_queries(group_);
  queries.push_back(last_vote_query(named_address()));
  talk_.poll(queries, now, limit, [this](std::vector<Reply> replies) {
    if (replies.empty()) {
      return changes_.trace(
          [&] { return "sentinel " + to_string(sight_.view.at) + ": " + talk_.failure().text; });
    }
    take_vote(sight_, vote_in(replies.back(), steady_clock::now()));
    replies.pop_back();
    sight_.view = sentinel_view(sight_.view.at, replies);
    changes_.trace([&] { return debug_text(sight_.view); });
    sight_.heard = talk_.polled();
    if (std::exchange(again_, false)) {
      ask(steady_clock::now());
    } else {
      sight_.alarmed = false;
    }
    changed_();
  });
}

void SentinelPoller::tell(const std::vector<std::string>& command,
                          const std::function<void(const std::string& reply)>& done) {
  talk_.ask({command}, [this, done](const std::vector<Reply>& replies) {
    done(replies.empty() ? talk_.failure().text : replies.front().text);
  });
}

/// Where a group goes by names, and before the first answer, the master may be this node.
Endpoint SentinelPoller::named_address() const {
  const auto address = [](const Endpoint& at) { return is_address(at.host); };
  const auto mine = std::find_if(me_.begin(), me_.end(), address);
  return address(sight_.view.master) || mine == me_.end() ? sight_.view.master : *mine;
}

void SentinelPoller::hear(const Reply& message) {
  if (message.items.size() != 3 || message.items[0].text != "message") {
    return;
  }
  const std::string& channel = message.items[1].text;
  log::trace([&] {
    return "sentinel " + to_string(sight_.view.at) + " tells " + channel + " " +
           message.items[2].text;
  });
  const auto words = split_shell_words(message.items[2].text);
  if (channel == vote) {
    sight_.voted = parse_vote(message.items[2].text, steady_clock::now());
    return changed_();
  }
  if (words && !is_one_of(*words, group_)) {
    return;
  }
  if (is_one_of(alarms, channel)) {
    sight_.alarmed = true;
    changed_();
  }
  if (talk_.polling()) {
    again_ = true;
  } else {
    ask(steady_clock::now());
  }
}

}  // namespace dkr
