#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "dkr/core/base/screen.hpp"
#include "dkr/core/view/status_view.hpp"

namespace dkr {

/// Returns a status for a person. Its tables fit into `width` columns if they can; 0: any width.
std::vector<ScreenLine> status_screen(const StatusView& view,
                                      std::chrono::system_clock::time_point now, std::size_t width);

}  // namespace dkr
