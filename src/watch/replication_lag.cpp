#include "dkr/watch/replication_lag.hpp"

#include <algorithm>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/health/probe.hpp"
#include "dkr/redis/queries.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {

ReplicationLag::ReplicationLag(event_base& loop, const Settings& settings)
    : loop_(loop), settings_(settings), look_up_(loop) {}

void ReplicationLag::poll(const NodeView& replica, TimePoint now) {
  look_up_.end_after(watcher_job_timeout, now);
  if (replica.master != master_) {
    master_ = replica.master;
    link_.reset();
    looked_up_.reset();
    heard_.reset();
  }
  if (master_.host.empty()) {
    return;
  }
  if (lost_ && !is_address(master_.host)) {
    link_.reset();  // the name may resolve to another address now
  }
  if (link_) {
    return ask(now);
  }
  if (is_address(master_.host)) {
    return meet(master_);
  }
  if (!look_up_.busy() && (!looked_up_ || now - *looked_up_ > resolve_interval)) {
    looked_up_ = now;
    const auto look_up = [host = master_.host] { return addresses_of(host); };
    const auto found = [this, master = master_](const auto& all) {
      if (all && *all && !(*all)->empty() && master == master_) {
        meet({(*all)->front(), master.port});
      }
    };
    look_up_.start(look_up, found, now);
  }
}

void ReplicationLag::meet(const Endpoint& address) {
  lost_ = false;
  link_.emplace(loop_, address, node_access(settings_));
}

void ReplicationLag::ask(TimePoint now) {
  const auto answer = [this](const std::vector<Reply>& replies) {
    lost_ = replies.empty();
    const NodeView view = node_view(master_, replies.empty() ? Reply{} : replies.front());
    if (!view.failure) {
      offset_ = view.offset;
      heard_ = link_->polled();
    }
  };
  link_->poll({{"INFO", "replication"}}, now, server_timeout, answer);
}

std::optional<long long> ReplicationLag::lag_of(const NodeView& replica, TimePoint now) const {
  if (!heard_ || replica.master != master_ || now - *heard_ > answer_lifetime) {
    return std::nullopt;
  }
  return std::max(0LL, offset_ - replica.offset);
}

}  // namespace dkr
