#pragma once

#include <string>
#include <string_view>

namespace dkr {

/// Returns the value after `name:` at the start of a line of the reply to INFO; empty: none.
std::string info_field(std::string_view info, std::string_view name);

}  // namespace dkr
