#include "dkr/core/health/probe.hpp"

#include <algorithm>

namespace dkr {
namespace {

using std::chrono::milliseconds;
using Kind = HealthView::Kind;
using Role = NodeView::Role;

Verdict yes(std::string line) {
  return {true, std::move(line)};
}

Verdict no(std::string line) {
  return {false, std::move(line)};
}

std::string in_seconds(TimePoint::duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

/// Returns why there is no good answer.
std::string silence(const HealthView& view, TimePoint now) {
  if (view.heard) {
    return "the server has not answered for " + in_seconds(now - *view.heard);
  }
  if (!view.failure.empty()) {
    return "the server: " + view.failure;
  }
  return "the server has not answered yet";
}

std::string loading(const HealthView& view) {
  return "the server loads its data, " + std::to_string(view.node.loaded_percent) + " %";
}

std::string of_group(const HealthView& view) {
  return view.group.empty() ? std::string() : " in group " + view.group;
}

std::string waiting(const HealthView& view) {
  return view.failure.empty() ? "waits for its role" + of_group(view)
                              : "no server is there yet: " + view.failure;
}

Verdict judge_live(const ProbeQuery& query, const HealthView& view, TimePoint now) {
  if (view.kind == Kind::waiting) {
    return yes(waiting(view));
  }
  if (now - view.alive >= query.live_timeout) {
    const bool asked_once = view.alive == TimePoint{};
    return no(asked_once ? silence(view, now)
                         : "the server has neither answered nor shown progress for " +
                               in_seconds(now - view.alive));
  }
  if (!is_heard(view, now)) {
    return yes(silence(view, now));
  }
  return yes(view.kind == Kind::node && view.node.loading ? loading(view) : "the server answers");
}

Verdict judge_started(const HealthView& view, TimePoint now) {
  if (view.kind == Kind::waiting) {
    return no(waiting(view));
  }
  if (is_objecting(view, now)) {
    return yes("the server has started, but lets nobody look: " + view.failure);
  }
  if (!is_heard(view, now)) {
    return no(silence(view, now));
  }
  return view.kind == Kind::node && view.node.loading ? no(loading(view))
                                                      : yes("the server has started");
}

Verdict judge_master(const HealthView& view) {
  const Standing& standing = view.standing;
  if (view.gate == Gate::closed || view.refuses_writes) {
    return no("a master that refuses writes: " + (view.gate_reason.empty()
                                                      ? "its min-replicas limits let none in"
                                                      : view.gate_reason));
  }
  if (view.group.empty()) {
    return yes("an independent master");
  }
  if (!standing.looked) {
    return no("a master that has not looked at its group yet");
  }
  if (standing.reached == 0) {
    return yes("the master" + of_group(view) + "; no sentinel answers");
  }
  if (standing.names_me) {
    return yes("the master" + of_group(view));
  }
  return no(standing.named ? "a master, but the sentinels name " + to_string(*standing.named)
                           : "a master that the sentinels do not name");
}

Verdict judge_link(const HealthView& view, const std::string& master) {
  if (view.node.link_up) {
    return yes("a replica of " + master + of_group(view));
  }
  if (!view.node.was_linked) {
    return no(view.node.synchronizing ? "a replica that gets its first data from " + master
                                      : "a replica that has not had the data of " + master);
  }
  if (view.standing.named && !view.standing.names_me && view.standing.named_lives) {
    return no("a replica without a link to " + master);
  }
  return yes("a replica of " + master + of_group(view) + "; its link is down, and no master lives");
}

Verdict judge_replica(const ProbeQuery& query, const HealthView& view) {
  Verdict link = judge_link(view, to_string(view.node.master));
  if (!link.good || !query.max_lag || !view.node.link_up) {
    return link;
  }
  if (!view.lag) {
    return no("a replica, and its lag is not known");
  }
  const std::string bytes = "a replica with a lag of " + std::to_string(*view.lag) + " bytes";
  return *view.lag > *query.max_lag ? no(bytes) : yes(bytes);
}

/// Returns the first group that is not well; null if all are.
const MonitoredGroup* sick_group(const HealthView& view) {
  const auto sick = std::find_if(view.groups.begin(), view.groups.end(), [](const auto& group) {
    return !group.master_up || !group.can_fail_over;
  });
  return sick == view.groups.end() ? nullptr : &*sick;
}

Verdict judge_sentinel(const ProbeQuery& query, const HealthView& view) {
  if (view.groups.empty()) {
    return no("a sentinel that monitors no group");
  }
  if (const MonitoredGroup* sick = sick_group(view)) {
    const std::string line = "a sentinel; group " + sick->name + ", master " +
                             to_string(sick->master) + (sick->master_up ? "" : " is down") + ": " +
                             sick->votes;
    return {!query.quorum, line};
  }
  return yes("a sentinel of " + std::to_string(view.groups.size()) +
             (view.groups.size() == 1 ? " group" : " groups"));
}

Verdict judge_ready(const ProbeQuery& query, const HealthView& view, TimePoint now) {
  if (Verdict started = judge_started(view, now); !started.good) {
    return started;
  }
  if (is_objecting(view, now)) {
    return no(silence(view, now));
  }
  if (view.kind == Kind::sentinel) {
    return judge_sentinel(query, view);
  }
  return view.node.role == Role::master ? judge_master(view) : judge_replica(query, view);
}

std::string_view role_name(const HealthView& view) {
  if (view.kind == Kind::sentinel) {
    return "a sentinel";
  }
  return view.node.role == Role::master ? "a master" : "a replica";
}

}  // namespace

ProbeQuery probe_limits(const Settings& settings) {
  ProbeQuery limits;
  limits.live_timeout = settings.live_timeout.value;
  if (settings.ready_max_lag.given) {
    limits.max_lag = settings.ready_max_lag.value;
  }
  return limits;
}

Verdict judge_probe(const ProbeQuery& query, const HealthView& view, TimePoint now) {
  const bool of_kind = !query.kind || view.kind == *query.kind;
  const bool of_role = !query.role || (view.kind == Kind::node && view.node.role == *query.role);
  if (view.kind != Kind::waiting && is_heard(view, now) && (!of_kind || !of_role)) {
    return no(std::string(role_name(view)));
  }
  Verdict verdict;
  switch (query.probe) {
    case Probe::live:
      verdict = judge_live(query, view, now);
      break;
    case Probe::started:
      verdict = judge_started(view, now);
      break;
    case Probe::ready:
      verdict = judge_ready(query, view, now);
      break;
  }
  verdict.good = verdict.good && of_kind && of_role;
  return verdict;
}

std::optional<Probe> probe_named(std::string_view name) {
  for (const Probe probe : {Probe::live, Probe::started, Probe::ready}) {
    if (name == name_of(probe)) {
      return probe;
    }
  }
  return std::nullopt;
}

std::string_view name_of(Probe probe) {
  switch (probe) {
    case Probe::live:
      return "live";
    case Probe::started:
      return "started";
    case Probe::ready:
      return "ready";
  }
  return {};
}

}  // namespace dkr
