#include "dkr/core/settings/settings_table.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

using Words = std::span<const std::string_view>;

/// A format that settings share: what is accepted, and how it is parsed.
template <class T>
struct Format {
  SettingKind kind;
  std::string_view accepted;
  bool (*read)(T& to, std::string_view text, std::string_view cwd);
  Words choices = {};
};

/// Stores a parsed value. Returns false if there is none.
template <class To, class From>
bool store(To& to, std::optional<From> from) {
  if (!from) {
    return false;
  }
  to = static_cast<To>(*std::move(from));
  return true;
}

template <int least>
bool read_milliseconds(std::chrono::milliseconds& to, std::string_view text,
                       std::string_view /*cwd*/) {
  return store(to, parse_number(text, least, longest_setting.count()));
}

bool read_count(int& to, std::string_view text, std::string_view /*cwd*/) {
  constexpr long long largest = 1000;
  return store(to, parse_number(text, 1, largest));
}

bool read_path(std::string& to, std::string_view text, std::string_view cwd) {
  to = absolute_path(text, cwd);
  return !text.empty();
}

bool read_identifier(std::string& to, std::string_view text, std::string_view /*cwd*/) {
  to = text;
  return is_group_name(text);
}

bool read_secret(Secret& to, std::string_view text, std::string_view /*cwd*/) {
  constexpr std::size_t longest = 512;
  to = Secret(std::string(text));
  return !text.empty() && text.size() <= longest && !is_reference(text) &&
         text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

constexpr Format<std::uint16_t> port{
    SettingKind::port, "a port from 1 to 65535",
    [](auto& to, auto text, auto /*cwd*/) { return store(to, parse_port(text)); }};
constexpr Format<int> count{SettingKind::value, "a number from 1 to 1000", read_count};
constexpr Format<std::string> path{SettingKind::path, "a path", read_path};
constexpr Format<std::vector<std::string>> words{
    SettingKind::words, "words, with every quote closed",
    [](auto& to, auto text, auto /*cwd*/) { return store(to, split_shell_words(text)); }};
constexpr Format<std::chrono::milliseconds> milliseconds{
    SettingKind::value, "milliseconds from 1 to 86400000", read_milliseconds<1>};
constexpr Format<std::chrono::milliseconds> timeout{
    SettingKind::value, "milliseconds up to 86400000; 0: no limit", read_milliseconds<0>};
constexpr Format<std::chrono::milliseconds> delay{
    SettingKind::value, "milliseconds up to 86400000; 0: never", read_milliseconds<0>};
constexpr Format<long long> bytes{
    SettingKind::value, "bytes, with an optional kb, mb or gb",
    [](auto& to, auto text, auto /*cwd*/) { return store(to, parse_bytes(text)); }};
constexpr Format<bool> toggle{SettingKind::toggle, "on unless empty, 0, false, no or off",
                              [](auto& to, auto text, auto /*cwd*/) {
                                to = is_on(text);
                                return true;
                              }};
constexpr Format<std::string> identifier{SettingKind::value, "letters, digits, '.', '-' and '_'",
                                         read_identifier};
constexpr Format<std::string> host{SettingKind::value, "a host name or an address",
                                   [](auto& to, auto text, auto /*cwd*/) {
                                     to = text;
                                     return is_host(text);
                                   }};
constexpr Format<std::vector<Endpoint>> hosts{
    SettingKind::value, "a comma-separated list of hosts, each with an optional :port",
    [](auto& to, auto text, auto /*cwd*/) { return store(to, parse_endpoints(text)); }};
constexpr Format<Secret> secret{
    SettingKind::secret, "1 to 512 bytes without a line end; or NAME_FILE, a file that holds it",
    read_secret};

/// Synonyms for choices, because they are often set for a whole cluster.
using Synonym = std::pair<std::string_view, std::string_view>;
constexpr std::array synonyms{
    Synonym{"verbose", "debug"},  Synonym{"information", "info"}, Synonym{"notice", "info"},
    Synonym{"warning", "warn"},   Synonym{"err", "error"},        Synonym{"crit", "critical"},
    Synonym{"fatal", "critical"}, Synonym{"none", "off"},         Synonym{"quiet", "off"},
    Synonym{"plain", "text"},     Synonym{"console", "text"},     Synonym{"jsonl", "json"},
    Synonym{"ndjson", "json"}};

/// Parses one of the choices, in any case, as the value at its position.
template <class T, const auto& choices>
bool read_choice(T& to, std::string_view text, std::string_view /*cwd*/) {
  const std::string word = lower(text);
  const auto* synonym = std::find_if(synonyms.begin(), synonyms.end(),
                                     [&](const Synonym& other) { return other.first == word; });
  const auto* found =
      std::find(choices.begin(), choices.end(), synonym == synonyms.end() ? word : synonym->second);
  to = static_cast<T>(found - choices.begin());
  return found != choices.end();
}

template <class T, const auto& choices>
constexpr Format<T> choice{SettingKind::choice, "", read_choice<T, choices>, choices};

using namespace std::string_view_literals;
constexpr std::array join_words{"auto"sv, "force"sv};
constexpr std::array crash_words{"auto"sv, "restart"sv, "failover"sv, "exit"sv};
constexpr std::array level_words{"trace"sv, "debug"sv,    "info"sv, "warn"sv,
                                 "error"sv, "critical"sv, "off"sv};
constexpr std::array format_words{"text"sv, "json"sv};

constexpr const auto& join = choice<bool, join_words>;
constexpr const auto& on_crash = choice<OnCrash, crash_words>;
constexpr const auto& log_level = choice<LogLevel, level_words>;
constexpr const auto& log_format = choice<LogFormat, format_words>;

/// Returns the row of a member. The compiler checks that the format makes values of its type.
template <auto member, const auto& format>
constexpr SettingSpec row(SettingGroup group, std::string_view name, std::string_view fallback,
                          std::string_view meaning, std::string_view since = "6.0") {
  return {group,
          format.kind,
          name,
          fallback,
          meaning,
          since,
          format.accepted,
          format.choices,
          [](Settings& settings, std::string_view text, std::string_view cwd) {
            return format.read((settings.*member).value, text, cwd);
          },
          [](Settings& settings) -> bool& { return (settings.*member).given; }};
}

constexpr std::array specs{
    row<&Settings::port, port>(SettingGroup::server, "REDIS_PORT", "6379",
                               "Port of the server; written to its configuration when given."),
    row<&Settings::data_dir, path>(
        SettingGroup::server, "REDIS_DATA_DIR", "/data",
        "The volume: the data, and the configuration that the server rewrites."),
    row<&Settings::conf, path>(SettingGroup::server, "REDIS_CONF", "/etc/redis/redis.conf",
                               "Configuration copied to a volume that has none."),
    row<&Settings::overrides_file, path>(
        SettingGroup::server, "REDIS_OVERRIDES_FILE", "",
        "Read-only overlay, kept as the last include of the configuration."),
    row<&Settings::server_args, words>(
        SettingGroup::server, "REDIS_SERVER_ARGS", "",
        "Additional arguments for the server, split as a shell would."),
    row<&Settings::extra_flags, words>(SettingGroup::server, "REDIS_EXTRA_FLAGS", "",
                                       "More arguments, added after REDIS_SERVER_ARGS."),
    row<&Settings::stop_timeout, milliseconds>(
        SettingGroup::server, "REDIS_STOP_TIMEOUT_MS", "9000",
        "Time from the first SIGTERM or SIGINT until the server is killed (SIGKILL)."),
    row<&Settings::skip_fix_perms, toggle>(
        SettingGroup::server, "SKIP_FIX_PERMS", "",
        "Leaves the owners of the files in the volume as they are."),
    row<&Settings::skip_drop_privs, toggle>(
        SettingGroup::server, "SKIP_DROP_PRIVS", "",
        "Stays root instead of becoming the user redis (or valkey)."),
    row<&Settings::group, identifier>(SettingGroup::group, "REDIS_GROUP", "redis",
                                      "Name of the group (Sentinel's master name)."),
    row<&Settings::sentinel_hosts, hosts>(
        SettingGroup::group, "REDIS_SENTINEL_SERVICE_HOST", "",
        "Hosts of the sentinels; a name stands for all its addresses."),
    row<&Settings::sentinel_service_port, port>(
        SettingGroup::group, "REDIS_SENTINEL_SERVICE_PORT", "26379",
        "Port of the sentinels that are given without one."),
    row<&Settings::master_host, host>(SettingGroup::group, "REDIS_MASTER_HOST", "",
                                      "Master to start from when no sentinel answers."),
    row<&Settings::master_port, port>(SettingGroup::group, "REDIS_MASTER_PORT", "6379",
                                      "Port of REDIS_MASTER_HOST."),
    row<&Settings::peers, hosts>(SettingGroup::group, "REDIS_PEERS", "",
                                 "Data nodes of the group; a name stands for all its addresses."),
    row<&Settings::announce_host, host>(SettingGroup::group, "REDIS_ANNOUNCE_HOST", "",
                                        "Host announced to other nodes; a name (not an address) "
                                        "needs Redis 6.2 and turns host names on."),
    row<&Settings::announce_port, port>(SettingGroup::group, "REDIS_ANNOUNCE_PORT", "",
                                        "Port announced to other nodes."),
    row<&Settings::sentinel, toggle>(SettingGroup::sentinel, "SENTINEL", "",
                                     "Runs a sentinel instead of a data node."),
    row<&Settings::sentinel_port, port>(SettingGroup::sentinel, "REDIS_SENTINEL_PORT", "26379",
                                        "Port of this sentinel."),
    row<&Settings::groups_file, path>(
        SettingGroup::sentinel, "REDIS_GROUPS_FILE", "/etc/redis/groups.conf",
        "Groups that the sentinels monitor, in the words of sentinel.conf; used where it is there.",
        "6.2"),
    row<&Settings::quorum, count>(
        SettingGroup::sentinel, "REDIS_QUORUM", "2",
        "Number of sentinels that must find the master down before a failover."),
    row<&Settings::down_after, milliseconds>(
        SettingGroup::sentinel, "REDIS_DOWN_AFTER_MS", "60000",
        "Time without an answer after which a sentinel considers a server down."),
    row<&Settings::failover_timeout, milliseconds>(
        SettingGroup::sentinel, "REDIS_FAILOVER_TIMEOUT", "180000",
        "Timeout of a failover; the next attempt follows after twice this time."),
    row<&Settings::parallel_syncs, count>(
        SettingGroup::sentinel, "REDIS_PARALLEL_SYNCS", "1",
        "Number of replicas that resync with a new master at the same time."),
    row<&Settings::info_period, milliseconds>(
        SettingGroup::sentinel, "REDIS_SENTINEL_INFO_PERIOD_MS", "1000",
        "How often this sentinel asks each server for its role; Sentinel's own default is 10000.",
        "7.0"),
    row<&Settings::boot_timeout, timeout>(SettingGroup::sentinel, "REDIS_BOOT_TIMEOUT_MS", "0",
                                          "How long a new sentinel waits for its master."),
    row<&Settings::prune_after, delay>(
        SettingGroup::sentinel, "REDIS_PRUNE_AFTER_MS", "60000",
        "How long a server must have been gone before a sentinel or the fence forgets it.", "6.2"),
    row<&Settings::fence, toggle>(SettingGroup::safety, "REDIS_FENCE", "on",
                                  "Refuses writes on a master that may have been replaced."),
    row<&Settings::fence_after, milliseconds>(
        SettingGroup::safety, "REDIS_FENCE_AFTER_MS", "",
        "Time without an answer from most sentinels after which a master counts as cut off; unset: "
        "half of the sentinels' down-after-milliseconds, at most 5000."),
    row<&Settings::on_crash, on_crash>(
        SettingGroup::safety, "REDIS_ON_CRASH", "auto",
        "What follows when the server of the group's master crashes: it is restarted at once, a "
        "replica takes over, or the container ends; auto: whichever of the first two takes less "
        "time."),
    row<&Settings::sentinel_wait, milliseconds>(SettingGroup::safety, "REDIS_SENTINEL_WAIT_MS",
                                                "10000",
                                                "How long a former master waits for Sentinel to "
                                                "name a master before it starts closed to writes."),
    row<&Settings::peer_wait, milliseconds>(SettingGroup::safety, "REDIS_PEER_WAIT_MS", "60000",
                                            "How long a node that Sentinel names the master but "
                                            "that has no data waits for peers that may have it."),
    row<&Settings::join_force, join>(
        SettingGroup::safety, "REDIS_JOIN", "auto",
        "force: a member gives up data that is not the group's, and joins."),
    row<&Settings::accept_data_loss, toggle>(
        SettingGroup::safety, "REDIS_ACCEPT_DATA_LOSS", "",
        "Lets the master serve even if a replica has newer data."),
    row<&Settings::health_port, port>(SettingGroup::health, "REDIS_HEALTH_PORT", "",
                                      "Port of the health endpoint (HTTP); unset: none."),
    row<&Settings::live_timeout, milliseconds>(
        SettingGroup::health, "REDIS_LIVE_TIMEOUT_MS", "30000",
        "How long a server that neither answers nor shows progress counts as live."),
    row<&Settings::ready_max_lag, bytes>(
        SettingGroup::health, "REDIS_READY_MAX_LAG", "",
        "How far a ready replica may be behind its master; unset: no limit."),
    row<&Settings::username, identifier>(
        SettingGroup::security, "REDIS_USERNAME", "",
        "ACL user that replicas, sentinels and dkr-redis log in as; the configuration defines it."),
    row<&Settings::password, secret>(SettingGroup::security, "REDIS_PASSWORD", "",
                                     "Password of the data nodes."),
    row<&Settings::master_password, secret>(SettingGroup::security, "REDIS_MASTER_PASSWORD", "",
                                            "Password of the master, if it is not REDIS_PASSWORD."),
    row<&Settings::sentinel_password, secret>(SettingGroup::security, "REDIS_SENTINEL_PASSWORD", "",
                                              "Password of the sentinels."),
    row<&Settings::tls_cert_file, path>(SettingGroup::security, "REDIS_TLS_CERT_FILE", "",
                                        "Certificate; with it, the servers speak only TLS."),
    row<&Settings::tls_key_file, path>(SettingGroup::security, "REDIS_TLS_KEY_FILE", "",
                                       "Key of REDIS_TLS_CERT_FILE."),
    row<&Settings::tls_ca_file, path>(SettingGroup::security, "REDIS_TLS_CA_FILE", "",
                                      "Authority that signed the certificates of the others; with "
                                      "it, dkr-redis and the servers connect to them with TLS."),
    row<&Settings::log_level, log_level>(
        SettingGroup::logging, "LOG_LEVEL", "info",
        "Lowest level of the messages of dkr-redis that are written."),
    row<&Settings::log_format, log_format>(
        SettingGroup::logging, "LOG_FORMAT", "text",
        "Format of the messages of dkr-redis, on standard error."),
};

/// Stands for a value of any type, to count the members of Settings.
struct AnyValue {
  template <class T>
  operator T() const;  // NOLINT(google-explicit-constructor)
};

template <std::size_t... each>
constexpr bool has_members(std::index_sequence<each...> /*as many*/) {
  return requires {
    Settings{(static_cast<void>(each), AnyValue{})...};
  };
}

constexpr bool has_one_row_each() {
  for (const SettingSpec& spec : specs) {
    if (std::count_if(specs.begin(), specs.end(), [&](const SettingSpec& other) {
          return other.given == spec.given || other.name == spec.name;
        }) != 1) {
      return false;
    }
  }
  return true;
}

static_assert(has_members(std::make_index_sequence<specs.size()>()) &&
                  !has_members(std::make_index_sequence<specs.size() + 1>()),
              "each member of Settings needs a row");
static_assert(has_one_row_each(), "a member or a name has two rows");

}  // namespace

bool is_group_name(std::string_view name) {
  return is_host(name) && name.find(':') == std::string_view::npos;
}

std::span<const SettingSpec> setting_specs() {
  return specs;
}

const SettingSpec& spec_of(Settings& settings, const bool& given) {
  return *std::find_if(specs.begin(), specs.end(),
                       [&](const SettingSpec& spec) { return &spec.given(settings) == &given; });
}

Error refused(const SettingSpec& spec, const std::string& value, const std::string& why) {
  return {ExitStatus::config, std::string(spec.name) + "=" + value + ": " + why};
}

std::string file_name_of(const SettingSpec& spec) {
  return std::string(spec.name) + "_FILE";
}

std::string flag_of(const SettingSpec& spec) {
  constexpr std::string_view prefix = "REDIS_";
  std::string flag = spec.kind == SettingKind::secret ? file_name_of(spec) : std::string(spec.name);
  flag = "--" + lower(flag.substr(flag.starts_with(prefix) ? prefix.size() : 0));
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string accepted(const SettingSpec& spec) {
  std::string text(spec.format);
  for (const std::string_view& word : spec.choices) {
    const bool first = &word == &spec.choices.front();
    text += (first ? "" : &word == &spec.choices.back() ? " or " : ", ") + std::string(word);
  }
  return text;
}

std::string_view title_of(SettingGroup group) {
  switch (group) {
    case SettingGroup::server:
      return "Server";
    case SettingGroup::group:
      return "Group";
    case SettingGroup::sentinel:
      return "Sentinel";
    case SettingGroup::safety:
      return "Safety";
    case SettingGroup::health:
      return "Health";
    case SettingGroup::security:
      return "Security";
    case SettingGroup::logging:
      return "Logging";
  }
  return {};
}

}  // namespace dkr
