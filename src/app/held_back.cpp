#include "dkr/app/held_back.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "dkr/app/log.hpp"
#include "dkr/app/times.hpp"
#include "dkr/redis/questions.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

constexpr const char* priority = "replica-priority";

}  // namespace

void HeldBack::add(const NodeView& node) {
  if (std::any_of(nodes_.begin(), nodes_.end(),
                  [&](const NodeView& held) { return held.at == node.at; })) {
    return;
  }
  log::warn("replica " + to_string(node.at) + " is behind the others, and not to be promoted now");
  nodes_.push_back(node);
  known_at_ = steady_clock::now() + sentinel_refresh;
  tell(node, {{"CONFIG", "SET", priority, "0"}});
}

void HeldBack::release() {
  for (const NodeView& node : std::exchange(nodes_, {})) {
    tell(node, {{"CONFIG", "SET", priority, std::to_string(node.priority)}, {"CONFIG", "REWRITE"}});
  }
}

void HeldBack::tell(const NodeView& node,
                    const std::vector<std::vector<std::string>>& orders) const {
  const auto failure =
      give_orders(node.at, settings_, orders, steady_clock::now() + running_patience);
  if (!failure.empty()) {
    log::error("replica " + to_string(node.at) + " refuses: " + failure);
  }
}

}  // namespace dkr
