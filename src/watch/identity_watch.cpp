#include "dkr/watch/identity_watch.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

constexpr const char* hello_channel = "__sentinel__:hello";

}  // namespace

IdentityWatch::IdentityWatch(event_base& loop, const Settings& settings, const OwnServer& sentinel,
                             bool fixed, std::function<void()> taken)
    : loop_(loop),
      settings_(settings),
      sentinel_(sentinel),
      fixed_(fixed),
      taken_(std::move(taken)),
      job_(loop) {}

void IdentityWatch::poll(TimePoint now) {
  job_.end_after(watcher_job_timeout, now);
  const Duration pause = own_.me.empty() ? longest_look_interval : calm_look_interval;
  if (!looked_ || now - *looked_ >= pause) {
    const auto done = [this](const std::optional<OwnIdentity>& own) {
      if (own) {
        take(*own);
      }
    };
    if (job_.start([this] { return look_at_identity(settings_, sentinel_); }, done, now)) {
      looked_ = now;
    }
  }
  if (link_ && !link_->up()) {
    link_->subscribe({hello_channel}, [this](const Reply& message) { hear(message); });
  }
}

void IdentityWatch::take(const OwnIdentity& own) {
  if (own.id != own_.id) {
    ear_ = {};
  }
  own_ = own;
  if (!own_.ear || own_.id.empty()) {
    link_.reset();
  } else if (!link_ || link_->server() != *own_.ear) {
    link_ = std::make_unique<Link>(loop_, *own_.ear, node_access(settings_));
  }
}

void IdentityWatch::hear(const Reply& message) {
  const auto& items = message.items;
  if (items.size() != 3 || items[0].text != "message") {
    return;
  }
  const auto hello = parse_hello(items[2].text);
  if (hello && hello->id == own_.id) {
    tell(ear_.hear(hello->from, own_.me, steady_clock::now()));
  }
}

void IdentityWatch::tell(IdentityOwner owner) {
  if (owner <= told_) {
    return;
  }
  told_ = owner;
  const std::string who = "another sentinel, at " + to_string(ear_.other_than(own_.me)) +
                          ", has the identity of this one: ";
  if (owner == IdentityOwner::disputed) {
    log::warn(who + "it has to take a new one");
  } else if (fixed_) {
    log::error(who + "remove `sentinel myid` from its configuration, and restart it");
  } else {
    log::warn(who + "this one is restarted with a new one");
    taken_();
  }
}

}  // namespace dkr
