#include "dkr/group/own_addresses.hpp"

#include <algorithm>
#include <chrono>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// The watcher may not stand still for a name service that does not answer.
std::string own_address_in_time() {
  const Job look_up = [] { return own_address(); };
  const std::string address =
      in_parallel({look_up}, steady_clock::now() + running_look_timeout).front();
  return address.empty() ? interface_address() : address;
}

}  // namespace

std::vector<Endpoint> my_endpoints(const Settings& settings, std::uint16_t port) {
  const std::uint16_t own = port != 0 ? port : settings.port.value;
  std::vector<Endpoint> me;
  for (const std::string& address : interface_addresses()) {
    me.push_back({address, own});
  }
  if (settings.announce_port.given || settings.announce_host.given) {
    const auto told = settings.announce_port.given ? settings.announce_port.value : own;
    const std::string& host = settings.announce_host.value;
    if (settings.announce_host.given) {
      me.push_back({host, told});
    }
    const Job look_up = [&] {
      const auto found = addresses_of(host);
      return found && !found->empty() ? found->front() : std::string();
    };
    const std::string address =
        announces_name(settings)
            ? in_parallel({look_up}, steady_clock::now() + longest_look_timeout).front()
            : "";
    if (!address.empty()) {
      me.push_back({address, told});
    }
  }
  return me;
}

std::vector<Endpoint> told_endpoints(const Settings& settings, std::uint16_t port) {
  std::vector<Endpoint> me = my_endpoints(settings, port);
  const Endpoint told{
      settings.announce_host.given ? settings.announce_host.value : own_address_in_time(),
      settings.announce_port.given ? settings.announce_port.value : port};
  std::erase(me, told);
  me.insert(me.begin(), told);
  return me;
}

}  // namespace dkr
