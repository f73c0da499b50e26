#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What a look at the group begins with: a name or an address that settings give.
struct Seed {
  enum class Kind {
    sentinel,
    master,  ///< REDIS_MASTER_HOST
    peer,    ///< one of REDIS_PEERS
    self,    ///< this host, if no master or peer is given; `at` has only a port
  };

  Endpoint at;
  Kind kind = Kind::peer;
};

/// Returns all seeds: sentinels, the set master, and the peers in the order of their names.
/// `own_port` is that of the data node here; 0: REDIS_PORT.
std::vector<Seed> seeds_of(const Settings& settings, std::uint16_t own_port);

/// Returns the seeds of the sentinels only.
std::vector<Seed> sentinel_seeds_of(const Settings& settings);

/// A seed and the endpoints that it resolves to.
struct ResolvedSeed {
  Seed seed;
  std::vector<Endpoint> endpoints;
  std::string failure;  ///< why there are none; empty if there are
};

/// Looks all names up at once, each in its own child process, for at most `timeout`; addresses
/// stand for themselves. Returns the results in the order of the seeds.
std::vector<ResolvedSeed> resolve(const std::vector<Seed>& seeds,
                                  std::chrono::milliseconds timeout);

}  // namespace dkr
