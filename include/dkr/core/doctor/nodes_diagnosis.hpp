#pragma once

#include <optional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/doctor/finding.hpp"
#include "dkr/core/doctor/symptoms.hpp"

namespace dkr {

/// Adds what is wrong with the data nodes of a group. `here`: the server in this container, if it
/// is one of them, tells its own limits better than its settings do.
void diagnose_nodes(const GroupSymptoms& group, const std::optional<ServerSymptoms>& here,
                    std::vector<Finding>& found);

/// Adds which nodes could not follow others: for want of the password, or for their version.
void diagnose_followers(const GroupSymptoms& group, std::vector<Finding>& found);

/// Adds what is wrong with what one server lets us see.
void diagnose_access(const NodeExam& exam, std::vector<Finding>& found);

/// True if a server of this version can follow a master of that one. Source: RDB_VERSION in rdb.h
/// of each version; Valkey since 9 writes to older ones what they read, and reads nothing that
/// Redis since 7.4 writes.
bool can_follow(const ServerVersion& replica, const ServerVersion& master);

/// Returns the name of a version, such as Valkey 8.0.
std::string name_of(const ServerVersion& version);

}  // namespace dkr
