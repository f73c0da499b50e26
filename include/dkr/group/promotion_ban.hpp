#pragma once

#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Replicas that no sentinel shall promote for a while: their replica-priority is 0.
class PromotionBan {
 public:
  explicit PromotionBan(const Settings& settings) : settings_(settings) {}

  /// Holds a replica back; once only, for it may refuse.
  void add(const NodeView& node);

  [[nodiscard]] bool empty() const { return nodes_.empty(); }

  /// When every sentinel knows of those that are held back; in the past when nobody is.
  [[nodiscard]] TimePoint known_at() const { return known_at_; }

  /// Gives them back the priority they had.
  void release();

 private:
  void tell(const NodeView& node, const std::vector<std::vector<std::string>>& orders) const;

  const Settings& settings_;
  std::vector<NodeView> nodes_;
  TimePoint known_at_{};
};

}  // namespace dkr
