#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// One option of a group, as SENTINEL SET takes it. The quorum is one, too.
struct GroupOption {
  std::string name;
  std::string value;

  friend bool operator==(const GroupOption&, const GroupOption&) = default;
};

inline auto fields_of(const GroupOption& option) {
  const auto& [name, value] = option;
  return std::tie(name, value);
}

/// An option that a group may have.
struct GroupOptionSpec {
  enum class Kind { number, text, path, secret };

  std::string_view name;
  Kind kind;
  bool told;  ///< SENTINEL MASTER tells it; any other stands in sentinel.conf only
};

/// Returns every option, in the order in which they are set.
std::span<const GroupOptionSpec> group_option_specs();

/// A group as a file or settings want it. What is not given is not wanted.
struct WantedGroup {
  std::string name;
  std::optional<Endpoint> first_master;  ///< for a sentinel, if no other knows the group yet
  std::vector<GroupOption> options;
  bool removed = false;  ///< no sentinel shall monitor it
};

inline auto fields_of(const WantedGroup& group) {
  const auto& [name, first_master, options, removed] = group;
  return std::tie(name, first_master, options, removed);
}

/// Returns the group of this name among wanted or seen ones; null if there is none.
template <class Groups>
auto* find_group(Groups& groups, const std::string& name) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const auto& group) { return group.name == name; });
  return found == groups.end() ? nullptr : &*found;
}

/// Returns the value of an option; null if the group has none.
const std::string* value_in(const std::vector<GroupOption>& options, std::string_view name);

/// Adds those of `more` that have no value yet.
void add_missing(std::vector<GroupOption>& options, const std::vector<GroupOption>& more);

/// Returns the option with its value for a person; the value of a secret is `***`.
std::string shown(const GroupOption& option);

/// Reads the file that holds a password.
using SecretReader = std::function<Result<std::string>(const std::string& path)>;

/// Parses REDIS_GROUPS_FILE: lines of sentinel.conf about groups, and two of our own, `sentinel
/// remove GROUP` and `sentinel auth-pass-file GROUP PATH`. A group needs its `monitor` line, at any
/// place. The error names the line.
Result<std::vector<WantedGroup>> parse_groups(std::string_view text, const SecretReader& read);

/// Returns the scripts of the groups as directives of sentinel.conf: a running sentinel takes them
/// only with deny-scripts-reconfig no.
std::vector<Directive> script_directives(const std::vector<WantedGroup>& groups);

/// Returns the group of REDIS_GROUP with the options that were given. Where the file says something
/// else about the same group, the file wins.
std::vector<WantedGroup> with_settings(std::vector<WantedGroup> groups, const Settings& settings);

}  // namespace dkr
