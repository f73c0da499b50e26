#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dkr {

/// How bad a finding is.
enum class Severity {
  note,     ///< nothing breaks by it
  warning,  ///< all works, until something happens that the set-up should survive
  error,    ///< something does not work, or will not when it is needed
};
std::string_view name_of(Severity severity);

/// What can be wrong with a set-up. docker/operations.md has a row for each.
enum class Trouble {
  nobody_answers,
  server_silent,
  login_refused,
  access_denied,
  command_missing,
  without_dkr_redis,
  conf_not_rewritable,
  volume_shared,
  announced_unresolved,
  announced_elsewhere,
  announced_silent,
  masterauth_missing,
  masterauth_wrong,
  save_failed,
  disk_full,
  disk_small,
  maxmemory_above_limit,
  maxmemory_near_limit,
  maxmemory_unset,
  memory_kills,
  overcommit,
  huge_pages,
  backlog_cut,
  stop_too_short,
  fence_too_late,
  probe_before_failover,
  paused,
  no_sentinel,
  masters_differ,
  two_masters,
  master_silent,
  master_unseen,
  writes_refused,
  no_majority,
  quorum_too_high,
  quorum_of_one,
  too_few_sentinels,
  even_sentinels,
  sentinel_silent,
  sentinel_without_group,
  sentinel_tilts,
  sentinels_differ,
  down_after_short,
  failover_timeout_short,
  node_silent,
  replica_unlinked,
  no_successor,
  min_replicas,
  cannot_follow,
  cannot_follow_later,
  clocks_differ,
};

/// What is told of a trouble. Each % in the sentence stands for a detail of the finding.
struct TroubleText {
  Trouble what;
  Severity severity;
  bool passes;  ///< a failover, a start or a stop under way looks the same for a moment
  std::string_view name;
  std::string_view sentence;
  std::string_view cure;
};

/// Returns the texts of all troubles, in the order of the enum.
std::span<const TroubleText> trouble_texts();
const TroubleText& text_of(Trouble what);

/// A trouble that was found.
struct Finding {
  Trouble what;
  std::vector<std::string> details;  ///< one for each % of the sentence

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// Returns what is wrong, and what to do about it: a sentence each, without a full stop.
std::string sentence_of(const Finding& finding);
std::string cure_of(const Finding& finding);

/// Returns the findings of the last look: of what passes, only what the look before it found, too.
std::vector<Finding> lasting(const std::vector<Finding>& before, std::vector<Finding> last);

/// True if one of them may be gone at a second look.
bool may_pass(const std::vector<Finding>& findings);

/// Returns the report for a person: the worst first, each with its cure. `unseen` is what could not
/// be examined.
std::string describe(const std::vector<Finding>& findings, const std::vector<std::string>& unseen);

/// Returns the same as JSON (RFC 8259): one object.
std::string to_json(const std::vector<Finding>& findings, const std::vector<std::string>& unseen);

/// Returns 2 if there is an error, 1 if there is a warning, else 0.
int status_of(const std::vector<Finding>& findings);

}  // namespace dkr
