#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

template <class T>
Result<ParsedSettings> parse(Setting<T> Settings::*member, const std::string& text,
                             Origin origin = Origin::environment) {
  return parse_settings({{&spec_of(member), {text, origin}}}, "/here");
}

TEST(Settings, DefaultsAreThoseOfTheTable) {
  const auto parsed = parse_settings({}, "/");
  ASSERT_TRUE(parsed);
  const Settings& settings = parsed->settings;
  EXPECT_EQ(settings.port.value, 6379);
  EXPECT_FALSE(settings.port.given);
  EXPECT_EQ(settings.data_dir.value, "/data");
  EXPECT_EQ(settings.conf.value, "/etc/redis/redis.conf");
  EXPECT_FALSE(settings.overrides_file.given);
  EXPECT_TRUE(settings.server_args.value.empty());
  EXPECT_EQ(settings.stop_timeout.value, std::chrono::milliseconds(9000));
  EXPECT_FALSE(settings.skip_fix_perms.value);
  EXPECT_FALSE(settings.skip_drop_privs.value);
  EXPECT_EQ(settings.log_level.value, LogLevel::info);
  EXPECT_EQ(settings.log_format.value, LogFormat::text);
  EXPECT_TRUE(parsed->warnings.empty());
}

TEST(Settings, FlagsFollowFromNames) {
  EXPECT_EQ(flag_of(spec_of(&Settings::data_dir)), "--data-dir");
  EXPECT_EQ(flag_of(spec_of(&Settings::skip_drop_privs)), "--skip-drop-privs");
  EXPECT_EQ(flag_of(spec_of(&Settings::password)), "--password-file");
}

struct SecretRow {
  std::string given;
  std::string in_file;
  std::string taken;
};

TEST(Settings, ASecretThatIsGivenTwiceMustBeOne) {
  const std::vector<SecretRow> rows{
      {"", "s", "s"},       {"", "s\r\n\n", "s"}, {"s", "s", "s"},       {"s", "s\n", "s"},
      {"s", "t", "differ"}, {"s", "", "differ"},  {"s", " s", "differ"},
  };
  for (const SecretRow& row : rows) {
    RawSetting setting{row.given, Origin::environment, "/run/secrets/p"};
    const auto taken = take_secret(spec_of(&Settings::password), setting, row.in_file);
    EXPECT_EQ(taken ? setting.text : "differ", row.taken) << row.given << row.in_file;
    if (!taken) {
      EXPECT_EQ(taken.error().text,
                "REDIS_PASSWORD and REDIS_PASSWORD_FILE: they differ; accepted is one password");
    }
  }
}

struct Refusal {
  const SettingSpec& setting;
  std::string text;
  std::string line;
};

TEST(Settings, RefusesInOneLine) {
  const std::string port = ": accepted is a port from 1 to 65535";
  const std::string wait = ": accepted is milliseconds from 1 to 86400000";
  const std::vector<Refusal> rows{
      {spec_of(&Settings::port), "0", "REDIS_PORT=0" + port},
      {spec_of(&Settings::port), "70000", "REDIS_PORT=70000" + port},
      {spec_of(&Settings::port), "-1", "REDIS_PORT=-1" + port},
      {spec_of(&Settings::port), "63x", "REDIS_PORT=63x" + port},
      {spec_of(&Settings::port), " 63", "REDIS_PORT= 63" + port},
      {spec_of(&Settings::port), "99999999999999999999", "REDIS_PORT=99999999999999999999" + port},
      {spec_of(&Settings::stop_timeout), "0", "REDIS_STOP_TIMEOUT_MS=0" + wait},
      {spec_of(&Settings::stop_timeout), "9s", "REDIS_STOP_TIMEOUT_MS=9s" + wait},
      {spec_of(&Settings::server_args), "--requirepass 's3cret",
       "REDIS_SERVER_ARGS: accepted is words, with every quote closed"},
      {spec_of(&Settings::quorum), "0", "REDIS_QUORUM=0: accepted is a number from 1 to 1000"},
      {spec_of(&Settings::boot_timeout), "-1",
       "REDIS_BOOT_TIMEOUT_MS=-1: accepted is milliseconds up to 86400000; 0: no limit"},
      {spec_of(&Settings::group), "a b",
       "REDIS_GROUP=a b: accepted is letters, digits, '.', '-' and '_'"},
      {spec_of(&Settings::master_host), "a:1",
       "REDIS_MASTER_HOST=a:1: accepted is a host name or an address"},
      {spec_of(&Settings::peers), "a,,b",
       "REDIS_PEERS=a,,b: accepted is a comma-separated list of hosts, each with an optional "
       ":port"},
      {spec_of(&Settings::password), "s3cret\n",
       "REDIS_PASSWORD: accepted is 1 to 512 bytes without a line end; or NAME_FILE, a file that "
       "holds it"},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_settings({{&row.setting, {row.text, Origin::environment}}}, "/here");
    ASSERT_FALSE(parsed) << row.line;
    EXPECT_EQ(parsed.error().text, row.line);
    EXPECT_EQ(parsed.error().status, ExitStatus::config);
  }
  EXPECT_FALSE(parse(&Settings::data_dir, "", Origin::flag));
  const auto flag = parse(&Settings::log_level, "loud", Origin::flag);
  ASSERT_FALSE(flag);
  EXPECT_EQ(flag.error().status, ExitStatus::usage);
  EXPECT_EQ(flag.error().text,
            "--log-level=loud: accepted is trace, debug, info, warn, error, critical or off");
}

TEST(Settings, SomeHoldOnlyTogether) {
  const auto refusal = [](const std::vector<const SettingSpec*>& given) {
    RawSettings raw;
    for (const SettingSpec* spec : given) {
      raw[spec] = {"x", Origin::environment};
    }
    const auto parsed = parse_settings(raw, "/");
    return parsed ? std::string() : parsed.error().text;
  };
  const SettingSpec* const certificate = &spec_of(&Settings::tls_cert_file);
  const SettingSpec* const key = &spec_of(&Settings::tls_key_file);
  const SettingSpec* const authority = &spec_of(&Settings::tls_ca_file);
  const SettingSpec* const username = &spec_of(&Settings::username);
  EXPECT_EQ(refusal({certificate}),
            "REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE: accepted is both or neither");
  EXPECT_EQ(refusal({certificate, key}),
            "REDIS_TLS_CERT_FILE: accepted only with REDIS_TLS_CA_FILE");
  EXPECT_EQ(refusal({username}), "REDIS_USERNAME: accepted only with REDIS_PASSWORD");
  EXPECT_EQ(refusal({certificate, key, authority}), "");
  EXPECT_EQ(refusal({authority, username, &spec_of(&Settings::master_password)}), "");
}

TEST(Settings, WhereToLook) {
  const auto parsed = parse_settings(
      {{&spec_of(&Settings::sentinel_hosts), {"s, [fd00::1]:1,10.0.0.1:2", Origin::environment}},
       {&spec_of(&Settings::sentinel_service_port), {"9", Origin::environment}},
       {&spec_of(&Settings::peers), {"redis", Origin::environment}},
       {&spec_of(&Settings::master_host), {"m", Origin::environment}}},
      "/");
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(sentinel_seeds(parsed->settings),
            (std::vector<Endpoint>{{"s", 9}, {"fd00::1", 1}, {"10.0.0.1", 2}}));
  EXPECT_EQ(peer_seeds(parsed->settings), (std::vector<Endpoint>{{"redis", 6379}}));
  EXPECT_EQ(master_seed(parsed->settings), (Endpoint{"m", 6379}));
  EXPECT_FALSE(master_seed(parse_settings({}, "/")->settings));
}

TEST(Settings, AnUnknownLogWishOnlyWarns) {
  const auto parsed =
      parse_settings({{&spec_of(&Settings::log_level), {"loud", Origin::environment}},
                      {&spec_of(&Settings::log_format), {"xml", Origin::environment}}},
                     "/");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->settings.log_level.value, LogLevel::info);
  EXPECT_EQ(parsed->settings.log_format.value, LogFormat::text);
  ASSERT_EQ(parsed->warnings.size(), 2U);
  EXPECT_EQ(parsed->warnings[1], "LOG_FORMAT=xml: accepted is text or json; text is used");
}

TEST(Settings, LogWordsInAnyCaseAndTheirSynonyms) {
  const std::vector<std::pair<std::string, LogLevel>> rows{
      {"TRACE", LogLevel::trace},  {"Verbose", LogLevel::debug}, {"NOTICE", LogLevel::info},
      {"warning", LogLevel::warn}, {"ERR", LogLevel::error},     {"Fatal", LogLevel::critical},
      {"none", LogLevel::off}};
  for (const auto& [text, level] : rows) {
    const auto parsed = parse(&Settings::log_level, text);
    ASSERT_TRUE(parsed && parsed->warnings.empty()) << text;
    EXPECT_EQ(parsed->settings.log_level.value, level) << text;
  }
  EXPECT_EQ(parse(&Settings::log_format, "JSON")->settings.log_format.value, LogFormat::json);
}

TEST(Settings, GivenValues) {
  const auto port = parse(&Settings::port, "65535");
  EXPECT_EQ(port->settings.port.value, 65535);
  EXPECT_TRUE(port->settings.port.given);
  EXPECT_EQ(parse(&Settings::data_dir, "d")->settings.data_dir.value, "/here/d");
  EXPECT_EQ(parse(&Settings::overrides_file, "/o")->settings.overrides_file.value, "/o");
  for (const char* on : {"1", "yes", "TRUE", "x"}) {
    EXPECT_TRUE(parse(&Settings::skip_fix_perms, on)->settings.skip_fix_perms.value) << on;
  }
  for (const char* off : {"0", "No", "FALSE", " off "}) {
    EXPECT_FALSE(parse(&Settings::skip_fix_perms, off)->settings.skip_fix_perms.value) << off;
  }
  const auto args = parse_settings({{&spec_of(&Settings::extra_flags), {"c", Origin::environment}},
                                    {&spec_of(&Settings::server_args), {"a 'b b'", Origin::flag}}},
                                   "/");
  EXPECT_EQ(extra_arguments(args->settings), (std::vector<std::string>{"a", "b b", "c"}));
}

}  // namespace
}  // namespace dkr
