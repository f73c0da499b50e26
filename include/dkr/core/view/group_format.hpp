#pragma once

#include <string>

#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// The view for a person, a line a server; and as JSON (RFC 8259), one object.
std::string describe(const GroupView& view);
std::string to_json(const GroupView& view);

}  // namespace dkr
