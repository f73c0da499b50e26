#pragma once

#include <optional>

#include "dkr/core/base/access.hpp"
#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// The server of this container, as this container itself reaches it.
struct OwnServer {
  Endpoint at;  ///< of a socket, the path as the host
  Access access;
};

/// Returns how a server with this configuration is reached from beside it: by the TLS port and the
/// files of REDIS_TLS_CA_FILE, by its port, by its socket, or by a TLS port of its own, whichever
/// there is first. Whoever it is who may look is logged in as, as far as his password is told in
/// clear text. nullopt: the server listens on nothing.
std::optional<OwnServer> own_server(const ServerConf& conf, const Settings& settings);

}  // namespace dkr
