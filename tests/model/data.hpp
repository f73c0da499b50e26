#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/view/group_view.hpp"
#include "parameters.hpp"

namespace dkr::model {

/// The time of the model: half seconds.
using Tick = int;
inline constexpr Tick second = 2;
inline constexpr Tick long_ago = -100'000;
inline constexpr Index nobody = static_cast<Index>(-1);
inline constexpr Index most_nodes = 3;

/// Which of the clients' writes and deletions a dataset has seen: the exact truth.
using Writes = std::bitset<256>;
/// How many bytes one of them takes in a stream and in an AOF.
inline constexpr long long write_size = 100;
/// A volume that lacks no more bytes at its end looks whole: a note does not tell more exactly how
/// far the data goes.
inline constexpr long long untold = 1024;

/// A dataset, and its place in a history.
struct Data {
  Writes writes;
  int keys = 0;
  std::string replication_id;
  std::string former_id;
  long long former_end = -1;  ///< where the former history ended
  long long offset = 0;
  long long aof_size = 0;
};

/// What a volume has.
struct Volume {
  std::optional<Data> data;   ///< as a start would find it
  std::optional<Data> aside;  ///< kept, but used by nobody
  NodeData::Role role = NodeData::Role::none;
  Endpoint master = {};
  int priority = 100;
  MinReplicas limits = {};
  std::optional<StateNote> note = {};
};

/// A redis-server.
struct Server {
  bool up = false;
  Tick loading_until = 0;
  Tick hangs_until = 0;
  Tick paused_until = 0;
  bool is_master = false;
  Data data = {};
  std::array<Data, 5> before = {};  ///< the data half a second ago, a second ago, ...
  Tick rewritten_at = 0;            ///< until then the AOF has what was there before
  Endpoint master = {};
  bool link_up = false;
  bool was_linked = false;
  Index linked_to = nobody;
  Tick heard_master = 0;
  std::string master_run;
  std::optional<Tick> copied_at = {};  ///< when the copy of all data that runs will be there
  int priority = 100;
  MinReplicas limits = {};
  std::string run_id;
  std::array<std::optional<Tick>, most_nodes> acknowledged = {};  ///< by replicas that are online
};

}  // namespace dkr::model
