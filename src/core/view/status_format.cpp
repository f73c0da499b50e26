#include "dkr/core/view/status_format.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/view/group_format.hpp"
#include "dkr/core/view/status_headline.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using Role = NodeView::Role;
using Rows = std::vector<std::vector<Span>>;

constexpr std::size_t most_events = 8;

Tone tone_of(Grade grade) {
  return grade == Grade::good ? Tone::good : grade == Grade::warning ? Tone::warning : Tone::bad;
}

template <class Age>
Span age_span(const std::optional<Age>& age) {
  return {age ? short_age(*age) : "", Tone::plain};
}

std::string count_of(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

Span replica_span(const NodeView& node, const NodeDetail& detail) {
  if (node.loading) {
    return {"loads its data, " + std::to_string(node.loaded_percent) + " %", Tone::warning};
  }
  if (node.link_up) {
    return {"linked", Tone::good};
  }
  if (node.synchronizing) {
    return {"gets all data from " + to_string(node.master), Tone::warning};
  }
  return {detail.cut_for ? "no link for " + short_age(*detail.cut_for)
                         : "no link to " + to_string(node.master),
          Tone::bad};
}

Span state_of(const NodeLine& line, const StatusView& view) {
  const NodeView& node = line.node.view;
  if (node.failure) {
    return {node.failure->text, Tone::bad};
  }
  if (node.role == Role::master) {
    Span span = writes_span(line.node, line.writes);
    const bool other = !view.master.empty() && line.name != view.master;
    return other ? Span{span.text + ", not named", Tone::bad} : span;
  }
  return replica_span(node, line.node.detail);
}

Span priority_of(const NodeLine& line) {
  const NodeView& node = line.node.view;
  if (node.failure || node.role != Role::replica) {
    return {};
  }
  return is_held_back(node.priority)
             ? Span{std::to_string(own_priority(node.priority)) + ", held back", Tone::warning}
             : Span{std::to_string(node.priority), Tone::plain};
}

Span turn_of(const NodeLine& line) {
  if (line.turn > 0) {
    return {std::to_string(line.turn), line.turn == 1 ? Tone::strong : Tone::plain};
  }
  return {line.never.empty() ? "" : "never: " + line.never, Tone::warning};
}

Span lag_of(const NodeLine& line) {
  return {line.lag ? short_bytes(*line.lag) : "", Tone::plain};
}

std::vector<ScreenLine> node_table(const StatusView& view, std::size_t width) {
  const std::vector<Column> columns{{"NODE"},           {"ROLE"},
                                    {"STATE"},          {"LAG", true},
                                    {"HEARD", true},    {"PRIORITY", true, true},
                                    {"NEXT"},           {"KEYS", true, true},
                                    {"UP", true, true}, {"VERSION", false, true}};
  Rows rows;
  for (const NodeLine& line : view.nodes) {
    const auto& [node, detail] = line.node;
    const bool silent = node.failure.has_value();
    rows.push_back({{line.name, line.name == view.master ? Tone::strong : Tone::plain},
                    {silent ? "" : std::string(name_of(node.role)), Tone::plain},
                    state_of(line, view),
                    lag_of(line),
                    age_span(detail.heard),
                    priority_of(line),
                    turn_of(line),
                    {silent ? "" : std::to_string(node.keys), Tone::plain},
                    age_span(detail.up),
                    {detail.version, Tone::plain}});
  }
  return rows.empty() ? std::vector<ScreenLine>() : table_lines(columns, rows, width);
}

Span state_of(const SentinelLine& line, const StatusView& view) {
  const auto& [sentinel, detail] = line.sentinel;
  if (sentinel.failure) {
    return {sentinel.failure->text, Tone::bad};
  }
  if (!sentinel.knows_group) {
    return {other_groups(sentinel), Tone::bad};
  }
  if (sentinel.tilt) {
    return {"only observes for now (TILT)", Tone::bad};
  }
  if (sentinel.flags.failover_in_progress) {
    return {"fails over" + (detail.failover_state.empty() ? "" : ": " + detail.failover_state),
            Tone::warning};
  }
  if (sentinel.flags.down()) {
    return {sentinel.flags.o_down ? "master is down, for others too" : "master is down", Tone::bad};
  }
  if (line.agrees) {
    return {"agrees", Tone::good};
  }
  return {view.master.empty() ? "" : "names another master", Tone::bad};
}

std::vector<ScreenLine> sentinel_table(const StatusView& view, std::size_t width) {
  const std::vector<Column> columns{{"SENTINEL"},
                                    {"MASTER"},
                                    {"EPOCH", true},
                                    {"QUORUM", true},
                                    {"SENTINELS", true, true},
                                    {"REPLICAS", true, true},
                                    {"STATE"},
                                    {"UP", true, true},
                                    {"VERSION", false, true}};
  Rows rows;
  for (const SentinelLine& line : view.sentinels) {
    const auto& [sentinel, detail] = line.sentinel;
    const bool knows = sentinel.knows_group;
    const auto number = [knows](auto value) {
      return Span{knows ? std::to_string(value) : "", Tone::plain};
    };
    rows.push_back({{line.name, Tone::plain},
                    {line.master, Tone::plain},
                    number(sentinel.config_epoch),
                    number(sentinel.quorum),
                    number(sentinel.sentinels.size() + 1),
                    number(sentinel.replicas.size()),
                    state_of(line, view),
                    age_span(detail.up),
                    {detail.version, Tone::plain}});
  }
  return rows.empty() ? std::vector<ScreenLine>() : table_lines(columns, rows, width);
}

ScreenLine votes_line(const StatusView& view) {
  const Votes& votes = view.votes;
  ScreenLine line{{"votes   ", Tone::faint}};
  line.push_back({std::to_string(votes.answering) + " of " + count_of(votes.known, "sentinel") +
                      (votes.known == 1 ? " answers" : " answer") + ", a failover needs " +
                      std::to_string(votes.needed),
                  votes.suffice() ? Tone::plain : Tone::bad});
  for (const std::string& name : view.gone) {
    line.push_back({(&name == &view.gone.front() ? "; gone: " : ", ") + name, Tone::warning});
  }
  return line;
}

ScreenLine heirs_line(const StatusView& view) {
  ScreenLine line{{"next    ", Tone::faint}};
  if (!view.no_heir.empty()) {
    line.push_back({"nobody would take over: " + view.no_heir, Tone::bad});
    return line;
  }
  line.push_back({view.heirs.front(), Tone::strong});
  for (std::size_t i = 1; i < view.heirs.size(); ++i) {
    line.push_back({(i == 1 ? ", then " : ", ") + view.heirs[i]});
  }
  return line;
}

Tone tone_of(StatusEvent::Kind kind) {
  return kind == StatusEvent::Kind::missed || kind == StatusEvent::Kind::cut ? Tone::warning
                                                                             : Tone::plain;
}

void add_events(std::vector<ScreenLine>& lines, const StatusView& view,
                std::chrono::system_clock::time_point now) {
  Rows rows;
  for (std::size_t i = 0; i < std::min(view.events.size(), most_events); ++i) {
    const StatusEvent& event = view.events[i];
    rows.push_back({{utc_time(now - event.age), Tone::plain},
                    {short_age(event.age), Tone::plain},
                    {event.text, tone_of(event.kind)}});
  }
  if (!rows.empty()) {
    const auto table = table_lines({{"SINCE"}, {"FOR", true}, {"EVENT"}}, rows, 0);
    lines.emplace_back();
    lines.insert(lines.end(), table.begin(), table.end());
  }
}

}  // namespace

std::vector<ScreenLine> status_screen(const StatusView& view,
                                      std::chrono::system_clock::time_point now,
                                      std::size_t width) {
  if (view.nodes.empty() && view.sentinels.empty()) {
    return {{{"nobody to ask: no sentinel, master or peers are set"}}};
  }
  std::vector<ScreenLine> lines{status_headline(view)};
  for (const auto& table : {node_table(view, width), sentinel_table(view, width)}) {
    if (!table.empty()) {
      lines.emplace_back();
      lines.insert(lines.end(), table.begin(), table.end());
    }
  }
  if (!view.sentinels.empty()) {
    lines.emplace_back();
    if (view.votes.known > 0) {
      lines.push_back(votes_line(view));
    }
    lines.push_back(heirs_line(view));
  }
  for (const StatusNote& note : view.notes) {
    lines.push_back({{"note    ", Tone::faint}, {note.text, tone_of(note.grade)}});
  }
  add_events(lines, view, now);
  return lines;
}

}  // namespace dkr
