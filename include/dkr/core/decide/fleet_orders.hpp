#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/wanted_groups.hpp"
#include "dkr/core/view/fleet_view.hpp"

namespace dkr {

/// In what one sentinel is not as it is wanted.
struct GroupDifference {
  enum class Kind {
    missing,  ///< it does not monitor a group that it should
    remains,  ///< it monitors a group that it should not
    differs,  ///< an option has another value
    untold,   ///< an option may have another value: it cannot be asked for that one
  };

  Kind kind;
  std::string group;
  GroupOption wanted = {};
  std::string seen = {};       ///< the option's value there; empty: none
  bool fails_over = false;     ///< the group is left alone for now
  WallTime paused_until = {};  ///< the sentinel is paused for the group, and stays so

  friend bool operator==(const GroupDifference&, const GroupDifference&) = default;
};

/// Compares what is wanted with what a sentinel has. A master that it has learned is no difference,
/// nor is a group of which nothing is wanted.
std::vector<GroupDifference> differences(const std::vector<WantedGroup>& wanted,
                                         const std::vector<SeenGroup>& seen);

/// Returns the commands that mend a difference; of a missing group the others follow its first
/// one. `master` is whom a missing group is to monitor.
std::vector<std::vector<std::string>> commands_for(const GroupDifference& difference,
                                                   const WantedGroup& wanted,
                                                   const Endpoint& master = {});

/// Returns every group with the options that most sentinels have.
std::vector<WantedGroup> common_options(const FleetView& fleet);

/// Adds what most sentinels have, where nothing else is wanted.
std::vector<WantedGroup> with_common(std::vector<WantedGroup> wanted, const FleetView& fleet);

/// Returns the master of a group that most sentinels that know it name and, of several, the one of
/// the newest epoch; nullopt: none knows the group.
std::optional<Endpoint> commonly_named(const FleetView& fleet, const std::string& group);

/// Returns the difference as a clause of a sentence, without the group. Shows no secret.
std::string clause_of(const GroupDifference& difference);

/// Returns the same with the group before it.
std::string describe(const GroupDifference& difference);

}  // namespace dkr
