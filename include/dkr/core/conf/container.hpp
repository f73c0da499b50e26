#pragma once

#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// This container: what it was told, and what its volume says of it.
struct Container {
  Settings settings;      ///< REDIS_GROUP, where nobody has set it, is that of the note
  ServerCommand command;  ///< of its server
  StateNote note;
  ServerConf conf;
  std::optional<Endpoint> server;  ///< where that answers; nothing: it listens on no port
};

}  // namespace dkr
