#include "dkr/core/doctor/sentinels_diagnosis.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "dkr/core/doctor/amounts.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum Trouble;
using Voters = std::vector<const SentinelView*>;
using std::chrono::milliseconds;

const SentinelExam* exam_of(const GroupSymptoms& group, const Endpoint& at) {
  const auto found = std::find_if(group.sentinels.begin(), group.sentinels.end(),
                                  [&](const SentinelExam& exam) { return exam.at == at; });
  return found == group.sentinels.end() || found->failure ? nullptr : &*found;
}

/// Adds a finding if the sentinels have different values; an empty one is unknown.
template <class ValueOf>
void compare(const std::string& name, const std::string& setting, const Voters& voters,
             const ValueOf& value_of, std::vector<Finding>& found) {
  std::map<std::string, std::string> where;
  for (const SentinelView* voter : voters) {
    if (const std::string value = value_of(*voter); !value.empty()) {
      std::string& all = where[value];
      all += (all.empty() ? "" : ", ") + to_string(voter->at);
    }
  }
  std::string text;
  for (const auto& [value, sentinels] : where) {
    text += text.empty() ? "" : "; ";
    text.append(value).append(" at ").append(sentinels);
  }
  if (where.size() > 1) {
    found.push_back({sentinels_differ, {name, setting, text}});
  }
}

void compare_settings(const GroupSymptoms& group, const Voters& voters,
                      std::vector<Finding>& found) {
  const auto number = [](long long value) {
    return value > 0 ? std::to_string(value) : std::string();
  };
  const auto of_exam = [&](const SentinelView& voter, const auto& value) {
    const SentinelExam* exam = exam_of(group, voter.at);
    return exam == nullptr ? std::string() : number(value(*exam));
  };
  compare(
      group.name, "quorum", voters, [&](const auto& voter) { return number(voter.quorum); }, found);
  compare(
      group.name, "down-after-milliseconds", voters,
      [&](const auto& voter) { return number(voter.down_after.count()); }, found);
  compare(
      group.name, "the end of the pause", voters,
      [](const auto& voter) {
        return voter.paused_until == WallTime{} ? "none" : to_text(voter.paused_until);
      },
      found);
  compare(
      group.name, "failover-timeout", voters,
      [&](const auto& voter) {
        return of_exam(voter, [](const auto& exam) { return exam.failover_timeout.count(); });
      },
      found);
  compare(
      group.name, "parallel-syncs", voters,
      [&](const auto& voter) {
        return of_exam(voter, [](const auto& exam) { return exam.parallel_syncs; });
      },
      found);
}

void diagnose_votes(const GroupSymptoms& group, const Voters& voters, std::vector<Finding>& found) {
  const Votes votes = votes_of(group.view);
  const std::string known = std::to_string(votes.known);
  int quorum = 0;
  int least = voters.front()->quorum;
  for (const SentinelView* voter : voters) {
    quorum = std::max(quorum, voter->quorum);
    least = std::min(least, voter->quorum);
  }
  if (static_cast<std::size_t>(quorum) > votes.known) {
    found.push_back({quorum_too_high, {group.name, std::to_string(quorum), known}});
  } else if (!votes.suffice()) {
    found.push_back(
        {no_majority,
         {std::to_string(votes.answering), known, group.name, std::to_string(votes.needed)}});
  }
  if (least == 1 && votes.known > 1) {
    found.push_back({quorum_of_one, {group.name, known}});
  }
  if (votes.known <= 2) {
    found.push_back({too_few_sentinels, {group.name, known}});
  } else if (votes.known % 2 == 0) {
    found.push_back({even_sentinels, {group.name, known, std::to_string(votes.known - 1)}});
  }
}

void diagnose_silent(const GroupSymptoms& group, std::vector<Finding>& found) {
  std::vector<Endpoint> told;
  const auto tell = [&](const Endpoint& at, const std::string& why) {
    if (!contains(told, at)) {
      told.push_back(at);
      found.push_back({sentinel_silent, {to_string(at), group.name, why}});
    }
  };
  for (const SentinelView& sentinel : group.view.sentinels) {
    if (!sentinel.failure && !sentinel.knows_group) {
      found.push_back({sentinel_without_group, {to_string(sentinel.at), group.name}});
    } else if (sentinel.failure && is_objection(*sentinel.failure)) {
      told.push_back(sentinel.at);
      found.push_back(
          {login_refused, {"sentinel " + to_string(sentinel.at), sentinel.failure->text}});
    } else if (sentinel.failure) {
      tell(sentinel.at, sentinel.failure->text);
    }
  }
  for (const Endpoint& at : votes_of(group.view).gone) {
    tell(at, "it is known to others");
  }
}

void diagnose_master(const GroupSymptoms& group, const Voters& voters,
                     std::vector<Finding>& found) {
  const Endpoint& first = voters.front()->master;
  for (const SentinelView* voter : voters) {
    const NodeView* master = find_node(group.view, voter->master);
    if (voter->master != first && !is_same_server(find_node(group.view, first), master)) {
      found.push_back({masters_differ, {group.name, to_string(first), to_string(voter->master)}});
      return;
    }
    if (voter->flags.down() && master != nullptr && !master->failure &&
        master->role == NodeView::Role::master) {
      found.push_back({master_unseen, {to_string(voter->at), to_string(voter->master)}});
    }
  }
}

void diagnose_times_of(const GroupSymptoms& group, const Voters& voters,
                       std::vector<Finding>& found) {
  constexpr milliseconds shortest_down_after{1000};
  constexpr milliseconds election{10'000};  // SENTINEL_ELECTION_TIMEOUT in sentinel.c
  milliseconds down_after = milliseconds::max();
  milliseconds failover = milliseconds::max();
  for (const SentinelView* voter : voters) {
    const SentinelExam* exam = exam_of(group, voter->at);
    down_after =
        voter->down_after.count() > 0 ? std::min(down_after, voter->down_after) : down_after;
    failover = exam != nullptr && exam->failover_timeout.count() > 0
                   ? std::min(failover, exam->failover_timeout)
                   : failover;
    if (voter->tilt) {
      found.push_back({sentinel_tilts, {to_string(voter->at)}});
    }
  }
  if (down_after < shortest_down_after) {
    found.push_back({down_after_short, {group.name, time_text(down_after)}});
  }
  if (failover < election) {
    found.push_back({failover_timeout_short, {group.name, time_text(failover)}});
  }
}

}  // namespace

void diagnose_sentinels(const GroupSymptoms& group, std::vector<Finding>& found) {
  diagnose_silent(group, found);
  const Voters voters = sentinels_of(group.view);
  if (voters.empty()) {
    if (group.has_sentinels) {
      found.push_back({no_sentinel, {group.name}});
    }
    return;
  }
  diagnose_votes(group, voters, found);
  if (const WallTime until = pause_of(group.view).kept; until != WallTime{}) {
    found.push_back({paused, {group.name, to_text(until)}});
  }
  compare_settings(group, voters, found);
  diagnose_master(group, voters, found);
  diagnose_times_of(group, voters, found);
}

}  // namespace dkr
