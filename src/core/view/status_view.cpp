#include "dkr/core/view/status_view.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "dkr/core/view/pause.hpp"
#include "dkr/core/view/status_notes.hpp"

namespace dkr {
namespace {

using Role = NodeView::Role;

Writes writes_of(const NodeStatus& node) {
  const auto& [view, detail] = node;
  if (view.failure || view.role == Role::unknown) {
    return Writes::unknown;
  }
  if (view.role == Role::replica) {
    return Writes::none;
  }
  if (view.loading) {
    return Writes::loading;
  }
  if (!detail.limits) {
    return Writes::unknown;
  }
  if (refuse_all(*detail.limits)) {
    return detail.limits->to_write == no_writes ? Writes::fenced : Writes::handover;
  }
  const bool limited = detail.limits->to_write > 0 && detail.limits->max_lag > 0 &&
                       detail.good_replicas && *detail.good_replicas < detail.limits->to_write;
  return limited ? Writes::limited : Writes::taken;
}

/// Returns the servers of a status, each once, as each_once() has them.
template <class Status>
std::vector<Status> once(const std::vector<Status>& all) {
  using View = decltype(Status::view);
  std::vector<View> views;
  views.reserve(all.size());
  for (const Status& one : all) {
    views.push_back(one.view);
  }
  std::vector<Status> servers;
  for (const View& view : each_once(views)) {
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const Status& one) { return one.view.at == view.at; });
    servers.push_back({view, same->detail});
  }
  return servers;
}

std::vector<NodeLine> node_lines(const GroupStatus& group, const ServerNames& names) {
  std::vector<NodeLine> lines;
  for (const NodeStatus& node : once(group.nodes)) {
    lines.push_back({names.of(node.view.at), node, writes_of(node), std::nullopt, 0, {}});
  }
  const auto rank = [](const NodeLine& line) {
    const Role role = line.node.view.role;
    return std::make_tuple(role == Role::master ? 0 : role == Role::replica ? 1 : 2, line.name);
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return lines;
}

std::vector<SentinelLine> sentinel_lines(const GroupStatus& group, const ServerNames& names) {
  std::vector<SentinelLine> lines;
  for (const SentinelStatus& sentinel : once(group.sentinels)) {
    const bool knows = sentinel.view.knows_group;
    lines.push_back({names.of(sentinel.view.at), sentinel,
                     knows ? names.of(sentinel.view.master) : std::string(), false});
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  return lines;
}

/// Returns the master that most sentinels name or, if there is none, the only one that says so.
std::string master_of(const StatusView& view, const GroupStatus& group, const ServerNames& names) {
  std::map<std::string, std::size_t> voices;
  for (const SentinelLine& line : view.sentinels) {
    ++voices[line.master];
  }
  voices.erase("");
  for (const auto& [name, count] : voices) {
    if (2 * count > view.votes.known) {
      return name;
    }
  }
  std::vector<std::string> masters;
  for (const NodeStatus& node : once(group.nodes)) {
    if (!node.view.failure && node.view.role == Role::master) {
      masters.push_back(names.of(node.view.at));
    }
  }
  return masters.size() == 1 ? masters.front() : "";
}

const NodeLine* line_of(const StatusView& view, const std::string& name) {
  const auto found = std::find_if(view.nodes.begin(), view.nodes.end(),
                                  [&](const NodeLine& line) { return line.name == name; });
  return found == view.nodes.end() ? nullptr : &*found;
}

/// Only in one history a difference of offsets means something.
std::optional<long long> lag_of(const NodeView& replica, const NodeView& master) {
  const bool comparable = !replica.failure && replica.role == Role::replica && !master.failure &&
                          !replica.replication_id.empty() &&
                          (replica.replication_id == master.replication_id ||
                           replica.replication_id == master.former_id);
  return comparable ? std::optional(std::max(0LL, master.offset - replica.offset)) : std::nullopt;
}

void take_lags(StatusView& view) {
  const NodeLine* master = line_of(view, view.master);
  if (master == nullptr) {
    return;
  }
  const NodeView ahead = master->node.view;
  for (NodeLine& line : view.nodes) {
    line.lag = lag_of(line.node.view, ahead);
  }
}

/// Returns the sentinel whose choice counts: the first that could lead a failover from the master.
const SentinelLine* leader_of(const StatusView& view) {
  const auto found =
      std::find_if(view.sentinels.begin(), view.sentinels.end(), [&](const SentinelLine& line) {
        return line.agrees && !line.sentinel.view.tilt && !line.sentinel.view.failure;
      });
  return found == view.sentinels.end() ? nullptr : &*found;
}

void take_heirs(StatusView& view, const GroupStatus& group, const ServerNames& names) {
  const SentinelLine* leader = leader_of(view);
  if (view.votes.answering == 0) {
    const bool any = std::any_of(view.sentinels.begin(), view.sentinels.end(),
                                 [](const auto& one) { return !one.sentinel.view.failure; });
    view.no_heir = any ? "no sentinel knows the group" : "no sentinel answers";
    return;
  }
  if (!view.votes.suffice()) {
    view.no_heir = "too few sentinels answer";
    return;
  }
  if (leader == nullptr) {
    const bool agreed = std::any_of(view.sentinels.begin(), view.sentinels.end(),
                                    [](const SentinelLine& line) { return line.agrees; });
    view.no_heir = agreed ? "the sentinels only observe for now (TILT)"
                          : "the sentinels name different masters";
    return;
  }
  for (const Heir& heir : heirs_of(leader->sentinel, group, names)) {
    if (heir.why_not.empty()) {
      view.heirs.push_back(heir.name);
    }
    for (NodeLine& line : view.nodes) {
      if (line.name == heir.name) {
        line.never = heir.why_not;
        line.turn = heir.why_not.empty() ? view.heirs.size() : 0;
      }
    }
  }
  if (view.heirs.empty()) {
    view.no_heir = "there is no replica that could be promoted";
  } else if (view.paused_until != WallTime{}) {
    view.no_heir = "the group is paused until " + to_text(view.paused_until);
  }
}

/// Says so if a sentinel would choose another replica than the one that is shown.
void take_other_choices(StatusView& view, const GroupStatus& group, const ServerNames& names) {
  for (const SentinelLine& line : view.sentinels) {
    const auto heirs = view.heirs.empty() || !line.agrees ? std::vector<Heir>()
                                                          : heirs_of(line.sentinel, group, names);
    const bool able = !heirs.empty() && heirs.front().why_not.empty();
    if (able && heirs.front().name != view.heirs.front()) {
      view.notes.push_back(
          {Grade::warning, "sentinel " + line.name + " would promote " + heirs.front().name});
    }
  }
}

}  // namespace

StatusView make_status(const GroupStatus& group) {
  const GroupView asked = view_of(group);
  const ServerNames names(asked);
  StatusView view;
  view.group = group.group;
  view.votes = votes_of(asked);
  view.paused_until = pause_of(asked).kept;
  view.nodes = node_lines(group, names);
  view.sentinels = sentinel_lines(group, names);
  for (const Endpoint& at : view.votes.gone) {
    view.gone.push_back(names.of(at));
  }
  view.master = master_of(view, group, names);
  for (SentinelLine& line : view.sentinels) {
    line.agrees = !line.master.empty() && line.master == view.master;
  }
  take_lags(view);
  take_heirs(view, group, names);
  view.notes = notes_of(view);
  take_other_choices(view, group, names);
  view.events = events_of(view, names);
  return view;
}

bool anybody_answers(const StatusView& view) {
  return std::any_of(view.nodes.begin(), view.nodes.end(),
                     [](const NodeLine& line) { return !line.node.view.failure; }) ||
         std::any_of(view.sentinels.begin(), view.sentinels.end(),
                     [](const SentinelLine& line) { return !line.sentinel.view.failure; });
}

std::string_view name_of(Writes writes) {
  switch (writes) {
    case Writes::unknown:
      return "unknown";
    case Writes::none:
      return "none";
    case Writes::taken:
      return "taken";
    case Writes::loading:
      return "loading";
    case Writes::fenced:
      return "fenced";
    case Writes::handover:
      return "handover";
    case Writes::limited:
      return "limited";
  }
  return {};
}

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::good:
      return "good";
    case Grade::warning:
      return "warning";
    case Grade::bad:
      return "bad";
  }
  return {};
}

std::string_view name_of(StatusEvent::Kind kind) {
  switch (kind) {
    case StatusEvent::Kind::named:
      return "named";
    case StatusEvent::Kind::missed:
      return "missed";
    case StatusEvent::Kind::cut:
      return "cut";
    case StatusEvent::Kind::saved:
      return "saved";
    case StatusEvent::Kind::started:
      return "started";
  }
  return {};
}

}  // namespace dkr
