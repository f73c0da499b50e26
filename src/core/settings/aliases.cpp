#include "dkr/core/settings/aliases.hpp"

#include <algorithm>
#include <array>

namespace dkr {
namespace {

/// How a value under another product's name becomes one of ours.
enum class Meaning {
  same,      ///< it is the value itself
  variable,  ///< it names the variable that holds the value
  look_up,   ///< it is ignored: the value is the address of this host's service
};

struct Alias {
  std::string_view theirs;
  std::string_view ours;
  Meaning meaning;
};

/// In order of precedence.
constexpr std::array aliases{
    Alias{"REDIS_PARALLEL_SYNC", "REDIS_PARALLEL_SYNCS", Meaning::same},
    Alias{"REDIS_MASTER_HOST_VAR", "REDIS_MASTER_HOST", Meaning::variable},
    Alias{"LOOKUP_ANNOUNCE_IP", "REDIS_ANNOUNCE_HOST", Meaning::look_up},
    Alias{"REDIS_ANNOUNCE_IP_VAR", "REDIS_ANNOUNCE_HOST", Meaning::variable},
    Alias{"REDIS_SLAVE_ANNOUNCE_IP_VAR", "REDIS_ANNOUNCE_HOST", Meaning::variable},
};

std::string_view name_of(std::string_view entry) {
  return entry.substr(0, entry.find('='));
}

/// Returns the value of a variable; empty if it is unset.
std::string value_in(const std::vector<std::string>& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(), [name](const auto& entry) {
    return name_of(entry) == name && entry.size() > name.size();
  });
  return found == entries.end() ? std::string() : found->substr(name.size() + 1);
}

Result<std::string> meant(const Alias& alias, const std::string& value,
                          const std::vector<std::string>& entries, const OwnAddress& own_address) {
  switch (alias.meaning) {
    case Meaning::same:
      return value;
    case Meaning::variable:
      return value_in(entries, value);
    case Meaning::look_up:
      break;
  }
  auto address = own_address();
  if (!address) {
    return Error{address.error().status, std::string(alias.theirs) + ": " + address.error().text};
  }
  return address;
}

bool is_alias(std::string_view name) {
  return std::any_of(aliases.begin(), aliases.end(),
                     [name](const Alias& alias) { return alias.theirs == name; });
}

}  // namespace

Result<std::vector<std::string>> apply_aliases(const std::vector<std::string>& entries,
                                               const OwnAddress& own_address) {
  std::vector<std::string> ours;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(ours),
               [](const std::string& entry) { return !is_alias(name_of(entry)); });
  for (const Alias& alias : aliases) {
    const std::string value = value_in(entries, alias.theirs);
    if (value.empty() || !value_in(ours, alias.ours).empty()) {
      continue;
    }
    auto found = meant(alias, value, entries, own_address);
    if (!found) {
      return found.error();
    }
    if (!found->empty()) {
      ours.push_back(std::string(alias.ours) + "=" + *found);
    }
  }
  return ours;
}

}  // namespace dkr
