#include "dkr/core/view/group_format.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "dkr/core/base/json.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/core/view/server_names.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

bool has_name(const Endpoint& name, const Endpoint& at) {
  return !name.host.empty() && name != at;
}

/// Returns the name of a server, and in brackets its address if that differs.
template <class Server>
std::string called(const Server& server, const GroupView& view) {
  const Endpoint name = announced_name(server, view);
  const std::string at = to_string(server.at);
  return has_name(name, server.at) ? to_string(name) + " (" + at + ")" : at;
}

template <class Server>
JsonObject json_head(const Server& server, const GroupView& view) {
  JsonObject object;
  object.text("address", to_string(server.at));
  if (const Endpoint name = announced_name(server, view); has_name(name, server.at)) {
    object.text("name", to_string(name));
  }
  return object;
}

std::string count_of(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string json_of(const KnownServer& known) {
  JsonObject object;
  object.text("address", to_string(known.at)).text("flags", known.flags.text);
  return object.text("id", known.id).str();
}

std::string json_of(const SentinelView& sentinel, const GroupView& view) {
  JsonObject object = json_head(sentinel, view);
  if (sentinel.failure) {
    return object.text("failure", sentinel.failure->text).str();
  }
  object.text("id", sentinel.id).yes_or_no("knows_group", sentinel.knows_group);
  if (!sentinel.knows_group) {
    return object.str();
  }
  return object.text("master", to_string(sentinel.master))
      .text("flags", sentinel.flags.text)
      .number("config_epoch", static_cast<long long>(sentinel.config_epoch))
      .number("quorum", sentinel.quorum)
      .raw("paused_until", sentinel.paused_until == WallTime{}
                               ? "null"
                               : quote_json(to_text(sentinel.paused_until)))
      .raw("sentinels",
           json_array(sentinel.sentinels, [](const auto& known) { return json_of(known); }))
      .raw("replicas",
           json_array(sentinel.replicas, [](const auto& known) { return json_of(known); }))
      .str();
}

std::string json_of(const NodeView& node, const GroupView& view) {
  JsonObject object = json_head(node, view);
  if (node.failure) {
    return object.text("failure", node.failure->text).str();
  }
  object.text("role", name_of(node.role)).yes_or_no("loading", node.loading);
  if (node.role == NodeView::Role::replica) {
    object.text("master", to_string(node.master)).yes_or_no("link_up", node.link_up);
    object.number("priority", node.priority);
  }
  return object.number("linked_replicas", node.linked_replicas)
      .yes_or_no("has_keys", node.has_keys())
      .text("replication_id", node.replication_id)
      .number("offset", node.offset)
      .str();
}

std::string line_of(const SentinelView& sentinel, const GroupView& view) {
  std::string line = "sentinel  " + called(sentinel, view) + "  ";
  if (sentinel.failure) {
    return line + sentinel.failure->text;
  }
  if (!sentinel.knows_group) {
    return line + other_groups(sentinel);
  }
  return line + "names " + to_string(sentinel.master) + " (" + sentinel.flags.text + "), epoch " +
         std::to_string(sentinel.config_epoch) + ", quorum " + std::to_string(sentinel.quorum) +
         ", knows " + count_of(sentinel.sentinels.size(), "other sentinel") + " and " +
         count_of(sentinel.replicas.size(), "replica") +
         (sentinel.tilt ? ", only observes for now (TILT)" : "") +
         (sentinel.paused_until == WallTime{} ? ""
                                              : ", paused until " + to_text(sentinel.paused_until));
}

std::string line_of(const Votes& votes) {
  std::string line = "votes     " + std::to_string(votes.answering) + " of " +
                     count_of(votes.known, "known sentinel") +
                     (votes.known == 1 ? " answers" : " answer") + ", a failover needs " +
                     std::to_string(votes.needed);
  for (const Endpoint& at : votes.gone) {
    line += (&at == &votes.gone.front() ? "; gone: " : ", ") + to_string(at);
  }
  return line + (votes.suffice() ? "" : "; no failover is possible");
}

std::string json_of(const Votes& votes) {
  return JsonObject()
      .number("known", static_cast<long long>(votes.known))
      .number("answering", static_cast<long long>(votes.answering))
      .number("needed", static_cast<long long>(votes.needed))
      .yes_or_no("suffice", votes.suffice())
      .raw("gone",
           json_array(votes.gone, [](const Endpoint& at) { return quote_json(to_string(at)); }))
      .str();
}

std::string line_of(const NodeView& node, const GroupView& view) {
  std::string line = "node      " + called(node, view) + "  ";
  if (node.failure) {
    return line + node.failure->text;
  }
  line += name_of(node.role);
  if (node.role == NodeView::Role::replica) {
    line += " of " + to_string(node.master) + (node.link_up ? ", linked" : ", not linked");
  }
  if (node.loading) {
    line += ", loading";
  }
  return line + ", " + count_of(static_cast<std::size_t>(node.linked_replicas), "linked replica") +
         ", offset " + std::to_string(node.offset) + (node.has_keys() ? "" : ", no keys");
}

}  // namespace

std::string_view name_of(NodeView::Role role) {
  switch (role) {
    case NodeView::Role::unknown:
      return "unknown";
    case NodeView::Role::master:
      return "master";
    case NodeView::Role::replica:
      return "replica";
  }
  return {};
}

std::optional<NodeView::Role> role_named(std::string_view name) {
  for (const auto role : {NodeView::Role::master, NodeView::Role::replica}) {
    if (name == name_of(role)) {
      return role;
    }
  }
  return std::nullopt;
}

std::string other_groups(const SentinelView& sentinel) {
  constexpr std::size_t most = 4;
  std::string text = "does not know the group";
  for (std::size_t i = 0; i < std::min(sentinel.groups.size(), most); ++i) {
    text += (i == 0 ? ", only " : ", ") + sentinel.groups[i];
  }
  return text + (sentinel.groups.size() > most ? ", ..." : "");
}

std::string describe(const GroupView& view) {
  std::string text;
  for (const SentinelView& sentinel : each_once(view.sentinels)) {
    text += line_of(sentinel, view) + '\n';
  }
  for (const NodeView& node : each_once(view.nodes)) {
    text += line_of(node, view) + '\n';
  }
  if (const Votes votes = votes_of(view); votes.known > 0) {
    text += line_of(votes) + '\n';
  }
  return text.empty() ? "nobody to ask: no sentinel, master or peers are set\n" : text;
}

std::string to_json(const GroupView& view) {
  const auto json = [&](const auto& one) { return json_of(one, view); };
  JsonObject object;
  object.raw("sentinels", json_array(each_once(view.sentinels), json));
  object.raw("nodes", json_array(each_once(view.nodes), json));
  return object.raw("votes", json_of(votes_of(view))).str();
}

}  // namespace dkr
