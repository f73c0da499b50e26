#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/reply.hpp"

namespace dkr {

struct ServerVersion {
  bool valkey = false;
  int major = 0;  ///< 0: unknown
  int minor = 0;
};

inline auto fields_of(const ServerVersion& version) {
  const auto& [valkey, major, minor] = version;
  return std::tie(valkey, major, minor);
}

/// The clock of a server, beside that of this machine.
struct ClockSight {
  std::chrono::milliseconds ahead{};
  std::chrono::milliseconds doubt{};  ///< how long its answer took
};

inline auto fields_of(const ClockSight& clock) {
  const auto& [ahead, doubt] = clock;
  return std::tie(ahead, doubt);
}

/// What every server says of its process.
struct ProcessExam {
  std::string run_id;
  int pid = 0;
  std::string conf_file;  ///< that it rewrites; empty: none
  ServerVersion version = {};
  std::optional<ClockSight> clock = {};
};

inline auto fields_of(const ProcessExam& process) {
  const auto& [run_id, pid, conf_file, version, clock] = process;
  return std::tie(run_id, pid, conf_file, version, clock);
}

/// The passwords of a data node, as prints that are equal if the passwords are.
struct PasswordExam {
  bool wanted = false;           ///< whoever follows it needs one
  std::string own = {};          ///< of the default user; empty: unknown
  std::string master = {};       ///< that it gives to its master; empty: none
  std::string master_user = {};  ///< as whom it does; empty: the default user
};

inline auto fields_of(const PasswordExam& passwords) {
  const auto& [wanted, own, master, master_user] = passwords;
  return std::tie(wanted, own, master, master_user);
}

/// What a data node says of its settings.
struct ConfExam {
  PasswordExam passwords = {};
  MinReplicas limits = {};
  long long maxmemory = 0;  ///< bytes; 0: no limit
  int backlog = 0;          ///< tcp-backlog
  bool shuns_huge_pages = false;
};

inline auto fields_of(const ConfExam& conf) {
  const auto& [passwords, limits, maxmemory, backlog, shuns_huge_pages] = conf;
  return std::tie(passwords, limits, maxmemory, backlog, shuns_huge_pages);
}

/// A data node, examined.
struct NodeExam {
  NodeView view;
  ProcessExam process = {};
  std::optional<ConfExam> conf = {};      ///< unset: it does not tell
  std::string denied = {};                ///< how it refuses to tell; empty: it does not
  std::vector<std::string> unknown = {};  ///< commands of ours that it does not have
  long long used = 0;                     ///< bytes of memory
  long long base_size = 0;                ///< bytes of the AOF after its last rewrite
  bool save_failed = false;
};

inline auto fields_of(const NodeExam& exam) {
  const auto& [view, process, conf, denied, unknown, used, base_size, save_failed] = exam;
  return std::tie(view, process, conf, denied, unknown, used, base_size, save_failed);
}

/// A sentinel, examined: what it says of one group.
struct SentinelExam {
  Endpoint at;
  std::optional<Failure> failure = {};
  ProcessExam process = {};
  std::chrono::milliseconds failover_timeout{};
  int parallel_syncs = 0;
};

inline auto fields_of(const SentinelExam& exam) {
  const auto& [at, failure, process, failover_timeout, parallel_syncs] = exam;
  return std::tie(at, failure, process, failover_timeout, parallel_syncs);
}

/// A group, as it is seen from here.
struct GroupSymptoms {
  std::string name;
  bool ours = true;                          ///< our passwords are for this group
  bool has_sentinels = false;                ///< some are configured
  GroupView view = {};                       ///< without what nobody counts as a node of the group
  std::vector<NodeExam> nodes = {};          ///< those that answer, each once
  std::vector<SentinelExam> sentinels = {};  ///< those that answer
};

/// What the kernel says of this machine and container; -1: it does not.
struct MachineSymptoms {
  long long memory = -1;        ///< bytes of the machine
  long long memory_limit = -1;  ///< bytes that this container may use; -1: all
  long long memory_kills = -1;
  int overcommit = -1;  ///< vm.overcommit_memory
  int somaxconn = -1;
  bool huge_pages = false;  ///< given to all programs
};

/// Where the server here keeps its files.
struct VolumeSymptoms {
  std::string path;
  long long size = -1;  ///< bytes; -1: unknown
  long long free = -1;
  long long rewrite = 0;    ///< bytes that its largest file has
  std::string shared = {};  ///< how another server is seen to use it, too; empty: it is not
};

/// What this node announces.
struct AnnouncedSymptoms {
  enum class Way { here, unresolved, elsewhere, silent };
  Endpoint at;
  Way way = Way::here;
  std::string why = {};  ///< it is unresolved or silent
};

/// The server in this container.
struct ServerSymptoms {
  bool sentinel = false;
  bool in_group = false;
  Endpoint at = {};
  std::optional<Failure> failure = {};
  NodeExam exam = {};              ///< of a data node
  ProcessExam process = {};        ///< of either
  int bypass = 0;                  ///< its process, if dkr-redis has not started it
  std::string conf = {};           ///< path of its configuration
  std::string conf_obstacle = {};  ///< why it cannot rewrite it; empty: it can, or need not
  std::optional<AnnouncedSymptoms> announced = {};
  std::optional<VolumeSymptoms> volume = {};
  std::optional<MinReplicas> users_limits = {};  ///< without a fence; unset: it tells them itself
};

/// Times of this node that must fit to those of the sentinels.
struct TimeSymptoms {
  std::chrono::milliseconds stop_timeout{};
  std::optional<std::chrono::milliseconds> fence_after = {};   ///< if given, and there is a fence
  std::optional<std::chrono::milliseconds> live_timeout = {};  ///< if there are probes
};

/// Everything that a diagnosis is made from.
struct Symptoms {
  std::optional<ServerSymptoms> here = {};  ///< unset: no server is in this container
  MachineSymptoms machine = {};
  TimeSymptoms times = {};
  std::vector<GroupSymptoms> groups = {};
  std::vector<std::string> unseen = {};  ///< what could not be examined, in some words each
};

}  // namespace dkr
