#include "dkr/core/decide/repoint.hpp"

#include <algorithm>

#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

/// The identity of a sentinel that nobody has: it speaks to one that knows no other.
constexpr const char* made_up_id = "0000000000000000000000000000000000000000";
constexpr int impossible_port = 65536;

/// True if no replica that a sentinel knows answers.
bool knows_nobody_alive(const SentinelView& sentinel, const GroupView& view) {
  return std::none_of(sentinel.replicas.begin(), sentinel.replicas.end(),
                      [&](const KnownServer& replica) {
                        const NodeView* node = find_node(view, replica.at);
                        return node != nullptr && !is_silent(*node);
                      });
}

KnownServer speaker_for(const SentinelView& sentinel) {
  const auto& others = sentinel.sentinels;
  const auto found = std::find_if(others.begin(), others.end(), [](const KnownServer& other) {
    return !other.id.empty() && !other.at.host.empty();
  });
  return found == others.end() ? KnownServer{} : *found;
}

}  // namespace

std::vector<Repointing> to_repoint(const Situation& now, RoleCase::Kind found) {
  const bool lost = found == RoleCase::Kind::sentinel_lost;
  const bool outvoted = found == RoleCase::Kind::outvoted;
  const bool moved = outvoted || found == RoleCase::Kind::moved;
  std::vector<Repointing> all;
  for (const SentinelView* sentinel : sentinels_of(now.view)) {
    const bool names_me = contains(now.inputs.own_endpoints, sentinel->master);
    if (outvoted || (!names_me && (!lost || now.names_no_master(*sentinel)))) {
      all.push_back({sentinel->at, speaker_for(*sentinel),
                     moved && !names_me && knows_nobody_alive(*sentinel, now.view)});
    }
  }
  return all;
}

std::uint64_t newer_epoch(const Situation& now) {
  std::uint64_t newest = now.inputs.voted.epoch;
  for (const SentinelView& sentinel : now.view.sentinels) {
    newest = std::max({newest, sentinel.config_epoch, sentinel.newest_epoch});
  }
  return newest + 1;
}

std::vector<std::vector<std::string>> hello_commands(const Repointing& whom,
                                                     const std::string& group,
                                                     const Endpoint& master, std::uint64_t epoch) {
  const bool known = !whom.speaker.id.empty();
  const Endpoint& speaker = known ? whom.speaker.at : master;
  const auto hello = [&](int port) {
    const std::string number = std::to_string(epoch);
    return std::vector<std::string>{"PUBLISH", "__sentinel__:hello",
                                    speaker.host + ',' + std::to_string(port) + ',' +
                                        (known ? whom.speaker.id : made_up_id) + ',' + number +
                                        ',' + group + ',' + master.host + ',' +
                                        std::to_string(master.port) + ',' + number};
  };
  std::vector<std::vector<std::string>> all{hello(speaker.port)};
  if (!known) {
    // A sentinel takes whoever says hello for one, until it says hello from another address: from
    // one that cannot be, it is gone.
    all.push_back(hello(impossible_port));
  }
  if (whom.to_forget) {
    all.push_back({"SENTINEL", "RESET", group});
  }
  all.push_back({"SENTINEL", "FLUSHCONFIG"});
  return all;
}

}  // namespace dkr
