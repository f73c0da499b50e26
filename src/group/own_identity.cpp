#include "dkr/group/own_identity.hpp"

#include <algorithm>
#include <chrono>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/group/own_addresses.hpp"
#include "dkr/redis/connection.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// Returns the master of our group, or of the first one, by its address.
std::optional<Endpoint> address_of_master(const std::vector<MonitoredGroup>& groups,
                                          const std::string& group) {
  const auto ours = std::find_if(groups.begin(), groups.end(),
                                 [&](const MonitoredGroup& one) { return one.name == group; });
  const auto chosen = ours == groups.end() ? groups.begin() : ours;
  if (chosen == groups.end() || chosen->master.host.empty()) {
    return std::nullopt;
  }
  const auto addresses = addresses_of(chosen->master.host);
  return addresses && !addresses->empty()
             ? std::optional(Endpoint{addresses->front(), chosen->master.port})
             : std::nullopt;
}

}  // namespace

OwnIdentity look_at_identity(const Settings& settings, const OwnServer& sentinel) {
  const TimePoint deadline = steady_clock::now() + server_timeout;
  auto connection = Connection::open(sentinel.at, sentinel.access, deadline);
  const auto replies =
      connection ? connection->ask_all({{"SENTINEL", "MYID"}, {"SENTINEL", "MASTERS"}}, deadline)
                 : Result<std::vector<Reply>, Failure>(connection.error());
  OwnIdentity own;
  if (!replies) {
    return own;
  }
  if (replies->front().kind == Reply::Kind::text) {
    own.id = replies->front().text;
  }
  own.me = my_endpoints(settings, sentinel.at.port, running_look_timeout);
  own.ear = address_of_master(monitored_groups(replies->back()), settings.group.value);
  return own;
}

}  // namespace dkr
