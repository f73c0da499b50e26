#include "dkr/core/view/group_format.hpp"

#include <string_view>

#include "dkr/core/base/json.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

std::string json_of(const KnownServer& known) {
  JsonObject object;
  object.text("address", to_string(known.at)).text("flags", known.flags);
  return object.text("id", known.id).str();
}

std::string json_of(const SentinelView& sentinel) {
  JsonObject object;
  object.text("address", to_string(sentinel.at));
  if (!sentinel.failure.empty()) {
    return object.text("failure", sentinel.failure).str();
  }
  object.text("id", sentinel.id).yes_or_no("knows_group", sentinel.knows_group);
  if (!sentinel.knows_group) {
    return object.str();
  }
  return object.text("master", to_string(sentinel.master))
      .text("flags", sentinel.flags)
      .number("config_epoch", static_cast<long long>(sentinel.config_epoch))
      .number("quorum", sentinel.quorum)
      .raw("sentinels",
           json_array(sentinel.sentinels, [](const auto& known) { return json_of(known); }))
      .raw("replicas",
           json_array(sentinel.replicas, [](const auto& known) { return json_of(known); }))
      .str();
}

std::string json_of(const NodeView& node) {
  JsonObject object;
  object.text("address", to_string(node.at));
  if (!node.failure.empty()) {
    return object.text("failure", node.failure).str();
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

std::string line_of(const SentinelView& sentinel) {
  std::string line = "sentinel  " + to_string(sentinel.at) + "  ";
  if (!sentinel.failure.empty()) {
    return line + sentinel.failure;
  }
  if (!sentinel.knows_group) {
    return line + "does not know the group";
  }
  return line + "names " + to_string(sentinel.master) + " (" + sentinel.flags + "), epoch " +
         std::to_string(sentinel.config_epoch) + ", quorum " + std::to_string(sentinel.quorum) +
         ", knows " + std::to_string(sentinel.sentinels.size()) + " other sentinels and " +
         std::to_string(sentinel.replicas.size()) + " replicas";
}

std::string line_of(const Votes& votes) {
  std::string line = "votes     " + std::to_string(votes.answering) + " of " +
                     std::to_string(votes.known) + " known sentinels answer, a failover needs " +
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

std::string line_of(const NodeView& node) {
  std::string line = "node      " + to_string(node.at) + "  ";
  if (!node.failure.empty()) {
    return line + node.failure;
  }
  line += name_of(node.role);
  if (node.role == NodeView::Role::replica) {
    line += " of " + to_string(node.master) + (node.link_up ? ", linked" : ", not linked");
  }
  if (node.loading) {
    line += ", loading";
  }
  return line + ", " + std::to_string(node.linked_replicas) + " linked replicas, offset " +
         std::to_string(node.offset) + (node.has_keys() ? "" : ", no keys");
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

std::string describe(const GroupView& view) {
  std::string text;
  for (const SentinelView& sentinel : view.sentinels) {
    text += line_of(sentinel) + '\n';
  }
  for (const NodeView& node : view.nodes) {
    text += line_of(node) + '\n';
  }
  if (const Votes votes = votes_of(view); votes.known > 0) {
    text += line_of(votes) + '\n';
  }
  return text.empty() ? "nobody to ask: no sentinel, master or peers are set\n" : text;
}

std::string to_json(const GroupView& view) {
  JsonObject object;
  object.raw("sentinels", json_array(view.sentinels, [](const auto& one) { return json_of(one); }));
  object.raw("nodes", json_array(view.nodes, [](const auto& one) { return json_of(one); }));
  return object.raw("votes", json_of(votes_of(view))).str();
}

}  // namespace dkr
