#include "dkr/core/settings/raw_settings.hpp"

#include <utility>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

std::string name_of(const SettingSpec& spec, const RawSetting& raw) {
  return raw.origin == Origin::flag ? flag_of(spec) : std::string(spec.name);
}

bool may_hold_secret(const SettingSpec& spec) {
  return spec.kind == SettingKind::secret || spec.kind == SettingKind::words;
}

std::string complaint(const SettingSpec& spec, const RawSetting& raw) {
  if (spec.kind == SettingKind::secret && is_reference(raw.text)) {
    return name_of(spec, raw) + "=" + raw.text +
           ": nobody has filled in this reference; accepted is " + accepted(spec);
  }
  return name_of(spec, raw) + (may_hold_secret(spec) ? "" : "=" + raw.text) + ": accepted is " +
         accepted(spec);
}

bool only_warns(const SettingSpec& spec, Origin origin) {
  return origin == Origin::environment && spec.group == SettingGroup::logging;
}

/// Checks the settings that depend on each other.
Result<Done> check_together(const Settings& settings) {
  const auto refuse = [](std::string text) { return Error{ExitStatus::config, std::move(text)}; };
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

}  // namespace

Result<Done> take_secret(const SettingSpec& spec, RawSetting& setting, std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) {
    text.pop_back();
  }
  if (!setting.text.empty() && setting.text != text) {
    return Error{ExitStatus::config, std::string(spec.name) + " and " + file_name_of(spec) +
                                         ": they differ; accepted is one password"};
  }
  setting.text = std::move(text);
  return Done{};
}

Result<ParsedSettings> parse_settings(const RawSettings& raw, std::string_view cwd) {
  ParsedSettings parsed;
  for (const SettingSpec& spec : setting_specs()) {
    const auto found = raw.find(&spec);
    if (found != raw.end() && spec.read(parsed.settings, found->second.text, cwd)) {
      spec.given(parsed.settings) = !found->second.injected;
      continue;
    }
    if (found != raw.end()) {
      const RawSetting& bad = found->second;
      if (!only_warns(spec, bad.origin)) {
        return Error{bad.origin == Origin::flag ? ExitStatus::usage : ExitStatus::config,
                     complaint(spec, bad)};
      }
      parsed.warnings.push_back(complaint(spec, bad) + "; " + std::string(spec.fallback) +
                                " is used");
    }
    if (!spec.fallback.empty()) {
      spec.read(parsed.settings, spec.fallback, cwd);
    }
  }
  if (auto checked = check_together(parsed.settings); !checked) {
    return checked.error();
  }
  return parsed;
}

std::string describe(const RawSettings& raw) {
  std::string text;
  for (const auto& [spec, setting] : raw) {
    text += (text.empty() ? "" : ", ") + name_of(*spec, setting);
    if (!setting.file.empty()) {
      text += " (from " + setting.file + ")";
    } else {
      text += may_hold_secret(*spec) ? " (not shown)" : "=" + setting.text;
    }
    text += setting.injected ? " (set by Kubernetes)" : "";
  }
  return text.empty() ? "none" : text;
}

}  // namespace dkr
