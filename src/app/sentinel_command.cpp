#include "dkr/app/sentinel_command.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dkr/app/container_line.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/prune_command.hpp"
#include "dkr/app/this_container.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/fleet_format.hpp"
#include "dkr/core/decide/fleet_orders.hpp"
#include "dkr/group/first_master.hpp"
#include "dkr/group/fleet.hpp"
#include "dkr/group/groups_file.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/redis/orders.hpp"

namespace dkr {
namespace {

using Wanted = std::vector<WantedGroup>;
using Words = std::vector<std::string>;

/// The sentinels of this container's fleet.
struct Fleet {
  Settings settings;
  std::optional<Endpoint> own;  ///< the sentinel here

  [[nodiscard]] FleetView look() const { return look_at_fleet(settings, own); }
};

Result<Fleet> fleet_of(const RawSettings& flags) {
  const ContainerLine line = line_of_container(flags);
  auto settings = read_settings(line.flags);
  if (!settings) {
    return settings.error();
  }
  const ServiceEyes eyes(settings->data_dir.value, settings->skip_drop_privs.value);
  const auto here = this_container(*settings, line.command);
  if (!here) {
    return here.error();
  }
  return Fleet{here->settings, here->conf.sentinel ? here->server : std::nullopt};
}

/// Returns what is wanted by the file or, without one, by REDIS_GROUPS_FILE and the settings.
Result<Wanted> wanted_by(const Settings& settings, const std::string& file) {
  if (!file.empty()) {
    return read_groups(file);
  }
  auto groups = settings.groups_file.given ? read_groups(settings.groups_file.value)
                                           : Result<Wanted>(Wanted{});
  return groups ? with_settings(std::move(*groups), settings) : std::move(groups);
}

/// Tells all sentinels what is wanted of them.
class Application {
 public:
  Application(const Fleet& fleet, const Wanted& wanted) : fleet_(fleet), wanted_(wanted) {}

  void run(const FleetView& view) {
    for (const FleetSentinel& sentinel : view) {
      for (const GroupDifference& difference : differences(wanted_, sentinel.groups)) {
        if (!sentinel.failure && !difference.fails_over) {
          mend(sentinel, difference, view);
        }
      }
    }
  }

  [[nodiscard]] bool refused() const { return refused_; }

 private:
  void mend(const FleetSentinel& sentinel, const GroupDifference& difference,
            const FleetView& view) {
    const WantedGroup& group = *find_group(wanted_, difference.group);
    const bool missing = difference.kind == GroupDifference::Kind::missing;
    const auto master = missing ? master_of(group, view) : Endpoint{};
    if (!master) {
      return;
    }
    const TimePoint deadline = std::chrono::steady_clock::now() + longest_look_timeout;
    const auto failure = in_child(
        [&] {
          return tell_sentinel(sentinel.at, fleet_.settings,
                               commands_for(difference, group, *master), deadline);
        },
        deadline);
    const std::string what = to_string(sentinel.at) + ": " + describe(difference);
    if (failure && failure->empty()) {
      return log::info("told sentinel " + what);
    }
    refused_ = true;
    log::error("sentinel refused: " + what + ": " + failure.value_or(too_late().text));
  }

  /// Returns whom the sentinels name or, if none knows the group, its first master.
  std::optional<Endpoint> master_of(const WantedGroup& group, const FleetView& view) {
    auto found = found_.find(group.name);
    if (found == found_.end()) {
      const FirstMaster master = find_first_master(fleet_.settings, view, group);
      found = found_.emplace(group.name, master.at).first;
      if (!master.at) {
        log::error("no master for group " + group.name + ": " + master.reason);
      }
    }
    return found->second;
  }

  const Fleet& fleet_;
  const Wanted& wanted_;
  std::map<std::string, std::optional<Endpoint>> found_;
  bool refused_ = false;
};

int status_of(const FleetView& view, const FleetReport& report) {
  if (view.empty()) {
    return fail({ExitStatus::unavailable,
                 "no sentinel is known; REDIS_SENTINEL_SERVICE_HOST tells where they are"});
  }
  return report.all_answer ? static_cast<int>(!report.in_step)
                           : static_cast<int>(ExitStatus::unavailable);
}

int show(const FleetView& view, const Wanted& wanted) {
  const FleetReport report = report_on(view, wanted);
  const int printed = print(report.text);
  return printed != 0 ? printed : status_of(view, report);
}

int diff(const Fleet& fleet, const Wanted& wanted) {
  const FleetView view = fleet.look();
  return show(view, with_common(wanted, view));
}

int apply(const Fleet& fleet, const Wanted& wanted) {
  if (wanted.empty()) {
    return fail({ExitStatus::config,
                 "nothing is wanted of any group: there is no REDIS_GROUPS_FILE and no --file"});
  }
  Application application(fleet, wanted);
  application.run(fleet.look());
  const int status = show(fleet.look(), wanted);
  return status == 0 ? static_cast<int>(application.refused()) : status;
}

int groups(const Fleet& fleet) {
  const FleetView view = fleet.look();
  const int printed = print(describe_groups(view));
  return printed != 0 ? printed : status_of(view, {"", report_on(view, {}).all_answer, true});
}

/// Returns the group that is asked for by `NAME HOST PORT QUORUM [OPTION VALUE]...`.
Result<Wanted> wanted_by_words(const Words& words) {
  const Error usage{ExitStatus::usage,
                    "sentinel monitor: accepted is NAME HOST PORT QUORUM [OPTION VALUE]..."};
  if (words.size() < 4 || words.size() % 2 != 0) {
    return usage;
  }
  std::string text = render({"sentinel", {"monitor", words[0], words[1], words[2], words[3]}});
  for (std::size_t i = 4; i < words.size(); i += 2) {
    if (lower(words[i]) == "auth-pass") {
      return Error{ExitStatus::usage,
                   "sentinel monitor: accepted is auth-pass-file PATH, because everybody can read "
                   "a command line"};
    }
    text += '\n' + render({"sentinel", {words[i], words[0], words[i + 1]}});
  }
  auto wanted = parse_groups(text, read_secret_file);
  return wanted ? std::move(wanted)
                : Error{ExitStatus::usage, "sentinel monitor: " + wanted.error().text};
}

int monitor(const Fleet& fleet, const Words& words) {
  const auto wanted = wanted_by_words(words);
  return wanted ? apply(fleet, *wanted) : fail(wanted.error());
}

int remove(const Fleet& fleet, const Words& words) {
  return words.size() == 1
             ? apply(fleet, {WantedGroup{words.front(), {}, {}, true}})
             : fail({ExitStatus::usage, "sentinel remove: accepted is the NAME of a group"});
}

}  // namespace

int sentinel_command(const CommandLine& line) {
  const bool takes_words = line.word == "monitor" || line.word == "remove";
  if (!takes_words && !line.rest.empty()) {
    return fail({ExitStatus::usage, line.rest.front() + ": sentinel " + line.word +
                                        " takes flags only; see dkr-redis sentinel --help"});
  }
  const auto fleet = fleet_of(line.flags);
  if (!fleet) {
    return fail(fleet.error());
  }
  if (line.word == "prune") {
    return prune(fleet->settings, fleet->own);
  }
  if (line.word == "monitor") {
    return monitor(*fleet, line.rest);
  }
  if (line.word == "remove") {
    return remove(*fleet, line.rest);
  }
  if (line.word == "groups") {
    return groups(*fleet);
  }
  if (line.word != "diff" && line.word != "apply") {
    return fail(
        {ExitStatus::usage,
         "sentinel " + line.word + ": accepted is diff, apply, groups, monitor, remove or prune"});
  }
  const auto wanted = wanted_by(fleet->settings, line.file);
  if (!wanted) {
    return fail(wanted.error());
  }
  return line.word == "diff" ? diff(*fleet, *wanted) : apply(*fleet, *wanted);
}

}  // namespace dkr
