#pragma once

#include <chrono>
#include <string>

#include "dkr/core/view/status_view.hpp"

namespace dkr {

/// Returns a status as JSON (RFC 8259): one object. What no server tells is left out; ages are
/// seconds.
std::string to_json(const StatusView& view, std::chrono::system_clock::time_point now);

}  // namespace dkr
