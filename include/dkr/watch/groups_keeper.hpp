#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/conf/wanted_groups.hpp"
#include "dkr/core/decide/fleet_orders.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/fleet_view.hpp"
#include "dkr/group/first_master.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/link.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// What is wanted of the groups, and what only the sentinel's own configuration tells of them.
struct GroupWishes {
  std::vector<WantedGroup> wanted;
  std::vector<SeenGroup> untold;  ///< empty: that file cannot be read
  std::string failure = {};       ///< why what is wanted is not known; empty: it is

  friend auto fields_of(const GroupWishes& wishes) {
    const auto& [wanted, untold, failure] = wishes;
    return std::tie(wanted, untold, failure);
  }
};

/// Keeps the groups of the sentinel beside the watcher as REDIS_GROUPS_FILE and the settings want
/// them. Sends only differences, each again after group_order_interval at the earliest. Reads the
/// files again every groups_file_interval.
class GroupsKeeper {
 public:
  /// `sentinel` must outlive this.
  GroupsKeeper(event_base& loop, const Settings& settings, Link& sentinel);

  /// True if anything is wanted of a group.
  [[nodiscard]] bool is_wanted() const { return is_wanted_; }

  /// Does what is due; call it on every tick. `heard`: when the sentinel was asked for `seen`.
  void keep(const std::vector<SeenGroup>& seen, const std::optional<TimePoint>& heard,
            TimePoint now);

 private:
  void read_if_due(TimePoint now);
  void take(const GroupWishes& wishes);
  [[nodiscard]] std::vector<SeenGroup> completed(std::vector<SeenGroup> seen) const;
  [[nodiscard]] bool is_due(const GroupDifference& difference, TimePoint now);
  void find_masters(const std::vector<WantedGroup>& groups, TimePoint now);
  void take(const FirstMaster& master);
  void set(const WantedGroup& group, const std::vector<GroupDifference>& differences,
           TimePoint now);
  void tell_result(const GroupDifference& difference, const Reply& reply, std::string& done);
  void monitor(const WantedGroup& group, const FirstMaster& master);
  void ask(const std::vector<std::vector<std::string>>& commands, const Link::Answer& answer);

  const Settings& settings_;
  bool is_wanted_;
  Link& sentinel_;
  GroupWishes wishes_;
  std::string print_;                            ///< of the newest wishes; empty: none were read
  std::optional<TimePoint> read_;                ///< when they were read last
  TimePoint told_{};                             ///< when the last order was answered
  int pending_ = 0;                              ///< orders without an answer
  std::map<std::string, TimePoint> tried_;       ///< when an order was given last
  std::map<std::string, std::string> refusals_;  ///< as they were logged
  BackgroundJob reader_;
  BackgroundJob finder_;
};

}  // namespace dkr
