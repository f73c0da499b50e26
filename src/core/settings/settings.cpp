#include "dkr/core/settings/settings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

using enum SettingKind;

constexpr long long largest_count = 1000;
constexpr std::size_t longest_secret = 512;

using CrashName = std::pair<std::string_view, OnCrash>;
constexpr std::array crash_names{
    CrashName{"auto", OnCrash::automatic}, CrashName{"restart", OnCrash::restart},
    CrashName{"failover", OnCrash::failover}, CrashName{"exit", OnCrash::exit}};

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

/// Writes what was made of a text, if anything, into its place.
template <class To, class From>
bool store(To& to, const std::optional<From>& from) {
  if (from) {
    to = static_cast<To>(*from);
  }
  return from.has_value();
}

/// How each kind of text is read into its place; false when it is not accepted.
struct Reader {
  SettingKind kind;
  std::string_view text;
  std::string_view cwd;

  bool operator()(std::uint16_t& to) const { return store(to, parse_port(text)); }
  bool operator()(int& to) const { return store(to, parse_number(text, 1, largest_count)); }
  bool operator()(std::chrono::milliseconds& to) const {
    return store(to, parse_number(text, kind == patience ? 0 : 1, longest_setting.count()));
  }
  bool operator()(long long& to) const { return store(to, parse_bytes(text)); }
  bool operator()(bool& to) const {
    to = kind == join ? text == "force" : is_on(text);
    return kind != join || to || text == "auto";
  }
  bool operator()(std::vector<std::string>& to) const { return store(to, split_shell_words(text)); }
  bool operator()(std::vector<Endpoint>& to) const { return store(to, parse_endpoints(text)); }
  bool operator()(Secret& to) const {
    to = Secret(std::string(text));
    return !text.empty() && text.size() <= longest_secret &&
           text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  }
  bool operator()(OnCrash& to) const { return store(to, find_name(crash_names, text)); }
  bool operator()(LogLevel& to) const { return store(to, find_name(level_names, text)); }
  bool operator()(LogFormat& to) const { return store(to, find_name(format_names, text)); }
  bool operator()(std::string& to) const {
    to = kind == path && !text.empty() ? absolute_path(text, cwd) : std::string(text);
    switch (kind) {
      case host:
        return is_host(text);
      case name:
        // What Sentinel takes for a master name. Source: sentinel.conf of Redis.
        return is_host(text) && text.find(':') == std::string_view::npos;
      default:
        return !text.empty();
    }
  }
};

/// Reads one text into its place; false when the kind does not accept it.
bool apply(Settings& settings, const SettingSpec& spec, std::string_view text,
           std::string_view cwd) {
  return std::visit(
      [&](auto place) {
        return Reader{spec.kind, text, cwd}((settings.*place).value);
      },
      spec.place);
}

void mark_given(Settings& settings, const SettingSpec& spec) {
  std::visit([&](auto place) { (settings.*place).given = true; }, spec.place);
}

std::string complaint(const SettingSpec& spec, const RawSetting& raw) {
  const std::string name = raw.origin == Origin::flag ? flag_of(spec) : std::string(spec.name);
  // Words may hold a password.
  const bool hidden = spec.kind == words || spec.kind == secret;
  return name + (hidden ? "" : "=" + raw.text) + ": accepted is " +
         std::string(accepted(spec.kind));
}

bool is_only_a_wish(const SettingSpec& spec, Origin origin) {
  return origin == Origin::environment && (spec.kind == log_level || spec.kind == log_format);
}

/// What no setting can say alone.
Result<Done> check_together(const Settings& settings) {
  const auto refuse = [](std::string text) { return Error{ExitCode::config, std::move(text)}; };
  if (settings.tls_cert_file.given != settings.tls_key_file.given) {
    return refuse("REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE: accepted is both or neither");
  }
  if (settings.tls_cert_file.given && !settings.tls_ca_file.given) {
    return refuse("REDIS_TLS_CERT_FILE: accepted only with REDIS_TLS_CA_FILE");
  }
  if (settings.username.given && node_password(settings).empty()) {
    return refuse("REDIS_USERNAME: accepted only with REDIS_PASSWORD");
  }
  return Done{};
}

std::vector<Endpoint> with_port(std::vector<Endpoint> endpoints, std::uint16_t port) {
  for (Endpoint& endpoint : endpoints) {
    endpoint.port = endpoint.port == 0 ? port : endpoint.port;
  }
  return endpoints;
}

}  // namespace

std::vector<std::string> extra_arguments(const Settings& settings) {
  std::vector<std::string> all = settings.server_args.value;
  all.insert(all.end(), settings.extra_flags.value.begin(), settings.extra_flags.value.end());
  return all;
}

bool announces_name(const Settings& settings) {
  return settings.announce_host.given && !is_address(settings.announce_host.value);
}

std::vector<Endpoint> sentinel_seeds(const Settings& settings) {
  return with_port(settings.sentinel_hosts.value, settings.sentinel_service_port.value);
}

std::vector<Endpoint> peer_seeds(const Settings& settings) {
  return with_port(settings.peers.value, settings.port.value);
}

std::optional<Endpoint> master_seed(const Settings& settings) {
  if (!settings.master_host.given) {
    return std::nullopt;
  }
  return Endpoint{settings.master_host.value, settings.master_port.value};
}

const Secret& node_password(const Settings& settings) {
  return settings.master_password.given ? settings.master_password.value : settings.password.value;
}

Result<ParsedSettings> parse_settings(const RawSettings& raw, std::string_view cwd) {
  ParsedSettings parsed;
  for (const SettingSpec& spec : setting_specs()) {
    const auto found = raw.find(spec.id);
    if (found != raw.end() && apply(parsed.settings, spec, found->second.text, cwd)) {
      if (!found->second.injected) {
        mark_given(parsed.settings, spec);
      }
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
    if (!spec.fallback.empty()) {
      apply(parsed.settings, spec, spec.fallback, cwd);
    }
  }
  if (auto checked = check_together(parsed.settings); !checked) {
    return checked.error();
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
