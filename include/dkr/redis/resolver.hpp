#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Limits name look-ups of this process to /etc/hosts and DNS: glibc would load any other name
/// service from the image, into a static program that it does not fit.
void pin_name_service() noexcept;

/// Returns all addresses of a name, sorted, without duplicates; for an address, itself. Blocks as
/// long as DNS does, so call it only in a process with a deadline.
Result<std::vector<std::string>> addresses_of(const std::string& host);

/// Returns the same, and none for a name that there is not. nullopt: the name service did not tell.
std::optional<std::vector<std::string>> told_addresses_of(const std::string& host);

/// Returns all addresses of this host's interfaces.
std::vector<std::string> interface_addresses();

/// Returns the first interface address that is neither loopback nor link-local; else the loopback.
std::string interface_address();

/// Returns the address by which others reach this host: the first such one of its own name, which
/// may take a look-up; else that of an interface.
std::string own_address();

/// Returns the address that DNS has for this host's name in the first search domain of
/// /etc/resolv.conf: that of a Kubernetes service named like the pod.
Result<std::string> own_service_address();

}  // namespace dkr
