#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Where a look at the group begins: a name or an address that settings give.
struct Seed {
  enum class Kind {
    sentinel,
    master,  ///< REDIS_MASTER_HOST
    peer,    ///< one of REDIS_PEERS
    self,    ///< this host, where nobody else is given; its name is not looked at
  };

  Endpoint at;
  Kind kind = Kind::peer;
};

/// All seeds: sentinels, the set master, and the peers in the order of their names. `own_port` is
/// that of the data node here; 0: REDIS_PORT.
std::vector<Seed> seeds_of(const Settings& settings, std::uint16_t own_port);

/// A seed and the endpoints that it stands for.
struct ResolvedSeed {
  Seed seed;
  std::vector<Endpoint> endpoints;
  std::string failure;  ///< why it stands for none; empty: it does
};

/// Looks all names up at once, each in a process of its own, for no longer than `timeout`;
/// addresses stand for themselves. Answers in the order of the seeds.
std::vector<ResolvedSeed> resolve(const std::vector<Seed>& seeds,
                                  std::chrono::milliseconds timeout);

}  // namespace dkr
