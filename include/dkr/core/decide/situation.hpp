#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/init/crash.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// What is known of this node and its start beside its data.
struct RoleInputs {
  std::vector<Endpoint> own_endpoints;  ///< every one that is this node
  std::vector<Endpoint> set_master;     ///< every address of REDIS_MASTER_HOST, or the unknown name
  std::vector<Endpoint> peers;          ///< REDIS_PEERS in order, this node among them
  std::chrono::milliseconds waited{};   ///< since the first look of the start; 0 while it runs
  AfterEnd after_end = AfterEnd::leave;  ///< of the crash before this start, if there was one
};

/// Everything that one decision about this node looks at, and the questions about it.
struct Situation {
  const Settings& settings;
  const NodeData& local;
  const GroupView& view;  ///< of the others; this node is not in it
  const RoleInputs& inputs;
  const NodeView* own = nullptr;  ///< what the running server says of itself; null: at a start

  /// Every endpoint by which the sentinels may mean this node. Not its own addresses after it has
  /// moved, for others had them before; nor a former one that the group's master has now.
  [[nodiscard]] std::vector<Endpoint> my_names() const;

  /// Whether the node has none of the addresses any more by which the group knows it.
  [[nodiscard]] bool has_moved() const;

  /// Whether sentinels that name an endpoint mean this node.
  [[nodiscard]] bool is_me(const Endpoint& named) const;

  /// Whether a node demonstrably has more than this one.
  [[nodiscard]] bool has_more(const NodeView& node) const;

  /// The node with the most of those in a role that have more than this one. Null: none has.
  [[nodiscard]] const NodeView* fresher(NodeView::Role role) const;

  /// Whether neither a node nor a sentinel is known.
  [[nodiscard]] bool knows_nobody() const;

  /// The first node of which something is so; null: of none.
  [[nodiscard]] const NodeView* first(bool (*condition)(const NodeView&)) const;

  /// The live master at the end of a chain of replicas that begins with a node. Null: there is
  /// none, or it is this node.
  [[nodiscard]] const NodeView* leads_to(const NodeView* node) const;

  /// Whether the chain that begins with a node ends with this one.
  [[nodiscard]] bool follows_me(const NodeView* node) const;

  /// Non-empty data that is neither the group's by its note, nor by its history, nor by the role.
  [[nodiscard]] bool is_foreign() const;

  /// Whether this node would lose the group's data for nothing: by following a master that has
  /// none.
  [[nodiscard]] bool would_be_wiped_by(const NodeView& master) const;

  /// Whether no master lives, nor anybody whom the sentinels could promote: all that they know is
  /// out of date.
  [[nodiscard]] bool nobody_lives() const;

  /// Whether another replica has a better claim to be the master, where nobody can tell any more
  /// who was: more of the same history, else more keys. Of a running node.
  [[nodiscard]] bool another_has_better_claim() const;

  /// Whether a sentinel names neither this node nor any that is a master of its own.
  [[nodiscard]] bool names_no_master(const SentinelView& sentinel) const;

  /// A sentinel that may be replacing this node, or has replaced it in a newer epoch. Null: none.
  [[nodiscard]] const SentinelView* replacing() const;

  /// A sentinel that fails over; or, when most name another node, one that has named this node in a
  /// newer epoch. Null: none.
  [[nodiscard]] const SentinelView* failing_over(bool names_me) const;

  /// Whether a start still waits for a failover from this node to another: after a crash, or when a
  /// replica has more.
  [[nodiscard]] bool waits_for_failover() const;

  /// A sentinel that names one of these, which mean one node, and misses it. Null: none.
  [[nodiscard]] const SentinelView* missing(const std::vector<Endpoint>& named) const;

  /// The replica with the most of those that a sentinel would promote. Null: there is none, or one
  /// of them does not answer, so that the choice may fall on a node that hangs.
  [[nodiscard]] const NodeView* heir() const;

  /// The first sentinel that knows the group and of which something is so; null: of none.
  [[nodiscard]] const SentinelView* find_sentinel(
      const std::function<bool(const SentinelView&)>& condition) const;

 private:
  /// Whether the group's master has a name that was this node's: not a stranger that was given a
  /// free address while this node, the named master, was away.
  [[nodiscard]] bool has_successor_at(const Endpoint& name) const;
};

bool is_master(const NodeView& node);

/// Whether a node does not say what it is.
bool is_silent(const NodeView& node);

}  // namespace dkr
