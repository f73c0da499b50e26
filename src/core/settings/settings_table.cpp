#include "dkr/core/settings/settings_table.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/base/text.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {
namespace {

using enum SettingKind;

constexpr std::array specs{
    SettingSpec{SettingId::port, port, "REDIS_PORT", "6379",
                "Port of the server; written into its configuration when given.", "6.0",
                &Settings::port},
    SettingSpec{SettingId::data_dir, path, "REDIS_DATA_DIR", "/data",
                "The volume: data, and the configuration that the server rewrites.", "6.0",
                &Settings::data_dir},
    SettingSpec{SettingId::conf, path, "REDIS_CONF", "/etc/redis/redis.conf",
                "Configuration copied into the volume when that has none.", "6.0", &Settings::conf},
    SettingSpec{SettingId::overrides_file, path, "REDIS_OVERRIDES_FILE", "",
                "Read-only overlay, kept as the last include of the configuration.", "6.0",
                &Settings::overrides_file},
    SettingSpec{SettingId::server_args, words, "REDIS_SERVER_ARGS", "",
                "More arguments for the server, split as a shell would.", "6.0",
                &Settings::server_args},
    SettingSpec{SettingId::extra_flags, words, "REDIS_EXTRA_FLAGS", "",
                "The same; follows REDIS_SERVER_ARGS.", "6.0", &Settings::extra_flags},
    SettingSpec{SettingId::stop_timeout_ms, milliseconds, "REDIS_STOP_TIMEOUT_MS", "9000",
                "From the first SIGTERM or SIGINT to SIGKILL of the server.", "6.0",
                &Settings::stop_timeout},
    SettingSpec{SettingId::skip_fix_perms, toggle, "SKIP_FIX_PERMS", "",
                "Leave the owners of the files in the volume alone.", "6.0",
                &Settings::skip_fix_perms},
    SettingSpec{SettingId::skip_drop_privs, toggle, "SKIP_DROP_PRIVS", "",
                "Stay root instead of becoming the user redis (or valkey).", "6.0",
                &Settings::skip_drop_privs},
    SettingSpec{SettingId::sentinel, toggle, "SENTINEL", "", "Be a sentinel, not a data node.",
                "6.0", &Settings::sentinel},
    SettingSpec{SettingId::sentinel_host, hosts, "REDIS_SENTINEL_SERVICE_HOST", "",
                "Where the sentinels answer; a name stands for all its addresses.", "6.0",
                &Settings::sentinel_hosts},
    SettingSpec{SettingId::sentinel_service_port, port, "REDIS_SENTINEL_SERVICE_PORT", "26379",
                "Their port, where none is given with the host.", "6.0",
                &Settings::sentinel_service_port},
    SettingSpec{SettingId::group, name, "REDIS_GROUP", "redis", "The group (master name).", "6.0",
                &Settings::group},
    SettingSpec{SettingId::quorum, count, "REDIS_QUORUM", "2",
                "Sentinels that have to find the master down before a failover.", "6.0",
                &Settings::quorum},
    SettingSpec{SettingId::down_after_ms, milliseconds, "REDIS_DOWN_AFTER_MS", "60000",
                "Silence after which a sentinel takes a server for down.", "6.0",
                &Settings::down_after},
    SettingSpec{SettingId::failover_timeout, milliseconds, "REDIS_FAILOVER_TIMEOUT", "180000",
                "Time of a failover; twice that passes between two tries.", "6.0",
                &Settings::failover_timeout},
    SettingSpec{SettingId::parallel_syncs, count, "REDIS_PARALLEL_SYNCS", "1",
                "Replicas that follow a new master at the same time.", "6.0",
                &Settings::parallel_syncs},
    SettingSpec{SettingId::info_period_ms, milliseconds, "REDIS_SENTINEL_INFO_PERIOD_MS", "1000",
                "How often this sentinel asks each server for its role; Sentinel's own value is "
                "10000.",
                "7.0", &Settings::info_period},
    SettingSpec{SettingId::master_host, host, "REDIS_MASTER_HOST", "",
                "Master to start from when no sentinel answers.", "6.0", &Settings::master_host},
    SettingSpec{SettingId::master_port, port, "REDIS_MASTER_PORT", "6379", "Its port.", "6.0",
                &Settings::master_port},
    SettingSpec{SettingId::peers, hosts, "REDIS_PEERS", "",
                "The group's data nodes; a name stands for all its addresses.", "6.0",
                &Settings::peers},
    SettingSpec{SettingId::sentinel_port, port, "REDIS_SENTINEL_PORT", "26379",
                "Port of this sentinel.", "6.0", &Settings::sentinel_port},
    SettingSpec{SettingId::announce_host, host, "REDIS_ANNOUNCE_HOST", "",
                "Host told to the others; a name (not an address) needs 6.2 and switches host "
                "names on.",
                "6.0", &Settings::announce_host},
    SettingSpec{SettingId::announce_port, port, "REDIS_ANNOUNCE_PORT", "",
                "Port told to the others.", "6.0", &Settings::announce_port},
    SettingSpec{SettingId::boot_timeout_ms, patience, "REDIS_BOOT_TIMEOUT_MS", "0",
                "How long a new sentinel waits for its master.", "6.0", &Settings::boot_timeout},
    SettingSpec{SettingId::join, join, "REDIS_JOIN", "auto",
                "force: a member gives up data that is not the group's, and joins.", "6.0",
                &Settings::join_force},
    SettingSpec{SettingId::peer_wait_ms, milliseconds, "REDIS_PEER_WAIT_MS", "60000",
                "How long a named master without data waits for peers that may have it.", "6.0",
                &Settings::peer_wait},
    SettingSpec{SettingId::sentinel_wait_ms, milliseconds, "REDIS_SENTINEL_WAIT_MS", "10000",
                "How long a former master waits to be named.", "6.0", &Settings::sentinel_wait},
    SettingSpec{SettingId::accept_data_loss, toggle, "REDIS_ACCEPT_DATA_LOSS", "",
                "A named master serves what it has, though a replica has more.", "6.0",
                &Settings::accept_data_loss},
    SettingSpec{SettingId::fence, toggle, "REDIS_FENCE", "on",
                "A master that may have been replaced takes no writes.", "6.0", &Settings::fence},
    SettingSpec{SettingId::fence_after_ms, milliseconds, "REDIS_FENCE_AFTER_MS", "",
                "Silence of most sentinels after which a master counts as cut off; unset: half of "
                "what they call down, at most 5000.",
                "6.0", &Settings::fence_after},
    SettingSpec{SettingId::on_crash, on_crash, "REDIS_ON_CRASH", "auto",
                "What follows when the server of the group's master crashes: it is started again "
                "at once, a replica takes over, or the container ends.",
                "6.0", &Settings::on_crash},
    SettingSpec{SettingId::health_port, port, "REDIS_HEALTH_PORT", "",
                "Port of the health endpoint (HTTP); unset: none.", "6.0", &Settings::health_port},
    SettingSpec{SettingId::live_timeout_ms, milliseconds, "REDIS_LIVE_TIMEOUT_MS", "30000",
                "How long a server that neither answers nor shows progress counts as live.", "6.0",
                &Settings::live_timeout},
    SettingSpec{SettingId::ready_max_lag, bytes, "REDIS_READY_MAX_LAG", "",
                "How far a replica that counts as ready may be behind its master; unset: as far as "
                "it likes.",
                "6.0", &Settings::ready_max_lag},
    SettingSpec{SettingId::username, name, "REDIS_USERNAME", "",
                "ACL user that replicas, sentinels and we log in as; the configuration defines it.",
                "6.0", &Settings::username},
    SettingSpec{SettingId::password, secret, "REDIS_PASSWORD", "", "Password of the data nodes.",
                "6.0", &Settings::password},
    SettingSpec{SettingId::master_password, secret, "REDIS_MASTER_PASSWORD", "",
                "Password towards the master, where it is not REDIS_PASSWORD.", "6.0",
                &Settings::master_password},
    SettingSpec{SettingId::sentinel_password, secret, "REDIS_SENTINEL_PASSWORD", "",
                "Password of the sentinels.", "6.0", &Settings::sentinel_password},
    SettingSpec{SettingId::tls_cert_file, path, "REDIS_TLS_CERT_FILE", "",
                "Certificate; with it the servers speak TLS only.", "6.0",
                &Settings::tls_cert_file},
    SettingSpec{SettingId::tls_key_file, path, "REDIS_TLS_KEY_FILE", "", "Its key.", "6.0",
                &Settings::tls_key_file},
    SettingSpec{SettingId::tls_ca_file, path, "REDIS_TLS_CA_FILE", "",
                "Authority that signed the others' certificates; with it we speak TLS to them.",
                "6.0", &Settings::tls_ca_file},
    SettingSpec{SettingId::log_level, log_level, "LOG_LEVEL", "info",
                "Least severe of our own messages that is written.", "6.0", &Settings::log_level},
    SettingSpec{SettingId::log_format, log_format, "LOG_FORMAT", "text",
                "Form of our own messages, on standard error.", "6.0", &Settings::log_format},
};

}  // namespace

std::span<const SettingSpec> setting_specs() {
  return specs;
}

const SettingSpec& spec_of(SettingId id) {
  return *std::find_if(specs.begin(), specs.end(),
                       [id](const SettingSpec& spec) { return spec.id == id; });
}

Error refused(SettingId id, const std::string& value, const std::string& why) {
  return {ExitCode::config, std::string(spec_of(id).name) + "=" + value + ": " + why};
}

std::string file_name_of(const SettingSpec& spec) {
  return std::string(spec.name) + "_FILE";
}

std::string flag_of(const SettingSpec& spec) {
  constexpr std::string_view prefix = "REDIS_";
  std::string flag = spec.kind == secret ? file_name_of(spec) : std::string(spec.name);
  flag = "--" + lower(flag.substr(flag.starts_with(prefix) ? prefix.size() : 0));
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string_view accepted(SettingKind kind) {
  switch (kind) {
    case port:
      return "a port from 1 to 65535";
    case count:
      return "a number from 1 to 1000";
    case path:
      return "a path";
    case words:
      return "words, with every quote closed";
    case milliseconds:
      return "milliseconds from 1 to 86400000";
    case patience:
      return "milliseconds up to 86400000; 0: as long as it takes";
    case bytes:
      return "bytes, with an optional kb, mb or gb";
    case toggle:
      return "on unless empty, 0, false, no or off";
    case join:
      return "auto or force";
    case name:
      return "letters, digits, '.', '-' and '_'";
    case host:
      return "a host name or an address";
    case hosts:
      return "a comma list of hosts, each with an optional :port";
    case secret:
      return "1 to 512 bytes without a line end; or NAME_FILE, a file that holds it";
    case on_crash:
      return "auto, restart, failover or exit";
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

}  // namespace dkr
