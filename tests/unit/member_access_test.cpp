#include "dkr/core/conf/member_access.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

const std::string users_file = "user default on nopass ~* +@all\nuser app on #0a1b ~* +@all\n";

ServerConf conf_of(const Settings& settings, const std::string& text,
                   const std::vector<std::string>& args = {}) {
  ServerCommand command;
  command.args = args;
  return make_server_conf(settings, command, {}, {ConfSource::Home::volume, "/x.conf", text},
                          [](const std::string& path) {
                            return path == "/users.acl" ? std::vector{users_file}
                                                        : std::vector<std::string>{};
                          });
}

TEST(MemberAccess, APasswordThatTheConfigurationTellsIsKnown) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"requirepass open\n", "open"},
      {"requirepass \"\"\n", ""},
      {"user default on >open ~* +@all\n", "open"},
      {"requirepass old\nuser default on >open ~* +@all\n", "open"},
      {"requirepass open\nuser default on #0a1b ~* +@all\n", "open"},
      {"requirepass old\nuser default on nopass ~* +@all\n", "old"},
      {"user default on #0a1b ~* +@all\n", ""},
      {"user default off >open\n", ""},
      {"user app on >other +@all\n", ""},
      {"requirepass old\naclfile /users.acl\n", ""},
      {"requirepass old\naclfile /missing\n", ""},
  };
  for (const auto& [text, password] : rows) {
    EXPECT_EQ(told_password(conf_of({}, text)).reveal(), password) << text;
  }
}

struct Row {
  std::string user;      ///< REDIS_USERNAME
  std::string password;  ///< REDIS_PASSWORD, or what the configuration tells
  std::string text;
  std::string refusal;
};

TEST(MemberAccess, WhatCouldNeverOpenIsRefused) {
  const std::string commands =
      "; accepted in a group is one that may use INFO, CONFIG, REPLICAOF and CLIENT";
  const std::string names =
      ": accepted in a group is one that leaves INFO, CONFIG, REPLICAOF and CLIENT as they are";
  const std::string unknown =
      "; accepted in a group is REDIS_PASSWORD, or REDIS_USERNAME and REDIS_PASSWORD of a user "
      "that may log in by it";
  const std::vector<Row> rows{
      {"", "", "", ""},
      {"", "open", "", "user default: has no password" + unknown},
      {"", "open", "user default on nopass +@all\n", "user default: has no password" + unknown},
      {"", "open", "requirepass open\n", ""},
      {"", "wrong", "requirepass open\n", "user default: has another password" + unknown},
      {"", "", "user default on nopass +@all\n", ""},
      {"", "", "user default on #0a1b +@all\n",
       "user default: its password is not known" + unknown},
      {"", "open", "user default on #0a1b +@all\n", ""},
      {"", "", "user default off\n", "user default: is off" + unknown},
      {"", "", "user default off\nuser app on >open +@all\n", "user default: is off" + unknown},
      {"app", "open", "user default off\nuser app on >open +@all\n", ""},
      {"app", "wrong", "user app on >open +@all\n", "user app: has another password" + unknown},
      {"app", "open", "user app on >old >open +@all\n", ""},
      {"app", "any", "user app on nopass +@all\n", ""},
      {"app", "open", "user app >open +@all\n", "user app: is off" + unknown},
      {"app", "open", "aclfile /users.acl\n", ""},
      {"other", "open", "aclfile /missing\n", ""},
      {"app", "open", "user app on >open\n", "user app: may not use INFO" + commands},
      {"app", "open", "user app on >open +info +replicaof +client\n",
       "user app: may not use CONFIG" + commands},
      {"app", "open", "user app on >open +info +config|get +config|set +replicaof +client\n", ""},
      {"app", "open", "user app on >open +@all -@dangerous\n",
       "user app: may not use INFO" + commands},
      {"app", "open", "user app on >open -@all +@admin +info\n", ""},
      {"app", "open", "user app on >open allcommands -config\n",
       "user app: may not use CONFIG" + commands},
      {"app", "open", "user app on >open +@read (+@all ~x)\n", ""},
      {"", "", "rename-command CONFIG \"\"\n", "rename-command CONFIG" + names},
      {"", "", "rename-command replicaof x\n", "rename-command REPLICAOF" + names},
      {"", "", "rename-command config config\n", ""},
      {"", "", "rename-command FLUSHALL \"\"\n", ""},
  };
  for (const Row& row : rows) {
    Settings settings = parse_settings({}, "/")->settings;
    settings.username = {row.user, !row.user.empty()};
    settings.password.value = Secret(row.password);
    const auto checked = check_member_access(settings, conf_of(settings, row.text));
    EXPECT_EQ(checked ? "" : checked.error().text, row.refusal) << row.text;
    EXPECT_TRUE(checked || checked.error().status == ExitStatus::config);
  }
}

TEST(MemberAccess, AGivenPasswordIsPutInPlace) {
  Settings settings = parse_settings({}, "/")->settings;
  settings.password = {Secret("given"), true};
  for (const char* text : {"", "requirepass old\n", "user default on #0a1b >old +@all\n"}) {
    EXPECT_TRUE(check_member_access(settings, conf_of(settings, text))) << text;
  }
  settings.master_password = {Secret("another"), true};
  EXPECT_FALSE(check_member_access(settings, conf_of(settings, ""))) << "it could not log in";
}

TEST(MemberAccess, ArgumentsCountToo) {
  const Settings settings = parse_settings({}, "/")->settings;
  EXPECT_FALSE(
      check_member_access(settings, conf_of(settings, "", {"--rename-command", "INFO", "x"})));
}

}  // namespace
}  // namespace dkr
