#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "dkr/core/decide/fence.hpp"
#include "views.hpp"

// Rows of the verdict on the fence: what is heard, and what the gate is to be.
namespace dkr {

using namespace std::chrono_literals;
using enum FenceReason;
using std::chrono::milliseconds;

using Names = std::vector<SentinelView>;
using Sights = std::vector<SentinelSight>;

inline constexpr TimePoint start = TimePoint{} + 1h;
inline constexpr TimePoint now = start + 1h;
inline constexpr Gate open = Gate::open;
inline constexpr Gate guarded = Gate::guarded;
inline constexpr Gate closed = Gate::closed;

/// What was heard of sentinels that know both replicas; so many of them answer still.
inline Sights heard(Names views, std::size_t lately) {
  Sights all;
  for (SentinelView& view : views) {
    if (view.replicas.empty()) {
      view.replicas = {{b, "", ServerFlags("slave")}, {c, "", ServerFlags("slave")}};
    }
    all.push_back({view, all.size() < lately ? now : now - 1min});
  }
  return all;
}

inline Sights heard(const Names& views) {
  return heard(views, views.size());
}

inline Sights alarmed(Sights sights) {
  sights.front().alarmed = true;
  return sights;
}

/// The last one that answers has voted, so long ago.
inline Sights voted(Sights sights, milliseconds ago) {
  for (SentinelSight& sight : sights) {
    if (sight.heard == now) {
      sight.voted = Vote{now - ago, ids.at(2), 2};
    }
  }
  return sights;
}

inline SentinelView seeing(const std::string& flags, SentinelView view) {
  view.flags = ServerFlags(flags);
  return view;
}

inline NodeView with(std::vector<Endpoint> replicas) {
  NodeView view = master(me);
  view.replicas = std::move(replicas);
  return view;
}

inline const NodeView both = with({b, c});
inline const NodeView one_missing = with({b});
inline const NodeView lonely = with({});

struct FenceRow {
  std::string what;
  NodeView own;
  Sights sights;
  Gate gate;
  FenceReason reason;
  Gate before = open;
  TimePoint since = start;
  std::vector<Endpoint> peers = {};
  TimePoint own_heard = now;
  GroupMemory memory = {};
  bool foreign = false;
  bool noted = false;
  std::uint64_t epoch = 1;
  bool paused = false;
};

inline FenceVerdict verdict_of(const FenceRow& row, const Settings& settings = usual()) {
  return judge_fence(settings,
                     {row.own,
                      row.own_heard,
                      row.sights,
                      row.peers,
                      row.since,
                      row.before,
                      row.foreign,
                      row.memory,
                      {},
                      row.noted,
                      row.epoch,
                      row.paused},
                     {me}, now);
}

inline void expect(const std::vector<FenceRow>& rows, const Settings& settings = usual()) {
  for (const FenceRow& row : rows) {
    const FenceVerdict verdict = verdict_of(row, settings);
    EXPECT_EQ(verdict.gate, row.gate) << row.what;
    EXPECT_EQ(verdict.reason, row.reason) << row.what << ": " << describe(verdict.reason);
  }
}

}  // namespace dkr
