#include "dkr/group/own_addresses.hpp"

#include <algorithm>
#include <chrono>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// Looks up our own address within a timeout: the watcher must not wait for a silent name service.
std::string own_address_in_time() {
  const auto address = in_child(own_address, steady_clock::now() + running_look_timeout);
  return address ? *address : interface_address();
}

}  // namespace

std::vector<Endpoint> my_endpoints(const Settings& settings, std::uint16_t port,
                                   std::chrono::milliseconds limit) {
  const std::uint16_t own = port != 0 ? port : settings.port.value;
  const std::uint16_t told = settings.announce_port.given ? settings.announce_port.value : own;
  std::vector<Endpoint> me;
  for (const std::string& address : interface_addresses()) {
    me.push_back({address, own});
    if (told != own && !settings.announce_host.given) {
      me.push_back({address, told});
    }
  }
  if (settings.announce_host.given) {
    const std::string& host = settings.announce_host.value;
    me.push_back({host, told});
    const auto found = announces_name(settings) ? in_child([&] { return addresses_of(host); },
                                                           steady_clock::now() + limit)
                                                : std::nullopt;
    if (found && *found && !(*found)->empty()) {
      me.push_back({(*found)->front(), told});
    }
  }
  return me;
}

std::vector<Endpoint> told_endpoints(const Settings& settings, std::uint16_t port) {
  std::vector<Endpoint> me = my_endpoints(settings, port, running_look_timeout);
  const Endpoint told{
      settings.announce_host.given ? settings.announce_host.value : own_address_in_time(),
      settings.announce_port.given ? settings.announce_port.value : port};
  std::erase(me, told);
  me.insert(me.begin(), told);
  return me;
}

}  // namespace dkr
