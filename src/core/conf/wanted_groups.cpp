#include "dkr/core/conf/wanted_groups.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

using Kind = GroupOptionSpec::Kind;
using Words = std::vector<std::string>;

constexpr std::string_view quorum = "quorum";
constexpr std::string_view password = "auth-pass";

constexpr std::array specs{
    GroupOptionSpec{quorum, Kind::number, true},
    GroupOptionSpec{"down-after-milliseconds", Kind::number, true},
    GroupOptionSpec{"failover-timeout", Kind::number, true},
    GroupOptionSpec{"parallel-syncs", Kind::number, true},
    GroupOptionSpec{"master-reboot-down-after-period", Kind::number, false},
    GroupOptionSpec{"auth-user", Kind::text, false},
    GroupOptionSpec{password, Kind::secret, false},
    GroupOptionSpec{"notification-script", Kind::path, true},
    GroupOptionSpec{"client-reconfig-script", Kind::path, true},
};

const GroupOptionSpec* spec_named(std::string_view name) {
  const auto* found =
      std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.name == name; });
  return found == specs.end() ? nullptr : found;
}

/// Returns the value as a sentinel tells it; nullopt if it is not accepted.
std::optional<std::string> accepted_value(const GroupOptionSpec& spec, const std::string& text) {
  switch (spec.kind) {
    case Kind::number: {
      const bool may_be_0 = spec.name == "master-reboot-down-after-period";
      const auto number =
          parse_number(text, may_be_0 ? 0 : 1, std::numeric_limits<std::int32_t>::max());
      return number ? std::optional(std::to_string(*number)) : std::nullopt;
    }
    case Kind::path:
      return text.starts_with('/') ? std::optional(text) : std::nullopt;
    case Kind::text:
    case Kind::secret:
      return is_bare_in_sentinel_conf(text) ? std::optional(text) : std::nullopt;
  }
  return std::nullopt;
}

std::string accepted_values(const GroupOptionSpec& spec) {
  switch (spec.kind) {
    case Kind::number:
      return "a number";
    case Kind::path:
      return "an absolute path";
    case Kind::text:
    case Kind::secret:
      return "a word without blanks, quotes and backslashes";
  }
  return {};
}

std::string accepted_options() {
  std::string text = "monitor, remove, auth-pass-file";
  for (const GroupOptionSpec& spec : specs) {
    text += spec.name == quorum ? "" : ", " + std::string(spec.name);
  }
  return text;
}

void set_option(std::vector<GroupOption>& options, GroupOption option) {
  const auto same = std::find_if(options.begin(), options.end(), [&](const GroupOption& other) {
    return other.name == option.name;
  });
  if (same == options.end()) {
    options.push_back(std::move(option));
  } else {
    same->value = std::move(option.value);
  }
}

/// Takes the lines of a groups file one after another.
class GroupsReader {
 public:
  explicit GroupsReader(const SecretReader& read) : read_(read) {}

  /// Returns what is wrong with a line; empty if nothing is.
  std::string take(std::string_view line, int number) {
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#') {
      return {};
    }
    const auto words = split_conf_line(content);
    if (!words) {
      return "a quote is left open";
    }
    if (words->size() < 3 || lower(words->front()) != "sentinel") {
      return "accepted is `sentinel OPTION GROUP VALUE`";
    }
    if (!is_group_name((*words)[2])) {
      return "group " + (*words)[2] + ": accepted are letters, digits, '.', '-' and '_'";
    }
    return take_option(lower((*words)[1]), group_named((*words)[2], number),
                       {words->begin() + 3, words->end()});
  }

  /// Returns the groups, or the line of the first that lacks its master.
  Result<std::vector<WantedGroup>> finish() && {
    for (const WantedGroup& group : groups_) {
      if (!group.removed && !group.first_master) {
        return at_line(lines_[group.name], "group " + group.name +
                                               " has no line `sentinel monitor GROUP HOST PORT "
                                               "QUORUM`");
      }
    }
    return std::move(groups_);
  }

  static Error at_line(int number, const std::string& what) {
    return {ExitStatus::config, "line " + std::to_string(number) + ": " + what};
  }

 private:
  WantedGroup& group_named(const std::string& name, int number) {
    if (WantedGroup* known = find_group(groups_, name)) {
      return *known;
    }
    lines_[name] = number;
    groups_.push_back({name, {}, {}, false});
    return groups_.back();
  }

  std::string take_option(const std::string& name, WantedGroup& group, const Words& values) {
    if (group.removed || (name == "remove" && (group.first_master || !group.options.empty()))) {
      return "group " + group.name + " is removed, and wanted by another line";
    }
    if (name == "remove") {
      group.removed = true;
      return values.empty() ? "" : "accepted is `sentinel remove GROUP`";
    }
    if (name == "monitor") {
      return take_monitor(group, values);
    }
    if (name == "auth-pass-file") {
      return take_password_file(group, values);
    }
    const GroupOptionSpec* spec = name == quorum ? nullptr : spec_named(name);
    if (spec == nullptr) {
      return "sentinel " + name + ": accepted is one of " + accepted_options();
    }
    const auto value = values.size() == 1 ? accepted_value(*spec, values.front()) : std::nullopt;
    if (!value) {
      return "sentinel " + name + " " + group.name + ": accepted is " + accepted_values(*spec);
    }
    set_option(group.options, {name, *value});
    return {};
  }

  static std::string take_monitor(WantedGroup& group, const Words& values) {
    if (group.first_master) {
      return "group " + group.name + " has two lines `sentinel monitor`";
    }
    const auto port = values.size() == 3 ? parse_port(values[1]) : std::nullopt;
    const auto votes = port ? accepted_value(*spec_named(quorum), values[2]) : std::nullopt;
    if (!votes || !is_host(values[0])) {
      return "accepted is `sentinel monitor GROUP HOST PORT QUORUM`";
    }
    group.first_master = Endpoint{canonical_host(values[0]), *port};
    set_option(group.options, {std::string(quorum), *votes});
    return {};
  }

  std::string take_password_file(WantedGroup& group, const Words& values) {
    if (values.size() != 1 || !values.front().starts_with('/')) {
      return "accepted is `sentinel auth-pass-file GROUP PATH`, with an absolute path";
    }
    const auto text = read_(values.front());
    if (!text) {
      return values.front() + ": " + text.error().text;
    }
    const auto value = accepted_value(*spec_named(password), std::string(trim(*text)));
    if (!value || value->empty()) {
      return values.front() + ": accepted is " + accepted_values(*spec_named(password));
    }
    set_option(group.options, {std::string(password), *value});
    return {};
  }

  const SecretReader& read_;
  std::vector<WantedGroup> groups_;
  std::map<std::string, int> lines_;  ///< where each group is named first
};

/// Returns the options that the settings give, for whatever group.
std::vector<GroupOption> options_given(const Settings& settings) {
  std::vector<GroupOption> options;
  const auto number = [&](const char* name, const auto& setting, long long value) {
    if (setting.given) {
      options.push_back({name, std::to_string(value)});
    }
  };
  number("quorum", settings.quorum, settings.quorum.value);
  number("down-after-milliseconds", settings.down_after, settings.down_after.value.count());
  number("failover-timeout", settings.failover_timeout, settings.failover_timeout.value.count());
  number("parallel-syncs", settings.parallel_syncs, settings.parallel_syncs.value);
  if (settings.username.given) {
    options.push_back({"auth-user", settings.username.value});
  }
  if (gives_password(settings)) {
    options.push_back({std::string(password), node_password(settings).reveal()});
  }
  return options;
}

}  // namespace

std::span<const GroupOptionSpec> group_option_specs() {
  return specs;
}

const std::string* value_in(const std::vector<GroupOption>& options, std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const GroupOption& option) { return option.name == name; });
  return found == options.end() ? nullptr : &found->value;
}

void add_missing(std::vector<GroupOption>& options, const std::vector<GroupOption>& more) {
  for (const GroupOption& option : more) {
    if (value_in(options, option.name) == nullptr) {
      options.push_back(option);
    }
  }
}

std::string shown(const GroupOption& option) {
  const GroupOptionSpec* spec = spec_named(option.name);
  const bool secret = spec != nullptr && spec->kind == Kind::secret;
  return option.name + " " + (secret ? "***" : option.value);
}

Result<std::vector<WantedGroup>> parse_groups(std::string_view text, const SecretReader& read) {
  GroupsReader reader(read);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (const auto wrong = reader.take(text.substr(0, end), number); !wrong.empty()) {
      return GroupsReader::at_line(number, wrong);
    }
    text.remove_prefix(end);
  }
  return std::move(reader).finish();
}

std::vector<Directive> script_directives(const std::vector<WantedGroup>& groups) {
  std::vector<Directive> scripts;
  for (const WantedGroup& group : groups) {
    for (const GroupOption& option : group.options) {
      if (spec_named(option.name)->kind == Kind::path) {
        scripts.push_back({"sentinel", {option.name, group.name, option.value}});
      }
    }
  }
  return scripts;
}

std::vector<WantedGroup> with_settings(std::vector<WantedGroup> groups, const Settings& settings) {
  const auto given = options_given(settings);
  if (given.empty()) {
    return groups;
  }
  const std::string& name = settings.group.value;
  WantedGroup* known = find_group(groups, name);
  WantedGroup& group =
      known == nullptr ? groups.emplace_back(WantedGroup{name, {}, {}, false}) : *known;
  if (!group.removed) {
    add_missing(group.options, given);
  }
  return groups;
}

}  // namespace dkr
