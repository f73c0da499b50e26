#include "dkr/core/settings/aliases.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

/// How a value under another product's name becomes one of ours.
enum class Meaning {
  same,      ///< it is the value itself
  variable,  ///< it names the variable that holds the value
  look_up,   ///< it is ignored: the value is the address of this host's service
  named,     ///< nothing is taken over: it may be meant for another program
};

struct Alias {
  std::string_view theirs;
  std::string_view ours;  ///< empty: it is for clients
  Meaning meaning;
};

/// In order of precedence.
constexpr std::array aliases{
    Alias{"REDIS_PARALLEL_SYNC", "REDIS_PARALLEL_SYNCS", Meaning::same},
    Alias{"REDIS_MASTER_HOST_VAR", "REDIS_MASTER_HOST", Meaning::variable},
    Alias{"LOOKUP_ANNOUNCE_IP", "REDIS_ANNOUNCE_HOST", Meaning::look_up},
    Alias{"REDIS_ANNOUNCE_IP_VAR", "REDIS_ANNOUNCE_HOST", Meaning::variable},
    Alias{"REDIS_SLAVE_ANNOUNCE_IP_VAR", "REDIS_ANNOUNCE_HOST", Meaning::variable},
    Alias{"REDIS_PASS", "REDIS_PASSWORD", Meaning::same},
    Alias{"REDIS_PASS_FILE", "REDIS_PASSWORD_FILE", Meaning::same},
    Alias{"REDIS_REQUIREPASS", "REDIS_PASSWORD", Meaning::same},
    Alias{"VALKEY_PASSWORD", "REDIS_PASSWORD", Meaning::same},
    Alias{"VALKEY_PASSWORD_FILE", "REDIS_PASSWORD_FILE", Meaning::same},
    Alias{"REDIS_ARGS", "REDIS_SERVER_ARGS", Meaning::same},
    Alias{"VALKEY_EXTRA_FLAGS", "REDIS_EXTRA_FLAGS", Meaning::same},
    Alias{"REDIS_PORT_NUMBER", "REDIS_PORT", Meaning::same},
    Alias{"VALKEY_PORT_NUMBER", "REDIS_PORT", Meaning::same},
    Alias{"REDIS_MASTER_PORT_NUMBER", "REDIS_MASTER_PORT", Meaning::same},
    Alias{"REDIS_REPLICATION_MODE", "REDIS_GROUP", Meaning::named},
    Alias{"REDIS_MASTER_SET", "REDIS_GROUP", Meaning::named},
    Alias{"REDIS_SENTINEL_MASTER_NAME", "REDIS_GROUP", Meaning::named},
    Alias{"REDIS_SENTINEL_HOST", "REDIS_SENTINEL_SERVICE_HOST", Meaning::named},
    Alias{"REDIS_SENTINELS", "REDIS_SENTINEL_SERVICE_HOST", Meaning::named},
    Alias{"REDIS_SENTINEL_QUORUM", "REDIS_QUORUM", Meaning::named},
    Alias{"REDIS_AOF_ENABLED", "REDIS_SERVER_ARGS", Meaning::named},
    Alias{"REDIS_DISABLE_COMMANDS", "REDIS_SERVER_ARGS", Meaning::named},
    Alias{"REDIS_MAXMEMORY", "REDIS_SERVER_ARGS", Meaning::named},
    Alias{"REDIS_ACLFILE", "REDIS_SERVER_ARGS", Meaning::named},
    Alias{"REDIS_TLS_ENABLED", "REDIS_TLS_CERT_FILE", Meaning::named},
    Alias{"REDIS_HOST", "", Meaning::named},
    Alias{"REDIS_HOSTNAME", "", Meaning::named},
    Alias{"REDIS_HOSTS", "", Meaning::named},
    Alias{"REDIS_ADDR", "", Meaning::named},
    Alias{"REDIS_ADDRESS", "", Meaning::named},
    Alias{"REDIS_URL", "", Meaning::named},
    Alias{"REDIS_URI", "", Meaning::named},
    Alias{"REDIS_TLS_URL", "", Meaning::named},
    Alias{"REDIS_DSN", "", Meaning::named},
    Alias{"REDIS_DB", "", Meaning::named},
    Alias{"REDIS_DATABASE", "", Meaning::named},
    Alias{"REDIS_USER", "", Meaning::named},
    Alias{"REDIS_SSL", "", Meaning::named},
    Alias{"REDIS_TLS", "", Meaning::named},
    Alias{"REDIS_PREFIX", "", Meaning::named},
    Alias{"REDIS_CLIENT", "", Meaning::named},
    Alias{"REDIS_TIMEOUT", "", Meaning::named},
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
  if (is_no_value(value)) {
    return value;
  }
  switch (alias.meaning) {
    case Meaning::same:
      return value;
    case Meaning::variable:
      return value_in(entries, value);
    case Meaning::look_up:
    case Meaning::named:
      break;
  }
  auto address = own_address();
  if (!address) {
    return Error{address.error().status, std::string(alias.theirs) + ": " + address.error().text};
  }
  return address;
}

const Alias* find_alias(std::string_view name) {
  const auto* found = std::find_if(aliases.begin(), aliases.end(),
                                   [name](const Alias& alias) { return alias.theirs == name; });
  return found == aliases.end() ? nullptr : found;
}

bool is_taken_over(std::string_view name) {
  const Alias* alias = find_alias(name);
  return alias != nullptr && alias->meaning != Meaning::named;
}

}  // namespace

Result<std::vector<std::string>> apply_aliases(const std::vector<std::string>& entries,
                                               const OwnAddress& own_address) {
  std::vector<std::string> ours;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(ours),
               [](const std::string& entry) { return !is_taken_over(name_of(entry)); });
  for (const Alias& alias : aliases) {
    const std::string value = value_in(entries, alias.theirs);
    if (alias.meaning == Meaning::named || value.empty() || !value_in(ours, alias.ours).empty()) {
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

std::string_view name_for(std::string_view theirs) {
  const Alias* alias = find_alias(theirs);
  return alias != nullptr && alias->meaning == Meaning::same ? alias->ours : theirs;
}

std::string meaning_of_other_name(std::string_view theirs) {
  const Alias* alias = find_alias(theirs);
  if (alias == nullptr || alias->meaning != Meaning::named) {
    return {};
  }
  return alias->ours.empty() ? "is for clients, and changes nothing here"
                             : "not read here; set " + std::string(alias->ours);
}

}  // namespace dkr
