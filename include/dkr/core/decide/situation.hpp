#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/init/crash.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {

/// What a start has learned, from look to look. Times are since its first one.
struct StartMemory {
  std::chrono::milliseconds hidden{};    ///< when a group could last be there that it did not see
  Endpoint ahead = {};                   ///< the node that was last seen to have more than this one
  std::chrono::milliseconds ahead_at{};  ///< when that was
  std::chrono::milliseconds ahead_since{};  ///< since when every look has found that
  bool is_ahead = false;                    ///< the last look has
};

/// What is known about this node and its start, besides its data.
struct RoleInputs {
  std::vector<Endpoint> own_endpoints;  ///< every endpoint of this node
  std::vector<Endpoint> set_master;     ///< every address of REDIS_MASTER_HOST, or the unknown name
  std::vector<Endpoint> peers;          ///< REDIS_PEERS in order, including this node
  std::chrono::milliseconds waited{};   ///< since the first look; 0 while the server runs
  AfterEnd after_end = AfterEnd::leave;  ///< of the crash before this start, if any
  Endpoint followed = {};  ///< the named master that this node followed when it last looked
  StartMemory learned = {};
  Vote voted = {};  ///< the newest of a sentinel in the group; of epoch 0: none is known
  std::vector<Endpoint> met = {};  ///< where this node itself has answered, by its run id
  bool paused = false;             ///< the group is: an operator works
};

/// Everything that one decision about this node depends on, and questions about it.
struct Situation {
  const Settings& settings;
  const NodeData& local;
  const GroupView& view;  ///< the other servers, without this node
  const RoleInputs& inputs;
  const NodeView* own = nullptr;  ///< what the running server says about itself; null: at a start

  /// Returns every endpoint by which the sentinels may mean this node. Leaves out its own addresses
  /// if it has moved, for others had them before, and names that the group's master has now.
  [[nodiscard]] std::vector<Endpoint> my_names() const;

  /// True if the node no longer has any address by which the group knows it.
  [[nodiscard]] bool has_moved() const;

  /// True if this node runs as a replica without data that has never been linked, of the master
  /// that REDIS_MASTER_HOST tells, which turned out to be this node.
  [[nodiscard]] bool follows_itself() const;

  /// True if sentinels that name this endpoint mean this node.
  [[nodiscard]] bool is_me(const Endpoint& named) const;

  /// True if a node demonstrably has more than this one.
  [[nodiscard]] bool has_more(const NodeView& node) const;

  /// Returns the node in this role with the most of those that have more than this one; null: none.
  [[nodiscard]] const NodeView* fresher(NodeView::Role role) const;

  /// True if no node and no sentinel is known.
  [[nodiscard]] bool knows_nobody() const;

  /// Returns the first node that meets a condition; null if none does.
  [[nodiscard]] const NodeView* first(bool (*condition)(const NodeView&)) const;

  /// Returns the live master at the end of the chain of replicas that begins with a node; null if
  /// there is none or if it is this node.
  [[nodiscard]] const NodeView* leads_to(const NodeView* node) const;

  /// True if the chain that begins with a node leads to this one.
  [[nodiscard]] bool follows_me(const NodeView* node) const;

  /// True if there may be a group that this node cannot see: a sentinel knows it, or all that are
  /// set are silent. One that refuses connections waits for a master itself.
  [[nodiscard]] bool may_have_a_group() const;

  /// True if there is no data, or none that is the group's by the note, by its history or by the
  /// role.
  [[nodiscard]] bool lacks_group_data() const;

  /// True if there is such data of others, and no sentinel lists this node among the replicas: one
  /// that did would soon make it one.
  [[nodiscard]] bool is_foreign() const;

  /// True if this node would lose the group's data for nothing, by following a master that has
  /// none.
  [[nodiscard]] bool would_be_wiped_by(const NodeView& master) const;

  /// True if this node, by following a master, would give up data for a history that has nothing to
  /// do with it, and fewer keys, or if the data is not the group's.
  [[nodiscard]] bool would_lose_to(const NodeView& master) const;

  /// True if that holds for the master that a server is or leads to.
  [[nodiscard]] bool loses_by_following(const Endpoint& server) const;

  /// True if neither a master lives nor any node that the sentinels could promote: all that they
  /// know is out of date.
  [[nodiscard]] bool nobody_lives() const;

  /// True if a node is silent to us, and most of the known sentinels name it and reach it now: it
  /// is another than this one.
  [[nodiscard]] bool lives_elsewhere(const Endpoint& named) const;

  /// True if who acts as the master, or has another act as it, would displace a node that most
  /// sentinels name and reach.
  [[nodiscard]] bool would_displace() const;

  /// True if as many sentinels as a quorum are about to find this node down and fail over by
  /// themselves, or have just done so: another failover would meet that one.
  [[nodiscard]] bool failover_is_due() const;

  /// True if this node is named in a newer epoch than its note knows of: the note, and with it the
  /// data, may be older than that promotion.
  [[nodiscard]] bool was_promoted_since() const;

  /// True if most of the known sentinels name a node and call it down, and the node itself does not
  /// refuse us: what refuses lives.
  [[nodiscard]] bool is_down(const Endpoint& named) const;

  /// True if another replica has a better claim to be the master when nobody can tell any more who
  /// was: more of the same history, or else more keys. For a running node.
  [[nodiscard]] bool another_has_better_claim() const;

  /// True if a sentinel names neither this node nor a master in its own right.
  [[nodiscard]] bool names_no_master(const SentinelView& sentinel) const;

  /// Returns a sentinel that may be replacing this node or has, in a newer epoch; null: none.
  [[nodiscard]] const SentinelView* replacing() const;

  /// Returns a sentinel that fails over or, if most name another node, one that has named this node
  /// in a newer epoch; null if there is none.
  [[nodiscard]] const SentinelView* failing_over(bool names_me) const;

  /// Returns the sentinel that has chosen this running replica to be promoted; null if none has, or
  /// if this one has nothing of the group yet.
  [[nodiscard]] const SentinelView* chosen_by() const;

  /// True if no other replica has more than this running one. Of two that are linked to one master
  /// neither has: what the look has seen of it later is on its way to both.
  [[nodiscard]] bool is_in_step() const;

  /// True if a start still waits for a failover from this node to another: after a crash, or when a
  /// replica has more.
  [[nodiscard]] bool waits_for_failover() const;

  /// Returns a sentinel that names one of these endpoints of one node and misses it; null: none.
  [[nodiscard]] const SentinelView* missing(const std::vector<Endpoint>& named) const;

  /// True if a replica has this node's data, except for what was written after the note.
  [[nodiscard]] bool can_take_over(const NodeView& node) const;

  /// Returns the node that an earlier look of this start has found to have more; null: none.
  [[nodiscard]] const NodeView* was_ahead() const;

  /// Returns the replica with the most of those that a sentinel would promote. Null if there is
  /// none, or if one of them cannot take over: the choice may then fall on that one.
  [[nodiscard]] const NodeView* heir() const;

  /// True if a running replica has no link, and its master follows it and has less.
  [[nodiscard]] bool leads(const NodeView* master) const;

  /// True if the running server has data, or was linked to a master since it began to follow it.
  [[nodiscard]] bool has_synchronized() const;

  /// True if this master goes on from where another one was, and a sentinel names it in the epoch
  /// in which others name that one: they could not look up this node's name.
  [[nodiscard]] bool succeeds(const NodeView& master) const;

  /// True if a sentinel has voted, in a newer epoch than that in which this node is named, for one
  /// that does not answer: that one may have promoted another, and nobody else has heard of it.
  [[nodiscard]] bool is_outvoted() const;

  /// Returns a sentinel that answers, if none knows the group, preferably one that knows others;
  /// null if there is none.
  [[nodiscard]] const SentinelView* stranger() const;

  /// Returns the first sentinel that knows the group and meets a condition; null if none does.
  [[nodiscard]] const SentinelView* find_sentinel(
      const std::function<bool(const SentinelView&)>& condition) const;

 private:
  /// True if most of the known sentinels name a node and meet a condition.
  [[nodiscard]] bool most_name(const Endpoint& named,
                               const std::function<bool(const SentinelView&)>& condition) const;

  /// True if this is a node of the group: one of REDIS_PEERS, or a replica that the note remembers.
  [[nodiscard]] bool is_in_group(const Endpoint& at) const;

  /// True if the group's master has a name that was this node's, as opposed to a stranger that was
  /// given a free address while this node, the named master, was away.
  [[nodiscard]] bool has_successor_at(const Endpoint& name) const;
};

/// Returns what a start has learned with one more look.
StartMemory learn(StartMemory memory, const Situation& now);

/// Returns the master that a running replica follows because most sentinels name it, or named it
/// when the node last looked; without a host if it follows another, as by hand.
Endpoint followed_as_named(const Situation& now);

/// Returns how long a named node waits for a replica that has more and may not be promoted: it
/// takes over by itself when nobody has lived for REDIS_PEER_WAIT_MS.
std::chrono::milliseconds backup_patience(const Settings& settings);

bool is_master(const NodeView& node);

/// True if a node does not say what it is.
bool is_silent(const NodeView& node);

/// True if a node's data belongs to a history or continues it.
bool continues(const NodeView& node, const std::string& history);

}  // namespace dkr
