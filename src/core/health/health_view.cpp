#include "dkr/core/health/health_view.hpp"

#include <utility>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {

Standing standing_of(const GroupView& ever, const GroupView& heard,
                     const std::vector<Endpoint>& me) {
  const Votes votes = votes_of(ever);
  const auto voices = sentinels_of(heard);
  Standing standing{false, votes.known, voices.size(), votes.needed, named_by_majority(heard)};
  std::size_t for_me = 0;
  std::size_t reach_it = 0;
  for (const SentinelView* sentinel : voices) {
    for_me += contains(me, sentinel->master) ? 1U : 0U;
    const bool reaches = !sentinel->flags.down() && sentinel->silence <= freshest_ping_age;
    reach_it += standing.named == sentinel->master && reaches ? 1U : 0U;
  }
  const NamingEpochs epochs = naming_epochs(heard, me);
  standing.named_lives = 2 * reach_it > voices.size();
  standing.names_me = (standing.named && contains(me, *standing.named)) ||
                      epochs.mine > epochs.others || (for_me > 0 && for_me == voices.size());
  return standing;
}

std::vector<MonitoredGroup> monitored_groups(const Reply& masters) {
  std::vector<MonitoredGroup> groups;
  for (const Reply& fields : masters.items) {
    MonitoredGroup group;
    group.name = field(fields, "name");
    group.master = {field(fields, "ip"), parse_port(field(fields, "port")).value_or(0)};
    group.master_up = !ServerFlags(field(fields, "flags")).down();
    group.replicas = parse_count(field(fields, "num-slaves"), 0);
    group.sentinels = parse_count(field(fields, "num-other-sentinels"), 0) + 1;
    const Quorum quorum = quorum_in(parse_count(field(fields, "quorum"), 0));
    group.quorum = quorum.own;
    group.paused_until = quorum.paused_until;
    group.busy = ServerFlags(field(fields, "flags")).failover_in_progress;
    groups.push_back(std::move(group));
  }
  return groups;
}

void take_votes(MonitoredGroup& group, const Reply& answer) {
  group.can_fail_over = answer.kind == Reply::Kind::text && answer.text.starts_with("OK");
  group.votes = answer.text;
}

bool is_heard(const HealthView& view, TimePoint now) {
  return view.heard && now - *view.heard < answer_lifetime;
}

bool is_objecting(const HealthView& view, TimePoint now) {
  return view.objects && now - view.alive < answer_lifetime;
}

}  // namespace dkr
