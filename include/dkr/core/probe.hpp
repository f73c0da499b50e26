#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/fence.hpp"
#include "dkr/core/group.hpp"
#include "dkr/core/monitor.hpp"
#include "dkr/core/settings.hpp"
#include "dkr/core/time.hpp"

namespace dkr {

/// What is asked about a server.
enum class Probe {
  live,     ///< whether it works, however long that takes; if not, only a restart may help
  started,  ///< whether it has its data
  ready,    ///< whether it is one that clients may be sent to
};

/// What the sentinels say of a member.
struct Standing {
  bool looked = false;            ///< they have been looked for
  std::size_t known = 0;          ///< sentinels of the group
  std::size_t reached = 0;        ///< those that have been heard lately
  std::size_t needed = 0;         ///< for a failover
  std::optional<Endpoint> named;  ///< by most of the known ones
  bool named_lives = false;       ///< most of those reached reach it
  /// Most of the known ones name this node, or the newest word does, or all of those reached do.
  bool names_me = false;
};

/// The standing of the node that has these endpoints, by all sentinels that ever answered, and by
/// what those say that were heard lately.
Standing standing_of(const GroupView& ever, const GroupView& heard,
                     const std::vector<Endpoint>& me);

/// A group as the sentinel beside us sees it.
struct MonitoredGroup {
  std::string name;
  Endpoint master;
  bool master_up = false;
  bool can_fail_over = false;  ///< enough sentinels are in reach
  std::string votes;           ///< what it says of them
  int replicas = 0;
  int sentinels = 0;  ///< with itself
  int quorum = 0;
};

/// The groups in the answer to SENTINEL MASTERS.
std::vector<MonitoredGroup> monitored_groups(const Reply& masters);
/// Adds what the answer to SENTINEL CKQUORUM says.
void take_votes(MonitoredGroup& group, const Reply& answer);

/// All that a probe is answered from.
struct HealthView {
  enum class Kind {
    waiting,  ///< no server yet: its role, or its master, is looked for
    node,     ///< a data node
    sentinel,
  };

  Kind kind = Kind::waiting;
  TimePoint alive{};  ///< when the server last answered or showed progress; zero: it was
                      ///< asked once, and did not
  std::optional<TimePoint> heard;  ///< when its newest good answer was asked for
  std::string failure;             ///< why it gives none; empty: nobody knows
  int crashes = 0;                 ///< of the server, in the life of the container

  NodeView node;
  Gate gate = Gate::open;
  std::string gate_reason;       ///< why it is not open
  bool refuses_writes = false;   ///< its limits let nothing in
  std::optional<long long> lag;  ///< bytes that a replica has still to get; nothing: not known

  std::string group;  ///< of a member or a node that waits; empty: independent
  Standing standing;  ///< of a member

  std::vector<MonitoredGroup> groups;  ///< of a sentinel
};

/// What a probe may ask for beyond its kind, and the limits that settings give.
struct ProbeWish {
  Probe probe = Probe::ready;
  std::optional<HealthView::Kind> kind = {};       ///< must be that
  std::optional<NodeView::Role> role = {};         ///< must have that
  bool quorum = false;                             ///< a sentinel's groups must be well, too
  std::optional<long long> max_lag = {};           ///< of a replica that is ready
  std::chrono::milliseconds live_timeout{30'000};  ///< without progress
};

/// What the settings limit.
ProbeWish probe_limits(const Settings& settings);

/// The answer, and the reason for it in one line.
struct Verdict {
  bool good = false;
  std::string line;
};

/// An older answer says nothing about now. Longer than most scripts and slow commands take.
inline constexpr std::chrono::milliseconds answer_lasts{5000};

/// Judges a server by what is known of it.
Verdict judge_probe(const ProbeWish& wish, const HealthView& view, TimePoint now);

/// Whether the server has given a good answer lately.
bool is_heard(const HealthView& view, TimePoint now);

std::string_view name_of(Probe probe);
/// Nothing: there is no such probe.
std::optional<Probe> probe_named(std::string_view name);

}  // namespace dkr
