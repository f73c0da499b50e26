#include "dkr/core/view/status_json.hpp"

#include <optional>

#include "dkr/core/base/json.hpp"
#include "dkr/core/base/screen.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/node/replica_priority.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void add_age(JsonObject& object, std::string_view name, const std::optional<milliseconds>& age) {
  if (age) {
    object.number(name, std::chrono::duration_cast<seconds>(*age).count());
  }
}

void add_text(JsonObject& object, std::string_view name, const std::string& text) {
  if (!text.empty()) {
    object.text(name, text);
  }
}

std::string names_json(const std::vector<std::string>& names) {
  return json_array(names, [](const std::string& name) { return quote_json(name); });
}

void add_replica(JsonObject& object, const NodeLine& line) {
  const auto& [node, detail] = line.node;
  object.text("master", to_string(node.master)).yes_or_no("link_up", node.link_up);
  object.yes_or_no("synchronizing", node.synchronizing);
  if (line.lag) {
    object.number("lag_bytes", *line.lag);
  }
  add_age(object, "heard_seconds_ago", detail.heard);
  add_age(object, "link_down_seconds", detail.cut_for);
  object.number("priority", own_priority(node.priority))
      .yes_or_no("held_back", is_held_back(node.priority));
  if (line.turn > 0) {
    object.number("next", static_cast<long long>(line.turn));
  }
  add_text(object, "never", line.never);
}

std::string json_of(const NodeLine& line) {
  const auto& [node, detail] = line.node;
  JsonObject object;
  object.text("name", line.name).text("address", to_string(node.at));
  if (node.failure) {
    return object.text("failure", node.failure->text).str();
  }
  object.text("role", name_of(node.role)).yes_or_no("loading", node.loading);
  if (node.role == NodeView::Role::replica) {
    add_replica(object, line);
  } else {
    object.text("writes", name_of(line.writes)).number("linked_replicas", node.linked_replicas);
  }
  if (detail.limits) {
    object.yes_or_no("fence_closed", line.writes == Writes::fenced)
        .number("min_replicas_to_write", detail.limits->to_write)
        .number("min_replicas_max_lag", detail.limits->max_lag);
  }
  object.number("offset", node.offset).text("replication_id", node.replication_id);
  object.number("keys", node.keys);
  add_age(object, "up_seconds", detail.up);
  add_age(object, "saved_seconds_ago", detail.saved);
  add_text(object, "version", detail.version);
  return object.str();
}

std::string json_of(const MissedServer& missed) {
  JsonObject object;
  object.text("address", to_string(missed.at));
  add_age(object, "seconds", missed.since);
  return object.str();
}

std::string json_of(const SentinelLine& line) {
  const auto& [sentinel, detail] = line.sentinel;
  JsonObject object;
  object.text("name", line.name).text("address", to_string(sentinel.at));
  if (sentinel.failure) {
    return object.text("failure", sentinel.failure->text).str();
  }
  object.text("id", sentinel.id).yes_or_no("knows_group", sentinel.knows_group);
  if (!sentinel.knows_group) {
    return object.raw("groups", names_json(sentinel.groups)).str();
  }
  object.text("master", line.master)
      .yes_or_no("agrees", line.agrees)
      .text("flags", sentinel.flags.text)
      .yes_or_no("tilt", sentinel.tilt)
      .number("epoch", static_cast<long long>(sentinel.config_epoch))
      .number("quorum", sentinel.quorum)
      .number("down_after_ms", sentinel.down_after.count())
      .number("failover_timeout_ms", detail.failover_timeout.count())
      .number("parallel_syncs", detail.parallel_syncs)
      .number("known_sentinels", static_cast<long long>(sentinel.sentinels.size()) + 1)
      .number("known_replicas", static_cast<long long>(sentinel.replicas.size()))
      .raw("down", json_array(detail.missed, [](const auto& missed) { return json_of(missed); }));
  add_text(object, "failover_state", detail.failover_state);
  add_age(object, "named_seconds", detail.named_for);
  add_age(object, "up_seconds", detail.up);
  add_text(object, "version", detail.version);
  return object.str();
}

std::string json_of(const StatusView& view, const Votes& votes) {
  return JsonObject()
      .number("known", static_cast<long long>(votes.known))
      .number("answering", static_cast<long long>(votes.answering))
      .number("needed", static_cast<long long>(votes.needed))
      .yes_or_no("suffice", votes.suffice())
      .raw("gone", names_json(view.gone))
      .str();
}

}  // namespace

std::string to_json(const StatusView& view, std::chrono::system_clock::time_point now) {
  JsonObject object;
  object.text("group", view.group).text("time", utc_time(now));
  add_text(object, "master", view.master);
  add_text(object, "paused_until",
           view.paused_until == WallTime{} ? "" : utc_time(view.paused_until));
  object.raw("nodes", json_array(view.nodes, [](const auto& line) { return json_of(line); }))
      .raw("sentinels", json_array(view.sentinels, [](const auto& line) { return json_of(line); }))
      .raw("votes", json_of(view, view.votes))
      .raw("next", names_json(view.heirs));
  add_text(object, "nobody_next", view.no_heir);
  object.raw("notes", json_array(view.notes, [](const StatusNote& note) {
               return JsonObject().text("grade", name_of(note.grade)).text("text", note.text).str();
             }));
  object.raw("events", json_array(view.events, [&](const StatusEvent& event) {
               return JsonObject()
                   .text("kind", name_of(event.kind))
                   .text("time", utc_time(now - event.age))
                   .number("seconds", std::chrono::duration_cast<seconds>(event.age).count())
                   .text("text", event.text)
                   .str();
             }));
  return object.str();
}

}  // namespace dkr
