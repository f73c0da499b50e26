#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/pause.hpp"

namespace dkr {

/// What became of one sentinel.
struct PauseAnswer {
  Endpoint sentinel;
  std::string failure;  ///< why it has not the value; empty: it has
};

/// Gives these sentinels their values, all at once, and reads them back.
std::vector<PauseAnswer> give_orders(const std::vector<PauseOrder>& orders,
                                     const Settings& settings);

}  // namespace dkr
