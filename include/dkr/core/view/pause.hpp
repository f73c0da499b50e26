#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"

namespace dkr {

struct GroupView;
struct SentinelView;

/// How many sentinels have to find a master down. A pause of the group is kept in this setting of
/// every sentinel: its value is then so great that no failover begins by itself, and holds both the
/// end of the pause and the user's own value.
struct Quorum {
  int own = 0;              ///< the user's own
  WallTime paused_until{};  ///< 1970: not paused
};

/// The greatest quorum of a user's that a pause can keep.
inline constexpr int greatest_paused_quorum = 63;

/// Returns what a value of a sentinel's quorum means.
Quorum quorum_in(int value);

/// Returns the value that stands for a pause until then, rounded up to a minute, and for the user's
/// own value.
int with_pause(int own, WallTime until);

/// What the sentinels of a group say of a pause.
struct GroupPause {
  WallTime kept{};   ///< until when most known sentinels are paused; 1970: most are not
  WallTime holds{};  ///< until when each one that answers is: any other could fail over
};

/// Takes sentinels that are silent for not paused, but for `holds`.
GroupPause pause_of(const GroupView& view);

/// Returns the pause of the group. `known` is what was found before: it stays while not even most
/// sentinels have answered.
GroupPause pause_after(const GroupPause& known, const GroupView& heard);

/// A sentinel that is to have another value.
struct PauseOrder {
  Endpoint sentinel;
  int value = 0;        ///< its quorum
  bool begins = false;  ///< it is paused by this; false: its pause ends

  friend bool operator==(const PauseOrder&, const PauseOrder&) = default;
};

/// Returns what makes the sentinels agree: a pause that most have is given to the others, and any
/// other one ends. One that is over ends some seconds later than the nodes' fences return.
std::vector<PauseOrder> pause_orders(const GroupView& heard, WallTime now);

/// Returns the quorum that ends a pause that is over; nullopt: it is not, or there is none.
std::optional<int> quorum_after(const Quorum& has, WallTime now);

/// Returns the command that gives a sentinel this quorum.
std::vector<std::string> quorum_command(const std::string& group, int value);

/// Returns a time for a person: 2026-12-01 12:30:00 UTC.
std::string to_text(WallTime time);

/// Parses a length of time like 90s, 30m or 2h; nullopt for any other text, and for 0.
std::optional<std::chrono::seconds> parse_length(std::string_view text);

}  // namespace dkr
