#include "dkr/core/view/status_headline.hpp"

#include <algorithm>
#include <string>

#include "dkr/core/view/pause.hpp"

namespace dkr {
namespace {

using Role = NodeView::Role;

std::string count_of(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// The master, and what it does.
ScreenLine master_part(const StatusView& view) {
  ScreenLine line;
  if (!view.sentinels.empty()) {  // only sentinels have a name for it
    line.push_back({"group " + view.group + ": ", Tone::strong});
  }
  const auto master = std::find_if(view.nodes.begin(), view.nodes.end(),
                                   [&](const auto& node) { return node.name == view.master; });
  if (view.master.empty()) {
    line.push_back({"no master", Tone::bad});
  } else if (master == view.nodes.end() || master->node.view.failure) {
    const bool refuses = master != view.nodes.end() &&
                         master->node.view.failure->kind == Failure::Kind::refused_by_server;
    line.push_back({"master " + view.master + (refuses ? " refuses to answer" : " does not answer"),
                    Tone::bad});
  } else if (master->node.view.role != Role::master) {
    line.push_back({view.master + " is named the master, and is a replica", Tone::bad});
  } else {
    const Span writes = writes_span(master->node, master->writes);
    line.push_back(
        {"master " + view.master + (writes.text.empty() ? "" : " ") + writes.text, writes.tone});
  }
  return line;
}

void add_replicas(ScreenLine& line, const StatusView& view) {
  std::size_t all = 0;
  std::size_t linked = 0;
  for (const NodeLine& node : view.nodes) {
    const bool known = node.turn > 0 || !node.never.empty();
    const bool replica =
        node.name != view.master && (known || node.node.view.role == Role::replica);
    all += replica ? 1 : 0;
    linked += replica && node.node.view.link_up ? 1 : 0;
  }
  line.push_back({", "});
  if (all == 0) {
    line.push_back({"no replica"});
    return;
  }
  line.push_back({std::to_string(linked) + " of " + count_of(all, "replica") + " linked",
                  linked == all ? Tone::good : Tone::warning});
}

void add_sentinels(ScreenLine& line, const StatusView& view) {
  if (view.sentinels.empty()) {
    line.push_back({", no sentinel"});
    return;
  }
  const std::size_t all = std::max(view.sentinels.size(), view.votes.known);
  const auto agreeing =
      static_cast<std::size_t>(std::count_if(view.sentinels.begin(), view.sentinels.end(),
                                             [](const SentinelLine& one) { return one.agrees; }));
  line.push_back({", "});
  line.push_back({std::to_string(agreeing) + " of " + count_of(all, "sentinel") +
                      (all == 1 ? " agrees" : " agree"),
                  agreeing == all ? Tone::good : Tone::warning});
}

}  // namespace

Span writes_span(const NodeStatus& node, Writes writes) {
  switch (writes) {
    case Writes::unknown:
    case Writes::none:
      return {"", Tone::plain};
    case Writes::taken: {
      const int least = node.detail.limits ? node.detail.limits->to_write : 0;
      return {least > 0
                  ? "takes writes with " + count_of(static_cast<std::size_t>(least), "replica")
                  : "takes writes",
              Tone::good};
    }
    case Writes::loading:
      return {"loads its data, " + std::to_string(node.view.loaded_percent) + " %", Tone::warning};
    case Writes::fenced:
      return {"refuses writes: fence closed", Tone::bad};
    case Writes::handover:
      return {"refuses writes: handover", Tone::warning};
    case Writes::limited:
      return {"refuses writes: " + std::to_string(node.detail.good_replicas.value_or(0)) + " of " +
                  count_of(static_cast<std::size_t>(node.detail.limits->to_write), "replica"),
              Tone::bad};
  }
  return {};
}

ScreenLine status_headline(const StatusView& view) {
  ScreenLine line = master_part(view);
  add_replicas(line, view);
  add_sentinels(line, view);
  if (view.paused_until != WallTime{}) {
    line.push_back({", "});
    line.push_back({"paused until " + to_text(view.paused_until), Tone::warning});
  }
  return line;
}

}  // namespace dkr
