#include "dkr/group/write_pause.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using Order = std::vector<std::string>;

Order set_to_write(const MinReplicas& limits) {
  return {"CONFIG", "SET", "min-replicas-to-write", std::to_string(limits.to_write)};
}

Order set_max_lag(const MinReplicas& limits) {
  return {"CONFIG", "SET", "min-replicas-max-lag", std::to_string(limits.max_lag)};
}

}  // namespace

WritePause::WritePause(const Settings& settings, DataNode& server)
    : settings_(settings), server_(server) {}

std::string WritePause::begin(std::chrono::milliseconds longest, TimePoint deadline) {
  const auto reply =
      server_.ask({"CLIENT", "PAUSE", std::to_string(longest.count()), "WRITE"}, deadline);
  if (!reply) {
    return reply.error().text;
  }
  if (lacks_write_pause(*reply)) {
    return refuse_writes(deadline);
  }
  return reply->kind == Reply::Kind::error ? reply->text : "";
}

std::string WritePause::refuse_writes(TimePoint deadline) {
  const auto found = limits(deadline);
  if (!found) {
    return "it does not tell its min-replicas limits";
  }
  // Read after the limits: the fence writes the note before it sets them.
  const auto note = read_note(settings_);
  if (!note || !note->users_limits) {
    return "Redis before 6.2 cannot make writes wait, and no watcher is there that would end a "
           "refusal of writes";
  }
  if (note->fenced || refuse_all(*found)) {
    return "Redis before 6.2 cannot make writes wait, and the fence is at work";
  }
  users_ = found;
  log::info("Redis before 6.2 cannot make writes wait, so they are refused during the handover");
  const MinReplicas none{no_writes_in_handover, std::max(found->max_lag, 1)};
  // The value that tells the watcher whose limits these are is set first, and restored last.
  auto refusal =
      give_orders(server_.at(), settings_, {set_to_write(none), set_max_lag(none)}, deadline);
  refused_at_ = steady_clock::now();
  changes_ = changes(deadline);
  return refusal;
}

std::optional<MinReplicas> WritePause::limits(TimePoint deadline) const {
  const auto reply = server_.ask({"CONFIG", "GET", "min-replicas-*"}, deadline);
  return reply ? min_replicas_in(*reply) : std::nullopt;
}

long long WritePause::changes(TimePoint deadline) const {
  return ask_node(server_.at(), settings_, deadline).changes;
}

std::string WritePause::breach(TimePoint deadline) const {
  if (!users_) {
    return {};
  }
  std::this_thread::sleep_until(refused_at_ + script_watch_time);
  const auto found = limits(deadline);
  if (!found || !refuse_all(*found) || found->max_lag == 0) {
    return "writes are taken again";
  }
  return changes(deadline) == changes_
             ? ""
             : "scripts write on, which Redis before 6.2 lets pass where it refuses writes";
}

void WritePause::extend(std::chrono::milliseconds longer) {
  if (!users_) {  // a refusal lasts by itself
    give_orders(server_.at(), settings_,
                {{"CLIENT", "PAUSE", std::to_string(longer.count()), "WRITE"}},
                steady_clock::now() + running_look_timeout);
  }
}

void WritePause::end() {
  const TimePoint deadline = steady_clock::now() + running_look_timeout;
  if (!users_) {
    give_orders(server_.at(), settings_, {{"CLIENT", "UNPAUSE"}}, deadline);
    return;
  }
  const auto found = limits(deadline);
  if (found && found->to_write == no_writes_in_handover) {
    give_orders(server_.at(), settings_, {set_max_lag(*users_), set_to_write(*users_)}, deadline);
  }
}

std::string WritePause::end_as_replica(const Endpoint& master) {
  auto orders = follow_orders(master);
  if (users_) {
    // Before CONFIG REWRITE, which follows REPLICAOF.
    orders.insert(orders.begin() + 1, {set_max_lag(*users_), set_to_write(*users_)});
  } else {
    orders.push_back({"CLIENT", "UNPAUSE"});
  }
  return give_orders(server_.at(), settings_, orders, steady_clock::now() + running_look_timeout);
}

}  // namespace dkr
