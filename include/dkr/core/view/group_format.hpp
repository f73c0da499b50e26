#pragma once

#include <string>

#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Returns the view for a person: a line for each server, with the name that it announces and its
/// address.
std::string describe(const GroupView& view);

/// Returns what a sentinel that does not know the group knows instead, for a person.
std::string other_groups(const SentinelView& sentinel);

/// Returns the view as JSON (RFC 8259): one object, with one for each server. Each has a "name" if
/// that differs from its address.
std::string to_json(const GroupView& view);

}  // namespace dkr
