#include "dkr/core/view/status_notes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "dkr/core/view/pause.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using Role = NodeView::Role;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

/// Who says what, by the saying.
using Sayings = std::map<std::string, std::vector<std::string>>;

std::string told(const Sayings& sayings) {
  std::string text;
  for (const auto& [what, who] : sayings) {
    text += (text.empty() ? "" : "; ") + what + " by " + joined(who);
  }
  return text;
}

/// Adds a note if the sentinels that know the group say different things.
template <class Say>
void note_difference(std::vector<StatusNote>& notes, const StatusView& view, Grade grade,
                     const std::string& sentence, const Say& say) {
  Sayings sayings;
  for (const SentinelLine& line : view.sentinels) {
    if (!line.sentinel.view.failure && line.sentinel.view.knows_group) {
      sayings[say(line)].push_back(line.name);
    }
  }
  if (sayings.size() > 1) {
    notes.push_back({grade, sentence + told(sayings)});
  }
}

void note_settings(std::vector<StatusNote>& notes, const StatusView& view) {
  note_difference(notes, view, Grade::warning,
                  "the sentinels differ in their pause: ", [](const SentinelLine& line) {
                    const WallTime until = line.sentinel.view.paused_until;
                    return until == WallTime{} ? "none" : "until " + to_text(until);
                  });
  const auto note = [&](const std::string& setting, const auto& value) {
    note_difference(notes, view, Grade::warning, "the sentinels differ in " + setting + ": ",
                    [&](const SentinelLine& line) { return std::to_string(value(line.sentinel)); });
  };
  note("quorum", [](const auto& one) { return one.view.quorum; });
  note("down-after-milliseconds", [](const auto& one) { return one.view.down_after.count(); });
  note("failover-timeout", [](const auto& one) { return one.detail.failover_timeout.count(); });
  note("parallel-syncs", [](const auto& one) { return one.detail.parallel_syncs; });
}

void note_masters(std::vector<StatusNote>& notes, const StatusView& view) {
  std::vector<std::string> masters;
  for (const NodeLine& line : view.nodes) {
    if (line.node.view.role == Role::master && !line.node.view.failure) {
      masters.push_back(line.name);
    }
  }
  if (masters.size() > 1) {
    notes.push_back({Grade::bad, "more than one node is a master: " + joined(masters)});
  }
}

/// Takes an event in the place of an older or equal one of the same text.
void keep_oldest(std::map<std::string, StatusEvent>& events, const StatusEvent& event) {
  const auto [at, added] = events.emplace(event.text, event);
  if (!added) {
    at->second.age = std::max(at->second.age, event.age);
  }
}

/// Adds since when the sentinels name their master. One that names it since its own start, or
/// since it knows the group, tells no event.
void add_named(std::map<std::string, StatusEvent>& events, const SentinelLine& line) {
  constexpr milliseconds slack{2000};
  const SentinelDetail& detail = line.sentinel.detail;
  if (detail.named_for && detail.up && *detail.named_for + slack < *detail.up) {
    keep_oldest(events, {StatusEvent::Kind::named, *detail.named_for,
                         "the sentinels name " + line.master + ", epoch " +
                             std::to_string(line.sentinel.view.config_epoch)});
  }
}

void add_missed(std::map<std::string, StatusEvent>& events, const StatusView& view,
                const ServerNames& names) {
  std::map<std::string, std::set<std::string>> by;
  std::map<std::string, milliseconds> since;
  for (const SentinelLine& line : view.sentinels) {
    for (const MissedServer& missed : line.sentinel.detail.missed) {
      const std::string name = names.of(missed.at);
      by[name].insert(line.name);
      since[name] = std::max(since[name], missed.since);
    }
  }
  for (const auto& [name, who] : by) {
    keep_oldest(events, {StatusEvent::Kind::missed, since[name],
                         name + " is down for " + std::to_string(who.size()) + " of " +
                             std::to_string(view.votes.answering) + " sentinels"});
  }
}

void add_node(std::map<std::string, StatusEvent>& events, const NodeLine& line,
              const ServerNames& names) {
  const auto& [node, detail] = line.node;
  if (detail.cut_for) {
    keep_oldest(events, {StatusEvent::Kind::cut, *detail.cut_for,
                         line.name + " lost its link to " + names.of(node.master)});
  }
  if (detail.saved) {
    keep_oldest(events, {StatusEvent::Kind::saved, *detail.saved, line.name + " saved its data"});
  }
  if (detail.up) {
    keep_oldest(events, {StatusEvent::Kind::started, *detail.up, line.name + " started"});
  }
}

}  // namespace

std::vector<StatusNote> notes_of(const StatusView& view) {
  std::vector<StatusNote> notes;
  note_masters(notes, view);
  note_difference(notes, view, Grade::bad, "the sentinels name different masters: ",
                  [](const SentinelLine& line) { return line.master; });
  note_settings(notes, view);
  return notes;
}

std::vector<StatusEvent> events_of(const StatusView& view, const ServerNames& names) {
  std::map<std::string, StatusEvent> found;
  for (const SentinelLine& line : view.sentinels) {
    add_named(found, line);
    if (line.sentinel.detail.up) {
      keep_oldest(found, {StatusEvent::Kind::started, *line.sentinel.detail.up,
                          "sentinel " + line.name + " started"});
    }
  }
  add_missed(found, view, names);
  for (const NodeLine& line : view.nodes) {
    add_node(found, line, names);
  }
  std::vector<StatusEvent> events;
  events.reserve(found.size());
  for (const auto& [text, event] : found) {
    events.push_back(event);
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.age < b.age; });
  return events;
}

}  // namespace dkr
