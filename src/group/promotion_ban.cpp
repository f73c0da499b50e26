#include "dkr/group/promotion_ban.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

constexpr const char* priority = "replica-priority";

}  // namespace

void PromotionBan::add(const NodeView& node) {
  if (std::any_of(nodes_.begin(), nodes_.end(),
                  [&](const NodeView& held) { return held.at == node.at; })) {
    return;
  }
  const std::string held = std::to_string(held_back(node.priority));
  log::warn("replica " + to_string(node.at) + " is behind the others: its replica-priority is " +
            held + " for now");
  nodes_.push_back(node);
  known_at_ = steady_clock::now() + replica_info_age;
  tell(node, {{"CONFIG", "SET", priority, held}});
}

void PromotionBan::release() {
  for (const NodeView& node : std::exchange(nodes_, {})) {
    tell(node, {{"CONFIG", "SET", priority, std::to_string(own_priority(node.priority))},
                {"CONFIG", "REWRITE"}});
  }
}

void PromotionBan::tell(const NodeView& node,
                        const std::vector<std::vector<std::string>>& orders) const {
  const auto failure =
      give_orders(node.at, settings_, orders, steady_clock::now() + running_look_timeout);
  if (!failure.empty()) {
    log::error("replica " + to_string(node.at) + " refused: " + failure);
  }
}

}  // namespace dkr
