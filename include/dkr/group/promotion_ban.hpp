#pragma once

#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Keeps sentinels from promoting some replicas for a while, as long as another can be promoted.
class PromotionBan {
 public:
  explicit PromotionBan(const Settings& settings) : settings_(settings) {}

  /// Bans a replica, and tells it only once, for it may refuse.
  void add(const NodeView& node);

  [[nodiscard]] bool empty() const { return nodes_.empty(); }

  /// Returns when every sentinel knows of the ban; in the past if no replica is banned.
  [[nodiscard]] TimePoint known_at() const { return known_at_; }

  /// Restores the priorities that the replicas had.
  void release();

 private:
  void tell(const NodeView& node, const std::vector<std::vector<std::string>>& orders) const;

  const Settings& settings_;
  std::vector<NodeView> nodes_;
  TimePoint known_at_{};
};

}  // namespace dkr
