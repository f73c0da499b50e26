#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/decide/gate.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/decide/held_back.hpp"
#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/init/supervisor.hpp"

namespace dkr::model {

/// What the watcher of a data node remembers, as watch/member_watcher does.
struct Watcher {
  bool runs = false;
  Tick began = 0;
  std::vector<Endpoint> me;
  std::optional<NodeView> own;
  TimePoint own_heard{};
  std::vector<SentinelSight> sights;
  GateState gate;
  FenceReason reason = FenceReason::no_fence;
  std::optional<TimePoint> failing_since;
  StateNote note;
  GroupMemory memory;  ///< of the note in the beginning
  bool noted = false;  ///< it described data then
  std::optional<Tick> kept_at;
  std::optional<Tick> looked_at;
  RoleClock clock;
  /// What the newest look has found.
  [[nodiscard]] RoleCase found() const { return clock.found.value_or(RoleCase{}); }
  std::vector<Endpoint> peers;
  Endpoint followed;  ///< the master that this replica follows because it is or was named
  HeldClock held;
};

/// Replicas that are not to be promoted for now, as group/promotion_ban has them.
struct Ban {
  struct Held {
    Endpoint at;
    int priority = 0;
  };
  std::vector<Held> held;
  Tick known_at = 0;
};

/// A handover under way, as in group/handover.
struct Handover {
  enum class Step { attempt, delay, pause, promotion, naming, again };
  bool runs = false;
  Step step = Step::attempt;
  bool last = false;  ///< there is no other attempt
  HandoverPlan plan = {};
  Tick until = 0;  ///< this step ends
  Tick end = 0;    ///< of the pause
  Tick deadline = 0;
  Ban ban = {};
};

/// A container with a data node.
struct Node {
  enum class Life { gone, deciding, running };

  std::string name;
  Endpoint address;
  Endpoint host_name;  ///< where the group goes by names
  int moves = 0;
  Settings settings;
  int own_priority = 100;
  bool plain = false;  ///< nothing of ours runs there
  std::string boot = "boot";

  Life life = Life::gone;
  std::optional<Tick> starts_at = {};  ///< when the container is started again
  Tick stays_away = 0;                 ///< for so long after its end
  Tick began = 0;                      ///< of the start that is under way
  StartMemory learned = {};            ///< by it
  AfterEnd after_end = AfterEnd::leave;
  Crashes crashes = {};
  Ban ban = {};              ///< of a start
  Tick asked = long_ago;     ///< when a start last asked for a failover
  RoleCase start_case = {};  ///< what it found last
  Endpoint follows = {};     ///< the named master that the server was started to follow
  Supervisor init = {};
  Volume volume = {};
  Server server = {};
  Watcher watcher = {};
  Handover handover = {};
  bool terminating = false;  ///< the server was told to end
};

}  // namespace dkr::model
