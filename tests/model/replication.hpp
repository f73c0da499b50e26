#pragma once

#include "world.hpp"

// Servers, their disks, and what flows between them.
namespace dkr::model {

/// How a server ends.
enum class End { stopped, killed, without_power };

/// Starts the server of a node from its volume.
void start_server(World& world, Index node, const MinReplicas& limits);
/// Ends it, and leaves in the volume what such an end leaves there.
void end_server(World& world, Index node, End how);

/// REPLICAOF NO ONE and CONFIG REWRITE.
void become_master(World& world, Index node);
/// REPLICAOF and CONFIG REWRITE.
void become_replica(World& world, Index node, const Endpoint& master);
/// CONFIG REWRITE.
void rewrite_conf(World& world, Index node);
/// BGSAVE.
void save(World& world, Index node);

/// Half a second of replication.
void replicate(World& world);

/// Whether a client that reaches the server can write.
bool takes_writes(const World& world, Index node);

/// What a node has: in the memory of its server, else on its disk.
Writes held_by(const World& world, Index node);

/// What INFO of the server says.
NodeView info_of(const World& world, Index node, const Endpoint& at);

}  // namespace dkr::model
