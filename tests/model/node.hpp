#pragma once

#include "world.hpp"

// A container with a data node: PID 1 and its start, driven as app/container, app/supervisor_loop
// and group/find_role drive the core.
namespace dkr::model {

/// Half a second of all data nodes.
void run_nodes(World& world);

/// Something happens to PID 1.
void happens(World& world, Index node, const Event& event);

/// The processes of a container end, and it is started again after a time.
void end_container(World& world, Index node, bool without_power, Tick stays_away);

/// SIGTERM to the container; it comes back so long after its end.
void stop_container(World& world, Index node, Tick stays_away);

/// A node at its first moment: as if its container had been started then.
void begin_watching(World& world, Index node);

inline constexpr int server_pid = 1;
inline constexpr int watcher_pid = 2;
inline constexpr int handover_pid = 3;
/// The status of a server that was killed.
inline constexpr int killed_status = 137;

}  // namespace dkr::model
