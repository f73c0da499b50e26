#pragma once

#include <optional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/node/storage.hpp"

namespace dkr {

/// The limits below which a master with this configuration refuses writes.
MinReplicas min_replicas_of(const std::vector<Directive>& directives);

/// Where the server can be reached from beside it, over TLS only if so set. Nothing: it listens on
/// no port.
std::optional<Endpoint> own_endpoint(const ServerConf& conf, const Settings& settings);

/// The role that the configuration of a data node says.
NodeData::Role role_in(const std::vector<Directive>& directives);

/// Reads the storage out of what holds; relative paths count from the volume, the server's working
/// directory.
Storage storage_of(const ServerConf& conf, const Settings& settings);

}  // namespace dkr
