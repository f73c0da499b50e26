#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/view/group_status.hpp"
#include "dkr/core/view/heirs.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {

/// What a data node does with writes.
enum class Writes {
  unknown,   ///< it does not answer, or does not tell its limits
  none,      ///< it is a replica
  taken,     ///< all, or those that the limits of its configuration let in: enough replicas
  loading,   ///< none yet
  fenced,    ///< the fence refuses them
  handover,  ///< a handover refuses them
  limited,   ///< its limits refuse them: too few replicas are in step
};

/// How well something is.
enum class Grade { good, warning, bad };

struct NodeLine {
  std::string name;
  NodeStatus node;
  Writes writes = Writes::unknown;
  std::optional<long long> lag;  ///< bytes behind the master
  std::size_t turn = 0;          ///< 1: it would take over; 2: if that one could not; 0: never
  std::string never;  ///< why it never would; empty: it is not a replica, or nobody knows
};

struct SentinelLine {
  std::string name;
  SentinelStatus sentinel;
  std::string master;   ///< the name of the one that it names
  bool agrees = false;  ///< with most of the known sentinels
};

/// Something to look at, in a sentence.
struct StatusNote {
  Grade grade = Grade::warning;
  std::string text;
};

/// Something that happened, as far as servers tell its time.
struct StatusEvent {
  enum class Kind { named, missed, cut, saved, started };
  Kind kind = Kind::started;
  std::chrono::milliseconds age{};
  std::string text;
};

/// A group on one screen.
struct StatusView {
  std::string group;
  std::string master;           ///< its name; empty: there is none, or more than one
  std::vector<NodeLine> nodes;  ///< masters first
  std::vector<SentinelLine> sentinels;
  Votes votes;
  WallTime paused_until{};         ///< what most sentinels keep; 1970: not paused
  std::vector<std::string> gone;   ///< the sentinels that do not answer
  std::vector<std::string> heirs;  ///< who would take over, the first of them first
  std::string no_heir;             ///< why nobody would; empty: somebody would
  std::vector<StatusNote> notes;
  std::vector<StatusEvent> events;  ///< the newest first
};

/// Puts together what the servers of a group have answered.
StatusView make_status(const GroupStatus& group);

/// True if a server answers.
bool anybody_answers(const StatusView& view);

std::string_view name_of(Writes writes);
std::string_view name_of(Grade grade);
std::string_view name_of(StatusEvent::Kind kind);

}  // namespace dkr
