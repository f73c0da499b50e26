#include "clients.hpp"

#include <algorithm>

#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

constexpr Index most_writes = 250;
/// A client with WAIT does not wait for longer.
constexpr Tick patience = 1 * second;
/// Who asks for a failover of a master that is cut off accepts what is written there for so long.
constexpr Tick forced_time = 6 * second;

void write(World& world, Data& data, bool takes_away) {
  if (world.next_write >= most_writes) {
    return;
  }
  world.written_at.at(world.next_write) = world.now;
  if (takes_away) {
    world.emptied_by = world.next_write;
  }
  data.writes.set(world.next_write++);
  data.keys = takes_away ? 0 : data.keys + 1;
  data.offset += write_size;
  data.aof_size += write_size;
}

/// Whether most sentinels know a node where it is.
bool is_listed(const World& world, Index node) {
  const Endpoint at = called(world, node);
  const auto knows = [&](const Sentinel& sentinel) {
    return sentinel.master.at == at ||
           std::any_of(sentinel.replicas.begin(), sentinel.replicas.end(),
                       [&](const Instance& one) { return one.at == at; });
  };
  const auto count = std::count_if(world.sentinels.begin(), world.sentinels.end(), knows);
  return 2 * static_cast<Index>(count) > world.sentinels.size();
}

/// Whether sentinels differ, and most cannot look up names: they take no news of a master.
bool hear_nothing(const World& world) {
  Index deaf = 0;
  bool differ = false;
  for (Index which = 0; which < world.sentinels.size(); ++which) {
    deaf += looks_up_names(world, which) ? 0U : 1U;
    differ = differ || named_by(world.sentinels[which]) != named_by(world.sentinels.front());
  }
  return differ && 2 * deaf > world.sentinels.size();
}

/// Those that somebody may still wait for.
Writes waited_for(const World& world) {
  Writes young;
  for (Index write = world.next_write; write > 0; --write) {
    if (world.now - world.written_at.at(write - 1) > patience) {
      break;
    }
    young.set(write - 1);
  }
  return young;
}

}  // namespace

void run_clients(World& world) {
  const bool drains = world.now < world.drained_until;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    Data& data = world.nodes[node].server.data;
    const bool wants = drains ? data.keys > 0 : world.now % 2 == 0;
    if (wants && takes_writes(world, node)) {
      write(world, data, drains);
    }
  }
}

bool is_with_most(const World& world, Index node) {
  Index reach = 0;
  for (Index sentinel = 0; sentinel < world.sentinels.size(); ++sentinel) {
    reach += world.sentinels[sentinel].up && world.can(world.host_of_sentinel(sentinel), node);
  }
  return 2 * reach > world.sentinels.size();
}

void note_safe(World& world) {
  if (world.now - world.forced_failover <= forced_time || hear_nothing(world)) {
    return;
  }
  Writes once;
  Writes twice;
  Writes with_most;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    const Writes here = is_listed(world, node) ? held_by(world, node) : Writes{};
    twice |= once & here;
    once |= here;
    if (world.nodes[node].server.up && is_with_most(world, node)) {
      with_most |= here;
    }
  }
  world.safe |= twice & with_most & waited_for(world) & ~world.excused;
}

void excuse(World& world, const Writes& lost) {
  world.excused |= lost;
  world.safe &= ~lost;
}

void excuse_untold(World& world, const Writes& lost) {
  Writes first;
  for (Index write = 0; write < lost.size() && first.count() < untold / write_size; ++write) {
    first.set(write, lost[write]);
  }
  excuse(world, first);
}

Writes lost_from(const World& world, const Writes& left) {
  Writes lost = world.safe & ~left;
  if (world.emptied_by && world.safe[*world.emptied_by]) {
    bool older = false;
    for (Index write = 0; write < *world.emptied_by; ++write) {
      lost.reset(write);
      older = older || left[write];
    }
    lost.set(*world.emptied_by, lost[*world.emptied_by] && older);
  }
  return lost;
}

void excuse_cut_off(World& world, Index promoted) {
  const bool backup = std::any_of(world.nodes.begin(), world.nodes.end(),
                                  [](const Node& node) { return node.own_priority == 0; });
  Writes left;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    const Server& server = world.nodes[node].server;
    const bool lives = server.up && world.now >= server.hangs_until && is_listed(world, node);
    const bool counts = !backup || (world.nodes[node].own_priority != 0 && lives);
    left |= counts && (!server.up || is_with_most(world, node)) ? held_by(world, node) : Writes{};
  }
  world.safe &= left;
  if (backup && world.now - world.forced_failover <= 1) {
    excuse(world, world.safe & ~held_by(world, promoted));
  } else if (backup) {
    excuse_untold(world, world.safe & ~held_by(world, promoted));
  }
}

void excuse_all_power(World& world) {
  Writes on_all;
  on_all.set();
  for (Index node = 0; node < world.nodes.size(); ++node) {
    if (world.nodes[node].server.up && !world.nodes[node].terminating) {
      return;
    }
    on_all &= held_by(world, node);
  }
  world.safe &= on_all;
}

void excuse_unknown(World& world) {
  Writes left;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    left |= is_listed(world, node) ? held_by(world, node) : Writes{};
  }
  world.safe &= left;
}

void excuse_lost(World& world) {
  Writes left;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    left |= held_by(world, node);
  }
  world.safe &= left;
}

}  // namespace dkr::model
