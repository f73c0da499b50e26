#include "dkr/core/settings/environment.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/base/text.hpp"
#include "dkr/core/settings/aliases.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

constexpr std::string_view prefix = "REDIS_";

/// Set by the official images for their own build; nothing to configure.
constexpr std::array<std::string_view, 3> image_facts{"REDIS_VERSION", "REDIS_DOWNLOAD_URL",
                                                      "REDIS_DOWNLOAD_SHA"};

bool is_address_of_a_service(std::string_view value) {
  constexpr std::array<std::string_view, 3> schemes{"tcp://", "udp://", "sctp://"};
  return std::any_of(schemes.begin(), schemes.end(),
                     [&](std::string_view scheme) { return value.starts_with(scheme); });
}

/// True for the part of NAME_PORT_6379_TCP_ADDR after NAME_PORT_.
bool is_port_and_protocol(std::string_view tail) {
  const auto digits = std::min(tail.find_first_not_of("0123456789"), tail.size());
  if (digits == 0) {
    return false;
  }
  tail.remove_prefix(digits);
  for (const std::string_view protocol : {"_TCP", "_UDP", "_SCTP"}) {
    if (tail.starts_with(protocol)) {
      tail.remove_prefix(protocol.size());
      return tail.empty() || tail == "_PROTO" || tail == "_PORT" || tail == "_ADDR";
    }
  }
  return false;
}

bool names_file_of(const SettingSpec& spec, std::string_view name) {
  return spec.kind == SettingKind::secret && name == file_name_of(spec);
}

const SettingSpec* find_spec(std::string_view name) {
  const auto specs = setting_specs();
  const auto spec = std::find_if(specs.begin(), specs.end(), [&](const auto& row) {
    return row.name == name || names_file_of(row, name);
  });
  return spec == specs.end() ? nullptr : &*spec;
}

void add(RawSettings& raw, const SettingSpec& spec, std::string_view name, std::string_view value) {
  if (spec.kind == SettingKind::port && is_address_of_a_service(value)) {
    return;
  }
  RawSetting& setting = raw[&spec];
  (spec.name == name ? setting.text : setting.file) = value;
}

/// True for what a container link tells of another container: NAME_NAME=/this/that, NAME_ENV_x.
bool is_of_a_link(std::string_view name, std::string_view value) {
  return name.find("_ENV_") != std::string_view::npos ||
         (name.ends_with("_NAME") && value.starts_with('/') &&
          value.find('/', 1) != std::string_view::npos);
}

std::string nearest_name(std::string_view name) {
  std::vector<std::string> names;
  for (const SettingSpec& spec : setting_specs()) {
    names.emplace_back(spec.name);
  }
  return nearest(name, names);
}

/// Returns what a person is told of a variable that no setting has.
std::string warning_of(std::string_view name) {
  const std::string meaning = meaning_of_other_name(name);
  if (!meaning.empty()) {
    return std::string(name) + ": " + meaning;
  }
  const std::string near = nearest_name(name);
  return std::string(name) + ": no such setting" +
         (is_near(name, near) ? "; the nearest is " + near : "");
}

/// True if Kubernetes set the host: it also sets NAME_PORT=tcp://HOST:... in every pod.
bool is_injected(std::span<const std::string_view> entries, const std::string& host) {
  const bool brackets = host.find(':') != std::string::npos;
  const std::string companions =
      "REDIS_SENTINEL_PORT=tcp://" + (brackets ? "[" + host + "]" : host) + ":";
  return std::any_of(entries.begin(), entries.end(),
                     [&](std::string_view entry) { return entry.starts_with(companions); });
}

}  // namespace

bool is_service_variable(std::string_view name, std::string_view value) {
  if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
      name.find("_SERVICE_PORT_") != std::string_view::npos || is_of_a_link(name, value)) {
    return true;
  }
  if (name.ends_with("_PORT") && is_address_of_a_service(value)) {
    return true;
  }
  constexpr std::string_view port = "_PORT_";
  for (auto at = name.find(port); at != std::string_view::npos; at = name.find(port, at + 1)) {
    if (is_port_and_protocol(name.substr(at + port.size()))) {
      return true;
    }
  }
  return false;
}

EnvironmentSettings read_environment(std::span<const std::string_view> entries) {
  EnvironmentSettings result;
  for (const std::string_view entry : entries) {
    const auto equals = std::min(entry.find('='), entry.size());
    const std::string_view name = entry.substr(0, equals);
    const std::string_view value = entry.substr(std::min(equals + 1, entry.size()));
    if (value.empty()) {
      continue;
    }
    if (const SettingSpec* spec = find_spec(name)) {
      if (is_no_value(value) &&
          !(is_reference(value) && spec->name == name && spec->kind == SettingKind::secret)) {
        result.warnings.push_back(std::string(entry) + ": is no value, and counts as not given");
      } else {
        add(result.raw, *spec, name, value);
      }
    } else if (name.starts_with(prefix) && !is_service_variable(name, value) &&
               std::find(image_facts.begin(), image_facts.end(), name) == image_facts.end()) {
      result.warnings.push_back(warning_of(name));
    }
  }
  if (const auto host = result.raw.find(&spec_of(&Settings::sentinel_hosts));
      host != result.raw.end()) {
    host->second.injected = is_injected(entries, host->second.text);
  }
  return result;
}

}  // namespace dkr
