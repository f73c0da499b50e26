#include "dkr/core/conf/open_port.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;
using Args = std::vector<std::string>;

std::vector<std::string> read(const std::string& path) {
  return path == "/closing" ? Args{"protected-mode yes\n"}
         : path == "/users" ? Args{"user default on >x ~* +@all\n"}
         : path == "/acl"   ? Args{"user default on nopass ~* +@all\n"}
                            : Args{};
}

/// A server's configuration and arguments, and what is done about its port.
struct OpenRow {
  std::string conf;
  Args args;
  bool told;    ///< protected-mode no
  bool warned;  ///< that the port is open
};

const std::vector<OpenRow> rows{
    // What the official images let everybody use.
    {"", {}, true, true},
    {"port 1\nappendonly yes\n", {}, true, true},
    {"bind 0.0.0.0\n", {}, true, true},
    {"bind 10.0.0.5\n", {}, true, true},
    {"bind 127.0.0.1 10.0.0.1\n", {}, true, true},
    {"bind * -::*\n", {}, true, true},
    {"requirepass \"\"\n", {}, true, true},
    {"user other on >x ~* +@all\n", {}, true, true},
    {"user default on nopass ~* +@all\n", {}, true, true},
    {"aclfile /acl\n", {}, true, true},
    {"port 0\ntls-port 7\n", {}, true, true},
    {"replicaof h 1\n", {}, true, true},
    {"", {"--port", "7"}, true, true},
    // Somebody says so: there is nothing to add.
    {"protected-mode no\n", {}, false, true},
    {"Protected-Mode NO\n", {}, false, true},
    {"", {"--protected-mode", "no"}, false, true},
    {"protected-mode no\nbind 0.0.0.0\n", {}, false, true},
    // The file, an include, an overlay or an argument closes it.
    {"protected-mode yes\n", {}, false, false},
    {"PROTECTED-MODE Yes\n", {}, false, false},
    {"include /closing\n", {}, false, false},
    {"protected-mode no\n", {"--protected-mode", "yes"}, false, false},
    {"", {"--protected-mode yes"}, false, false},
    // So does a bind, or a port that nobody has.
    {"bind 127.0.0.1\n", {}, false, false},
    {"bind 127.0.0.1 -::1\n", {}, false, false},
    {"bind localhost\nprotected-mode no\n", {}, false, false},
    {"bind \"\"\n", {}, false, false},
    {"port 0\nunixsocket /s\nprotected-mode no\n", {}, false, false},
    {"", {"--port", "0"}, false, false},
    // So does a password.
    {"requirepass x\n", {}, false, false},
    {"protected-mode no\nrequirepass x\n", {}, false, false},
    {"user default on >x ~* +@all\n", {}, false, false},
    {"user default off\n", {}, false, false},
    {"aclfile /users\n", {}, false, false},
    {"", {"--requirepass", "x"}, false, false},
    // Standard input may say anything.
    {"", {"-"}, false, false},
};

ServerConf made_of(const OpenRow& row, Home home, bool sentinel = false) {
  return make_server_conf(parse_settings({}, "/")->settings, {"", "", row.args, sentinel}, {},
                          {home, "/x.conf", row.conf}, read);
}

bool is_told(const ServerConf& conf) {
  const auto directives = directives_of_arguments(conf.args);
  return std::count_if(directives.begin(), directives.end(), [](const Directive& one) {
           return one.name == "protected-mode" && one.values == Args{"no"};
         }) > 0;
}

bool is_warned(const ServerConf& conf) {
  return std::any_of(conf.warnings.begin(), conf.warnings.end(), [](const std::string& line) {
    return line.starts_with("no password protects the open port");
  });
}

TEST(OpenPort, IsReachedAsInTheOfficialImagesUnlessSomethingSaysOtherwise) {
  for (const OpenRow& row : rows) {
    for (const Home home : {Home::given, Home::volume, Home::fallback}) {
      const ServerConf conf = made_of(row, home);
      const bool asked =
          row.args.size() == 2 && row.args.front() == "--protected-mode" && row.args.back() == "no";
      EXPECT_EQ(is_told(conf), row.told || asked) << row.conf << static_cast<int>(home);
      EXPECT_EQ(is_warned(conf), row.warned) << row.conf << static_cast<int>(home);
    }
  }
}

TEST(OpenPort, OfASentinelIsOpenByItself) {
  for (const OpenRow& row : rows) {
    const ServerConf conf = made_of(row, Home::fallback, true);
    EXPECT_EQ(row.args.empty() && is_told(conf), false) << row.conf;
    EXPECT_TRUE(!row.told || row.conf.starts_with("port 0") || is_warned(conf)) << row.conf;
  }
}

TEST(OpenPort, IsLeftAloneWhereTheFileCannotBeRead) {
  const ServerConf conf = make_server_conf(parse_settings({}, "/")->settings, {"", "/x.conf", {}},
                                           {}, {Home::given, "/x.conf", "", true}, read);
  EXPECT_FALSE(is_told(conf));
}

TEST(OpenPort, TheOverlayMayCloseIt) {
  Settings settings = parse_settings({}, "/")->settings;
  settings.overrides_file = {"/closing", true};
  for (const Home home : {Home::given, Home::volume}) {
    const ServerConf conf = make_server_conf(settings, {}, {}, {home, "/x.conf", ""}, read);
    EXPECT_FALSE(is_told(conf) || is_warned(conf));
  }
}

}  // namespace
}  // namespace dkr
