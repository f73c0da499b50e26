#pragma once

#include <string>

#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// The view for a person: a line for each server, which is called by the name that it announces,
/// its address beside that.
std::string describe(const GroupView& view);

/// The view as JSON (RFC 8259): one object, in it one for each server; its "name" where that is
/// another one than its address.
std::string to_json(const GroupView& view);

}  // namespace dkr
