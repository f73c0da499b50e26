#include "dkr/core/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "dkr/core/words.hpp"

namespace dkr {
namespace {

using enum SettingKind;

constexpr std::array specs{
    SettingSpec{SettingId::port, port, "REDIS_PORT", "6379",
                "Port of the server; written into its configuration when given.", "6.0"},
    SettingSpec{SettingId::data_dir, path, "REDIS_DATA_DIR", "/data",
                "The volume: data, and the configuration that the server rewrites.", "6.0"},
    SettingSpec{SettingId::conf, path, "REDIS_CONF", "/etc/redis/redis.conf",
                "Configuration copied into the volume when that has none.", "6.0"},
    SettingSpec{SettingId::overrides_file, path, "REDIS_OVERRIDES_FILE", "",
                "Read-only overlay, kept as the last include of the configuration.", "6.0"},
    SettingSpec{SettingId::server_args, words, "REDIS_SERVER_ARGS", "",
                "More arguments for the server, split as a shell would.", "6.0"},
    SettingSpec{SettingId::extra_flags, words, "REDIS_EXTRA_FLAGS", "",
                "The same; follows REDIS_SERVER_ARGS.", "6.0"},
    SettingSpec{SettingId::stop_timeout_ms, milliseconds, "REDIS_STOP_TIMEOUT_MS", "9000",
                "From the first SIGTERM or SIGINT to SIGKILL of the server.", "6.0"},
    SettingSpec{SettingId::skip_fix_perms, toggle, "SKIP_FIX_PERMS", "",
                "Leave the owners of the files in the volume alone.", "6.0"},
    SettingSpec{SettingId::skip_drop_privs, toggle, "SKIP_DROP_PRIVS", "",
                "Stay root instead of becoming the user redis (or valkey).", "6.0"},
    SettingSpec{SettingId::log_level, log_level, "LOG_LEVEL", "info",
                "Least severe of our own messages that is written.", "6.0"},
    SettingSpec{SettingId::log_format, log_format, "LOG_FORMAT", "text",
                "Form of our own messages, on standard error.", "6.0"},
};

constexpr std::chrono::milliseconds longest_wait = std::chrono::hours(24);

using LevelName = std::pair<std::string_view, LogLevel>;
constexpr std::array level_names{
    LevelName{"trace", LogLevel::trace},       LevelName{"debug", LogLevel::debug},
    LevelName{"verbose", LogLevel::debug},     LevelName{"info", LogLevel::info},
    LevelName{"information", LogLevel::info},  LevelName{"notice", LogLevel::info},
    LevelName{"warn", LogLevel::warn},         LevelName{"warning", LogLevel::warn},
    LevelName{"error", LogLevel::error},       LevelName{"err", LogLevel::error},
    LevelName{"critical", LogLevel::critical}, LevelName{"crit", LogLevel::critical},
    LevelName{"fatal", LogLevel::critical},    LevelName{"off", LogLevel::off},
    LevelName{"none", LogLevel::off},          LevelName{"quiet", LogLevel::off},
};

using FormatName = std::pair<std::string_view, LogFormat>;
constexpr std::array format_names{
    FormatName{"text", LogFormat::text},    FormatName{"plain", LogFormat::text},
    FormatName{"console", LogFormat::text}, FormatName{"json", LogFormat::json},
    FormatName{"jsonl", LogFormat::json},   FormatName{"ndjson", LogFormat::json},
};

template <class Names>
auto find_name(const Names& names, std::string_view text)
    -> std::optional<typename Names::value_type::second_type> {
  const auto* row = std::find_if(names.begin(), names.end(),
                                 [&](const auto& name) { return name.first == lower(text); });
  if (row == names.end()) {
    return std::nullopt;
  }
  return row->second;
}

std::optional<long long> number(std::string_view text, long long least, long long most) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return std::nullopt;
  }
  return value;
}

/// Writes what `from` makes of a text, if anything, into `to`.
template <class To, class From>
bool store(To& to, const std::optional<From>& from) {
  if (from) {
    to = static_cast<To>(*from);
  }
  return from.has_value();
}

bool store_words(std::vector<std::string>& to, std::string_view text) {
  auto more = split_shell_words(text);
  if (more) {
    to.insert(to.end(), more->begin(), more->end());
  }
  return more.has_value();
}

bool store_path(Setting<std::string>& to, std::string_view text, std::string_view cwd) {
  to.value = text.empty() ? std::string() : absolute_path(text, cwd);
  return true;
}

bool store_toggle(bool& to, std::string_view text) {
  to = is_on(text);
  return true;
}

/// Reads one text into its place; false when the kind does not accept it.
bool apply(Settings& settings, SettingId id, std::string_view text, std::string_view cwd) {
  switch (id) {
    case SettingId::port:
      return store(settings.port.value, number(text, 1, 65535));
    case SettingId::data_dir:
      return store_path(settings.data_dir, text, cwd);
    case SettingId::conf:
      return store_path(settings.conf, text, cwd);
    case SettingId::overrides_file:
      return store_path(settings.overrides_file, text, cwd);
    case SettingId::server_args:
    case SettingId::extra_flags:
      return store_words(settings.server_args, text);
    case SettingId::stop_timeout_ms:
      return store(settings.stop_timeout, number(text, 1, longest_wait.count()));
    case SettingId::skip_fix_perms:
      return store_toggle(settings.skip_fix_perms, text);
    case SettingId::skip_drop_privs:
      return store_toggle(settings.skip_drop_privs, text);
    case SettingId::log_level:
      return store(settings.log_level, find_name(level_names, text));
    case SettingId::log_format:
      return store(settings.log_format, find_name(format_names, text));
  }
  return false;
}

void mark_given(Settings& settings, SettingId id) {
  if (id == SettingId::port) {
    settings.port.given = true;
  } else if (id == SettingId::data_dir) {
    settings.data_dir.given = true;
  } else if (id == SettingId::conf) {
    settings.conf.given = true;
  } else if (id == SettingId::overrides_file) {
    settings.overrides_file.given = true;
  }
}

std::string complaint(const SettingSpec& spec, const RawSetting& raw) {
  const std::string name = raw.origin == Origin::flag ? flag_of(spec) : std::string(spec.name);
  // Words may hold a password.
  const std::string value = spec.kind == words ? "" : "=" + raw.text;
  return name + value + ": accepted is " + std::string(accepted(spec.kind));
}

bool is_only_a_wish(const SettingSpec& spec, Origin origin) {
  return origin == Origin::environment && (spec.kind == log_level || spec.kind == log_format);
}

}  // namespace

std::span<const SettingSpec> setting_specs() {
  return specs;
}

const SettingSpec& spec_of(SettingId id) {
  return *std::find_if(specs.begin(), specs.end(),
                       [id](const SettingSpec& spec) { return spec.id == id; });
}

std::string flag_of(const SettingSpec& spec) {
  constexpr std::string_view prefix = "REDIS_";
  std::string_view name = spec.name;
  if (name.starts_with(prefix)) {
    name.remove_prefix(prefix.size());
  }
  std::string flag = "--" + lower(name);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string_view accepted(SettingKind kind) {
  switch (kind) {
    case port:
      return "a port from 1 to 65535";
    case path:
      return "a path";
    case words:
      return "words, with every quote closed";
    case milliseconds:
      return "milliseconds from 1 to 86400000";
    case toggle:
      return "on unless empty, 0, false, no or off";
    case log_level:
      return "trace, debug, info, warn, error, critical or off";
    case log_format:
      return "text or json";
  }
  return {};
}

std::string settings_markdown() {
  std::string rows = "| name | default | meaning | accepted | since |\n|---|---|---|---|---|\n";
  for (const SettingSpec& spec : specs) {
    const std::string fallback = spec.fallback.empty() ? "unset" : std::string(spec.fallback);
    rows += "| `" + std::string(spec.name) + "` | " + fallback + " | " + std::string(spec.meaning) +
            " | " + std::string(accepted(spec.kind)) + " | " + std::string(spec.since) + " |\n";
  }
  return rows;
}

Result<ParsedSettings> parse_settings(const RawSettings& raw, std::string_view cwd) {
  ParsedSettings parsed;
  for (const SettingSpec& spec : specs) {
    const auto found = raw.find(spec.id);
    const bool empty_path = found != raw.end() && spec.kind == path && found->second.text.empty();
    if (found != raw.end() && !empty_path &&
        apply(parsed.settings, spec.id, found->second.text, cwd)) {
      mark_given(parsed.settings, spec.id);
      continue;
    }
    if (found != raw.end()) {
      const RawSetting& bad = found->second;
      if (!is_only_a_wish(spec, bad.origin)) {
        return Error{bad.origin == Origin::flag ? ExitCode::usage : ExitCode::config,
                     complaint(spec, bad)};
      }
      parsed.warnings.push_back(complaint(spec, bad) + "; " + std::string(spec.fallback) +
                                " is used");
    }
    apply(parsed.settings, spec.id, spec.fallback, cwd);
  }
  return parsed;
}

bool is_on(std::string_view text) {
  constexpr std::array<std::string_view, 5> off{"", "0", "false", "no", "off"};
  return std::find(off.begin(), off.end(), lower(trim(text))) == off.end();
}

std::string absolute_path(std::string_view path, std::string_view cwd) {
  if (path.starts_with('/')) {
    return std::string(path);
  }
  return std::string(cwd) + (cwd.ends_with('/') ? "" : "/") + std::string(path);
}

}  // namespace dkr
