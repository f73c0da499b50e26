#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Returns the limits below which a master with this configuration refuses writes.
MinReplicas min_replicas_of(const std::vector<Directive>& directives);

/// Returns where this container reaches a server that listens on this port; nullopt if the port is
/// none, or is bound to nothing.
std::optional<Endpoint> endpoint_of(const std::vector<Directive>& directives,
                                    std::string_view port_in_use);

/// Returns where this container and others reach its server, by the TLS port if REDIS_TLS_CA_FILE
/// is given; nullopt if the server listens on no such port.
std::optional<Endpoint> own_endpoint(const std::vector<Directive>& directives, bool sentinel,
                                     const Settings& settings);

/// Returns the role that the configuration of a data node gives it.
NodeData::Role role_in(const std::vector<Directive>& directives);

/// True if a server with this configuration saves an RDB by itself, now and then and as it ends.
bool saves_itself(const std::vector<Directive>& directives);

/// Returns where a server with this configuration keeps its data. Relative
/// paths start at the volume, the server's working directory.
Storage storage_of(const std::vector<Directive>& directives, const Settings& settings);

}  // namespace dkr
