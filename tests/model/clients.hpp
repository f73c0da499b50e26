#pragma once

#include "world.hpp"

namespace dkr::model {

/// Half a second of clients: wherever a server takes writes, somebody writes, for some clients find
/// every master; while the queue is drained, they take everything away instead.
void run_clients(World& world);

/// Which writes must not be lost from now on: those that two nodes hold soon which most sentinels
/// know where they are, and one of which most reach. So much a client with WAIT hears. Who fails
/// over by hand accepts what that costs; and nothing is promised while sentinels take no news, for
/// they cannot look up names.
void note_safe(World& world);

/// These may be lost from now on.
void excuse(World& world, const Writes& lost);

/// A volume has lost these: who has only the first few of them does not seem to have more.
void excuse_untold(World& world, const Writes& lost);

/// A fault may have taken what nobody else has.
void excuse_lost(World& world);

/// A fault has taken data: what only nodes have whose new address no sentinel knows is given up.
void excuse_unknown(World& world);

/// Where no data node has power any more, the last writes may be on some disks only: nobody is left
/// whom a start could ask for them.
void excuse_all_power(World& world);

/// Which of them a dataset lacks. What was written before clients took every key away is not
/// missed; but it must not come back.
Writes lost_from(const World& world, const Writes& left);

/// A sentinel promotes a node: what only nodes have that are cut off from most sentinels is given
/// up; where a backup may not be promoted, also what only it has and nodes that nobody could
/// choose, and the little that the promoted one cannot know that it lacks, or, by hand, all of
/// that.
void excuse_cut_off(World& world, Index promoted);

/// Whether most sentinels reach a node.
bool is_with_most(const World& world, Index node);

}  // namespace dkr::model
