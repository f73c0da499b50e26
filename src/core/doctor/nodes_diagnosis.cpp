#include "dkr/core/doctor/nodes_diagnosis.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/doctor/amounts.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum Trouble;
using Role = NodeView::Role;

/// The master that the sentinels name, or the only one that there is; without a host: none.
Endpoint master_of(const GroupSymptoms& group) {
  const auto voters = sentinels_of(group.view);
  if (!voters.empty()) {
    return named_by_majority(group.view).value_or(voters.front()->master);
  }
  for (const NodeExam& exam : group.nodes) {
    if (exam.view.role == Role::master) {
      return exam.view.at;
    }
  }
  return {};
}

/// How many data nodes the group has: those that answer, and those that do not.
std::size_t count_nodes(const GroupSymptoms& group) {
  const auto silent = std::count_if(group.view.nodes.begin(), group.view.nodes.end(),
                                    [](const NodeView& node) { return node.failure.has_value(); });
  return group.nodes.size() + static_cast<std::size_t>(silent);
}

void diagnose_silent(const GroupSymptoms& group, const Endpoint& master,
                     std::vector<Finding>& found) {
  for (const NodeView& node : group.view.nodes) {
    if (!node.failure) {
      continue;
    }
    const std::string at = to_string(node.at);
    if (is_objection(*node.failure)) {
      if (group.ours) {
        found.push_back({login_refused, {at, node.failure->text}});
      }
    } else if (node.failure->kind == Failure::Kind::refused_by_server) {
      continue;  // it loads, or a script keeps it busy
    } else if (node.at == master) {
      found.push_back({master_silent, {group.name, at, node.failure->text}});
    } else {
      found.push_back({node_silent, {at, group.name, node.failure->text}});
    }
  }
}

void diagnose_roles(const GroupSymptoms& group, const Endpoint& master,
                    std::vector<Finding>& found) {
  const NodeExam* first = nullptr;
  bool successor = false;
  for (const NodeExam& exam : group.nodes) {
    const NodeView& node = exam.view;
    if (node.role == Role::master) {
      if (first != nullptr) {
        found.push_back({two_masters, {group.name, to_string(first->view.at), to_string(node.at)}});
      }
      first = first == nullptr ? &exam : first;
    } else if (!node.loading && !node.synchronizing && !node.link_up) {
      found.push_back({replica_unlinked, {to_string(node.at), to_string(node.master)}});
    }
    successor = successor || (node.role == Role::replica && node.link_up && node.priority > 0);
  }
  const NodeView* named = find_node(group.view, master);
  if (named != nullptr && !named->failure && !successor) {
    found.push_back({no_successor, {group.name, to_string(master)}});
  }
}

/// The user's own limits of a node; unset: only those of a fence are known.
std::optional<MinReplicas> own_limits(const NodeExam& exam,
                                      const std::optional<ServerSymptoms>& here) {
  if (here && here->users_limits && here->process.run_id == exam.process.run_id) {
    return here->users_limits;
  }
  const bool guarded = exam.conf && exam.conf->limits.max_lag == guard_lag.count();
  return exam.conf && !guarded && !refuse_all(exam.conf->limits) ? std::optional(exam.conf->limits)
                                                                 : std::nullopt;
}

void diagnose_limits(const GroupSymptoms& group, const std::optional<ServerSymptoms>& here,
                     std::vector<Finding>& found) {
  const std::size_t count = count_nodes(group);
  const int others = std::max(1, static_cast<int>(count) - 1);
  int most = 0;
  std::string where;
  for (const NodeExam& exam : group.nodes) {
    const auto limits = own_limits(exam, here);
    if (limits && limits->max_lag > 0 && limits->to_write >= others) {
      where += (where.empty() ? "" : ", ") + to_string(exam.view.at);
      most = std::max(most, limits->to_write);
    }
    if (exam.view.role == Role::master && exam.conf && refuse_all(exam.conf->limits)) {
      found.push_back({writes_refused, {to_string(exam.view.at)}});
    }
  }
  if (most > 0) {
    found.push_back({min_replicas, {where, std::to_string(most), std::to_string(count)}});
  }
}

/// A clock, and whose it is.
struct Clock {
  std::string name;
  ClockSight sight;
};

void diagnose_clocks(const GroupSymptoms& group, std::vector<Finding>& found) {
  constexpr std::chrono::milliseconds most{2000};
  const Clock ours{"this machine", {}};
  Clock earliest = ours;
  Clock latest = ours;
  const auto take = [&](const Endpoint& at, const std::optional<ClockSight>& sight) {
    if (sight && sight->ahead + sight->doubt < earliest.sight.ahead + earliest.sight.doubt) {
      earliest = {to_string(at), *sight};
    }
    if (sight && sight->ahead - sight->doubt > latest.sight.ahead - latest.sight.doubt) {
      latest = {to_string(at), *sight};
    }
  };
  for (const NodeExam& exam : group.nodes) {
    take(exam.view.at, exam.process.clock);
  }
  for (const SentinelExam& exam : group.sentinels) {
    take(exam.at, exam.process.clock);
  }
  const auto difference =
      latest.sight.ahead - latest.sight.doubt - earliest.sight.ahead - earliest.sight.doubt;
  if (difference > most) {
    found.push_back({clocks_differ, {latest.name, time_text(difference), earliest.name}});
  }
}

/// The newest format of an RDB that a server reads. Redis since 7.4 counts on, but no version of
/// these is known to refuse another.
int reads(const ServerVersion& version) {
  constexpr int redis_6 = 9;
  constexpr int redis_7_0 = 10;
  constexpr int common = 11;
  constexpr int redis_7_4 = 12;
  constexpr int first_apart = 4;
  if (version.valkey) {
    return common;
  }
  if (version.major != 7) {
    return version.major < 7 ? redis_6 : redis_7_4;
  }
  return version.minor < 2 ? redis_7_0 : version.minor < first_apart ? common : redis_7_4;
}

/// Returns the pairs whose passwords do not fit.
void diagnose_passwords(const NodeExam& replica, const NodeExam& master,
                        std::vector<Finding>& found) {
  const PasswordExam& gives = replica.conf->passwords;
  const PasswordExam& wants = master.conf->passwords;
  const bool by_user = !gives.master_user.empty() && gives.master_user != "default";
  const std::vector<std::string> names{to_string(replica.view.at), to_string(master.view.at)};
  if (wants.wanted && gives.master.empty()) {
    found.push_back({masterauth_missing, names});
  } else if (wants.wanted && !by_user && !wants.own.empty() && wants.own != gives.master) {
    found.push_back({masterauth_wrong, names});
  }
}

}  // namespace

std::string name_of(const ServerVersion& version) {
  return (version.valkey ? "Valkey " : "Redis ") + std::to_string(version.major) + "." +
         std::to_string(version.minor);
}

bool can_follow(const ServerVersion& replica, const ServerVersion& master) {
  return replica.major == 0 || master.major == 0 || reads(master) <= reads(replica);
}

void diagnose_access(const NodeExam& exam, std::vector<Finding>& found) {
  for (const std::string& command : exam.unknown) {
    found.push_back({command_missing, {to_string(exam.view.at), command}});
  }
  if (!exam.denied.empty()) {
    found.push_back({access_denied, {to_string(exam.view.at), exam.denied}});
  }
}

void diagnose_followers(const GroupSymptoms& group, std::vector<Finding>& found) {
  for (const NodeExam& replica : group.nodes) {
    bool told = false;
    for (const NodeExam& master : group.nodes) {
      if (&replica == &master) {
        continue;
      }
      const ServerVersion& own = replica.process.version;
      const ServerVersion& other = master.process.version;
      if (!can_follow(own, other)) {
        const bool already = master.view.role == Role::master;
        found.push_back({already ? cannot_follow : cannot_follow_later,
                         {to_string(replica.view.at), name_of(own), to_string(master.view.at),
                          name_of(other)}});
      }
      if (!told && replica.conf && master.conf) {
        const std::size_t before = found.size();
        diagnose_passwords(replica, master, found);
        told = found.size() > before;
      }
    }
  }
}

void diagnose_nodes(const GroupSymptoms& group, const std::optional<ServerSymptoms>& here,
                    std::vector<Finding>& found) {
  const Endpoint master = master_of(group);
  diagnose_silent(group, master, found);
  diagnose_roles(group, master, found);
  diagnose_limits(group, here, found);
  diagnose_followers(group, found);
  diagnose_clocks(group, found);
  for (const NodeExam& exam : group.nodes) {
    diagnose_access(exam, found);
  }
}

}  // namespace dkr
