#include "dkr/core/settings/settings.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

std::vector<Endpoint> with_port(std::vector<Endpoint> endpoints, std::uint16_t port) {
  for (Endpoint& endpoint : endpoints) {
    endpoint.port = endpoint.port == 0 ? port : endpoint.port;
  }
  return endpoints;
}

}  // namespace

std::vector<std::string> extra_arguments(const Settings& settings) {
  std::vector<std::string> all = settings.server_args.value;
  all.insert(all.end(), settings.extra_flags.value.begin(), settings.extra_flags.value.end());
  return all;
}

bool announces_name(const Settings& settings) {
  return settings.announce_host.given && !is_address(settings.announce_host.value);
}

std::vector<Endpoint> sentinel_seeds(const Settings& settings) {
  return with_port(settings.sentinel_hosts.value, settings.sentinel_service_port.value);
}

std::vector<Endpoint> peer_seeds(const Settings& settings) {
  return with_port(settings.peers.value, settings.port.value);
}

std::optional<Endpoint> master_seed(const Settings& settings) {
  if (!settings.master_host.given) {
    return std::nullopt;
  }
  return Endpoint{settings.master_host.value, settings.master_port.value};
}

const Secret& node_password(const Settings& settings) {
  return settings.master_password.given ? settings.master_password.value : settings.password.value;
}

bool gives_password(const Settings& settings) {
  return (settings.master_password.given || settings.password.given) &&
         !node_password(settings).empty();
}

bool is_on(std::string_view text) {
  constexpr std::array<std::string_view, 5> off{"", "0", "false", "no", "off"};
  return std::find(off.begin(), off.end(), lower(trim(text))) == off.end();
}

std::string absolute_path(std::string_view path, std::string_view cwd) {
  if (path.starts_with('/')) {
    return std::string(path);
  }
  return std::string(cwd) + (cwd.ends_with('/') ? "" : "/") + std::string(path);
}

}  // namespace dkr
