#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Ties name look-ups of this process to /etc/hosts and DNS: any other name service would be loaded
/// from the image, into a static program it does not fit.
void pin_name_service() noexcept;

/// Every address of a name, in order, each once; of an address itself. Blocks as long as DNS does:
/// only for a process with a deadline.
Result<std::vector<std::string>> addresses_of(const std::string& host);

/// Every address that an interface of this host has.
std::vector<std::string> interface_addresses();

/// The first address of an interface that is neither loopback nor link-local; else the loopback.
std::string interface_address();

/// The address of this host that others reach it by: the first such one of its own name, which may
/// have to be looked up; else that of an interface.
std::string own_address();

/// The address that DNS gives for this host's name in the first search domain of /etc/resolv.conf,
/// that of a Kubernetes service named like the pod.
Result<std::string> own_service_address();

}  // namespace dkr
