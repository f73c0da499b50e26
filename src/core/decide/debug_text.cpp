#include "dkr/core/decide/debug_text.hpp"

#include <chrono>

#include "dkr/core/view/group_format.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;

std::string age(TimePoint since, TimePoint now) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(now - since).count()) + " ms ago";
}

std::string debug_text(const SentinelSight& sight, TimePoint now) {
  if (!sight.heard) {
    return "sentinel " + to_string(sight.view.at) + " has not answered yet";
  }
  std::string text = debug_text(sight.view) + " (" + age(*sight.heard, now);
  text += sight.alarmed ? ", alarmed" : "";
  text += sight.voted ? ", voted " + age(sight.voted->at, now) : "";
  text += sight.own ? ", voted here in epoch " + std::to_string(sight.own->epoch) : "";
  return text + ")";
}

}  // namespace

std::string debug_text(const SentinelView& sentinel) {
  const std::string text = "sentinel " + to_string(sentinel.at);
  if (sentinel.failure) {
    return text + ": " + sentinel.failure->text;
  }
  if (!sentinel.knows_group) {
    return text + " does not know the group";
  }
  return text + " names " + to_string(sentinel.master) + " (" + sentinel.flags.text +
         ") in epoch " + std::to_string(sentinel.config_epoch);
}

std::string debug_text(const NodeView& node) {
  if (node.failure) {
    return node.failure->text;
  }
  std::string text(name_of(node.role));
  if (node.role == NodeView::Role::replica) {
    text += " of " + to_string(node.master) + (node.link_up ? ", linked" : ", not linked");
  }
  return text + (node.loading ? ", loading" : "") +
         ", linked replicas: " + std::to_string(node.linked_replicas);
}

std::string debug_text(const FenceView& view, TimePoint now) {
  std::string text =
      "the server is " + debug_text(view.own) + " (" + age(view.own_heard, now) + ")";
  for (const SentinelSight& sight : view.sentinels) {
    text += "; " + debug_text(sight, now);
  }
  return text;
}

}  // namespace dkr
