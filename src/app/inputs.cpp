#include "dkr/app/inputs.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/settings/aliases.hpp"
#include "dkr/core/settings/environment.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

/// Sets up the log as early as possible, so that errors in other settings are logged in the format
/// asked for.
void configure_log(const RawSettings& all) {
  RawSettings inputs;
  std::copy_if(all.begin(), all.end(), std::inserter(inputs, inputs.end()),
               [](const auto& given) { return given.first->group == SettingGroup::logging; });
  if (const auto parsed = parse_settings(inputs, "/")) {
    log::configure(parsed->settings.log_level.value, parsed->settings.log_format.value);
  }
}

/// Looks the address up in a child process, with a timeout.
Result<std::string> look_up_own_address() {
  auto address =
      in_child(own_service_address, std::chrono::steady_clock::now() + longest_resolve_timeout);
  if (!address || !*address) {
    return Error{ExitStatus::unavailable,
                 "no address found for this host" + (address ? ": " + address->error().text : "")};
  }
  return std::move(**address);
}

/// Reads the files that hold secrets.
Result<Done> read_secret_files(RawSettings& raw) {
  for (auto& [spec, setting] : raw) {
    if (setting.file.empty()) {
      continue;
    }
    const bool flag = setting.origin == Origin::flag;
    const ExitStatus status = flag ? ExitStatus::usage : ExitStatus::config;
    const std::string name = flag ? flag_of(*spec) : file_name_of(*spec);
    auto text = read_file(absolute_path(setting.file, working_directory()), Links::followed);
    if (!text || !*text) {
      return Error{status, name + "=" + setting.file + ": " +
                               (text ? "no such file" : text.error().text) +
                               "; accepted is a readable file"};
    }
    if (auto taken = take_secret(*spec, setting, std::move(**text)); !taken) {
      return taken;
    }
  }
  return Done{};
}

bool is_secret(std::string_view entry) {
  const auto equals = entry.find('=');
  const std::string_view name = name_for(entry.substr(0, equals));
  const auto specs = setting_specs();
  return equals != std::string_view::npos &&
         std::any_of(specs.begin(), specs.end(), [name](const SettingSpec& spec) {
           return spec.kind == SettingKind::secret && spec.name == name;
         });
}

Result<EnvironmentSettings> own_environment(Reading reading) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    entries.emplace_back(*entry);
  }
  const auto no_address = [] { return Result<std::string>(std::string()); };
  auto ours = apply_aliases(entries, reading == Reading::quick ? OwnAddress(no_address)
                                                               : OwnAddress(look_up_own_address));
  if (!ours) {
    return ours.error();
  }
  return read_environment(std::vector<std::string_view>(ours->begin(), ours->end()));
}

}  // namespace

std::string working_directory() {
  std::error_code gone;
  return std::filesystem::current_path(gone).string();
}

Result<Settings> read_settings(const RawSettings& flags, Reading reading) {
  auto given = own_environment(reading);
  if (!given) {
    return given.error();
  }
  for (const auto& [spec, flag] : flags) {
    given->raw[spec] = flag;
  }
  configure_log(given->raw);
  if (auto read = read_secret_files(given->raw); !read) {
    return read.error();
  }
  auto parsed = parse_settings(given->raw, working_directory());
  if (!parsed) {
    return parsed.error();
  }
  if (reading == Reading::whole) {
    log::debug([&] { return "settings given: " + describe(given->raw); });
    for (const auto* warnings : {&given->warnings, &parsed->warnings}) {
      for (const std::string& warning : *warnings) {
        log::warn(warning);
      }
    }
  }
  return parsed->settings;
}

std::vector<std::string> server_environment() {
  std::vector<std::string> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!is_secret(*entry)) {
      kept.emplace_back(*entry);
    }
  }
  return kept;
}

void forget_secrets() noexcept {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (is_secret(*entry)) {
      char* value = std::strchr(*entry, '=') + 1;
      std::memset(value, '*', std::strlen(value));
    }
  }
}

}  // namespace dkr
