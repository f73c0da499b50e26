#pragma once

#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// This container: its settings and command, and what its volume contains.
struct Container {
  Settings settings;      ///< REDIS_GROUP is that of the note if it was not given
  ServerCommand command;  ///< of the server
  StateNote note;
  ServerConf conf;
  std::optional<Endpoint> server;  ///< where it can be reached; unset: it listens on no port
  std::optional<OwnServer> own;    ///< as this container reaches it; unset: in no way
};

}  // namespace dkr
