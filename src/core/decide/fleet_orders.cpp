#include "dkr/core/decide/fleet_orders.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/view/pause.hpp"

namespace dkr {
namespace {

using Kind = GroupDifference::Kind;

void compare_options(std::vector<GroupDifference>& found, const WantedGroup& wanted,
                     const SeenGroup& seen) {
  for (const GroupOption& option : wanted.options) {
    const std::string* value = value_in(seen.options, option.name);
    if (value == nullptr || *value != option.value) {
      found.push_back({value == nullptr ? Kind::untold : Kind::differs, wanted.name, option,
                       value == nullptr ? "" : *value, seen.fails_over(), seen.paused_until});
    }
  }
}

/// Returns what occurs most often, and of several the least; nullopt: nothing occurs.
template <class T, class Count>
std::optional<T> most_frequent(const std::map<T, Count>& counts) {
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  return most == counts.end() ? std::nullopt : std::optional(most->first);
}

/// Returns what a sentinel is told: the quorum of a paused one goes on saying so.
GroupOption as_told(const GroupDifference& difference) {
  GroupOption told = difference.wanted;
  if (told.name == "quorum" && difference.paused_until != WallTime{}) {
    told.value = std::to_string(with_pause(parse_count(told.value, 1), difference.paused_until));
  }
  return told;
}

std::vector<std::string> set_command(const std::string& group, const GroupOption& option) {
  return {"SENTINEL", "SET", group, option.name, option.value};
}

}  // namespace

std::vector<GroupDifference> differences(const std::vector<WantedGroup>& wanted,
                                         const std::vector<SeenGroup>& seen) {
  std::vector<GroupDifference> found;
  for (const WantedGroup& group : wanted) {
    const SeenGroup* known = find_group(seen, group.name);
    if (group.removed) {
      if (known != nullptr) {
        found.push_back({Kind::remains, group.name, {}, {}, known->fails_over()});
      }
    } else if (known != nullptr) {
      compare_options(found, group, *known);
    } else if (group.first_master) {
      found.push_back({Kind::missing, group.name});
    }
  }
  return found;
}

std::vector<std::vector<std::string>> commands_for(const GroupDifference& difference,
                                                   const WantedGroup& wanted,
                                                   const Endpoint& master) {
  switch (difference.kind) {
    case Kind::remains:
      return {{"SENTINEL", "REMOVE", difference.group}};
    case Kind::differs:
    case Kind::untold:
      return {set_command(difference.group, as_told(difference))};
    case Kind::missing:
      break;
  }
  const std::string* quorum = value_in(wanted.options, "quorum");
  std::vector<std::vector<std::string>> commands{{"SENTINEL", "MONITOR", wanted.name, master.host,
                                                  std::to_string(master.port),
                                                  quorum == nullptr ? "2" : *quorum}};
  for (const GroupOption& option : wanted.options) {
    if (option.name != "quorum") {
      commands.push_back(set_command(wanted.name, option));
    }
  }
  return commands;
}

std::vector<WantedGroup> common_options(const FleetView& fleet) {
  std::map<std::string, std::map<std::string, std::map<std::string, std::size_t>>> counts;
  for (const FleetSentinel& sentinel : fleet) {
    for (const SeenGroup& group : sentinel.groups) {
      auto& options = counts[group.name];
      for (const GroupOption& option : group.options) {
        ++options[option.name][option.value];
      }
    }
  }
  std::vector<WantedGroup> common;
  for (const auto& [name, options] : counts) {
    WantedGroup group{name, commonly_named(fleet, name), {}, false};
    for (const GroupOptionSpec& spec : group_option_specs()) {
      const auto values = options.find(std::string(spec.name));
      if (values != options.end()) {
        group.options.push_back({values->first, *most_frequent(values->second)});
      }
    }
    common.push_back(std::move(group));
  }
  return common;
}

std::vector<WantedGroup> with_common(std::vector<WantedGroup> wanted, const FleetView& fleet) {
  for (WantedGroup& common : common_options(fleet)) {
    WantedGroup* known = find_group(wanted, common.name);
    if (known == nullptr) {
      wanted.push_back(std::move(common));
    } else if (!known->removed) {
      add_missing(known->options, common.options);
    }
  }
  return wanted;
}

std::optional<Endpoint> commonly_named(const FleetView& fleet, const std::string& group) {
  std::map<Endpoint, std::pair<std::size_t, std::uint64_t>> named;  // how often, and when
  for (const FleetSentinel& sentinel : fleet) {
    if (const SeenGroup* known = find_group(sentinel.groups, group)) {
      auto& [times, epoch] = named[known->master];
      ++times;
      epoch = std::max(epoch, known->epoch);
    }
  }
  return most_frequent(named);
}

std::string describe(const GroupDifference& difference) {
  return "group " + difference.group + ": " + clause_of(difference);
}

std::string clause_of(const GroupDifference& difference) {
  const std::string later = difference.fails_over ? "; it fails over, and is left alone" : "";
  switch (difference.kind) {
    case Kind::missing:
      return "not monitored";
    case Kind::remains:
      return "still monitored" + later;
    case Kind::untold:
      return shown(difference.wanted) + " is wanted; a sentinel does not tell it" + later;
    case Kind::differs:
      break;
  }
  const std::string wanted = shown(difference.wanted);
  const bool secret = wanted.ends_with("***");
  const std::string is = difference.seen.empty() ? "not set" : secret ? "***" : difference.seen;
  return difference.wanted.name + " is " + is + ", wanted is " +
         (difference.wanted.value.empty() ? "none"
          : secret                        ? "another"
                                          : difference.wanted.value) +
         later;
}

}  // namespace dkr
