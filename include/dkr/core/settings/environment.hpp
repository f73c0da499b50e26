#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

/// The settings in the environment, and warnings about names that nothing reads and about what is
/// no value.
struct EnvironmentSettings {
  RawSettings raw;
  std::vector<std::string> warnings;
};

/// Reads `NAME=value` entries. An empty value counts as unset. Each REDIS_* name that is no setting
/// causes one warning, with a known name that is near. What is_no_value() counts as unset with a
/// warning, but a reference in place of a secret stays, to be refused: somebody meant a password.
/// Variables that Kubernetes or Docker links set for a service (REDIS_PORT=tcp://10.0.0.1:6379,
/// REDIS_MASTER_SERVICE_HOST, ...) are ignored silently, even if they collide with a setting of
/// ours.
EnvironmentSettings read_environment(std::span<const std::string_view> entries);

/// True for a variable that describes a service or a linked container: NAME_SERVICE_HOST,
/// NAME_SERVICE_PORT, NAME_SERVICE_PORT_x, NAME_PORT=tcp://..., NAME_PORT_6379_TCP and its _PROTO,
/// _PORT and _ADDR, NAME_NAME=/this/that, NAME_ENV_x. Source: kubernetes.io, "Discovering services:
/// environment variables".
bool is_service_variable(std::string_view name, std::string_view value);

}  // namespace dkr
