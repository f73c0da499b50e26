#include "dkr/core/view/votes.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

using Voters = std::vector<const SentinelView*>;

}  // namespace

Voters sentinels_of(const GroupView& view) {
  Voters voters;
  std::set<std::string> seen;
  for (const SentinelView& sentinel : view.sentinels) {
    // A service address may lead to one that is also reached by its own address.
    if (sentinel.knows_group && (sentinel.id.empty() || seen.insert(sentinel.id).second)) {
      voters.push_back(&sentinel);
    }
  }
  std::sort(voters.begin(), voters.end(),
            [](auto* a, auto* b) { return std::tie(a->id, a->at) < std::tie(b->id, b->at); });
  return voters;
}

bool has_forgotten(const SentinelView& sentinel, const GroupView& view) {
  const auto is_same = [&](const KnownServer& known) {
    return known.id.empty() || sentinel.id.empty() ? known.at == sentinel.at
                                                   : known.id == sentinel.id;
  };
  return !sentinel.failure && !sentinel.knows_group &&
         std::any_of(view.sentinels.begin(), view.sentinels.end(), [&](const SentinelView& other) {
           return other.knows_group &&
                  std::any_of(other.sentinels.begin(), other.sentinels.end(), is_same);
         });
}

std::size_t known_sentinels(const Voters& voters) {
  std::set<std::string> ids;
  for (const SentinelView* voter : voters) {
    ids.insert(voter->id.empty() ? to_string(voter->at) : voter->id);
    for (const KnownServer& other : voter->sentinels) {
      ids.insert(voter->id.empty() ? to_string(other.at) : other.id);
    }
  }
  return ids.size();
}

Votes votes_of(const GroupView& view) {
  const Voters voters = sentinels_of(view);
  std::map<std::string, Endpoint> gone;
  for (const SentinelView* voter : voters) {
    for (const KnownServer& other : voter->sentinels) {
      gone.emplace(voter->id.empty() ? to_string(other.at) : other.id, other.at);
    }
  }
  Votes votes{known_sentinels(voters), voters.size(), 0, {}};
  votes.needed = votes.known / 2 + 1;
  for (const SentinelView* voter : voters) {
    votes.needed = std::max(votes.needed, static_cast<std::size_t>(voter->quorum));
    gone.erase(voter->id.empty() ? to_string(voter->at) : voter->id);
  }
  for (const auto& [id, at] : gone) {
    votes.gone.push_back(at);
  }
  return votes;
}

std::optional<Endpoint> named_by_majority(const GroupView& view) {
  const Voters voters = sentinels_of(view);
  const std::size_t known = known_sentinels(voters);
  for (const SentinelView* candidate : voters) {
    const auto votes = std::count_if(voters.begin(), voters.end(), [&](const auto* voter) {
      return voter->master == candidate->master;
    });
    if (2 * static_cast<std::size_t>(votes) > known) {
      return candidate->master;
    }
  }
  return std::nullopt;
}

Vote parse_vote(std::string_view message, TimePoint at) {
  const auto space = std::min(message.find(' '), message.size());
  const std::string_view epoch = message.substr(std::min(space + 1, message.size()));
  constexpr long long most = std::numeric_limits<long long>::max();
  return {at, std::string(message.substr(0, space)),
          static_cast<std::uint64_t>(parse_number(epoch, 0, most).value_or(0))};
}

Vote vote_in(const Reply& reply, TimePoint at) {
  const auto& items = reply.items;
  if (items.size() != 3 || items[2].integer <= 0) {
    return {at};
  }
  return {at, items[1].text == "*" ? "" : items[1].text,
          static_cast<std::uint64_t>(items[2].integer)};
}

NamingEpochs naming_epochs(const GroupView& view, const std::vector<Endpoint>& me) {
  NamingEpochs epochs;
  for (const SentinelView& sentinel : view.sentinels) {
    if (sentinel.knows_group) {
      auto& epoch = contains(me, sentinel.master) ? epochs.mine : epochs.others;
      epoch = std::max(epoch, sentinel.config_epoch);
    }
  }
  return epochs;
}

}  // namespace dkr
