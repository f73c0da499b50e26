// How a container reaches its own server: what the whole configuration says, wherever it stands.

#include "dkr/core/conf/own_server.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

struct Row {
  std::string what;
  std::string conf;
  std::vector<std::string> args;
  std::string expected;  ///< address, user:password, certificate; none: it cannot be reached
};

Settings usual() {
  return parse_settings({}, "/")->settings;
}

std::string shown(const std::optional<OwnServer>& own) {
  if (!own) {
    return "none";
  }
  const auto& [user, password, tls] = own->access;
  const std::string login = user.empty() && password.empty() ? "" : " " + user + ":" + password;
  const std::string files =
      tls ? " tls " + tls->certificate + " " + tls->key + " " + tls->authority : "";
  return to_string(own->at) + login + files;
}

ServerConf conf_of(const Settings& settings, const ServerCommand& command,
                   const std::string& text) {
  return make_server_conf(settings, command, {}, {ConfSource::Home::volume, "/x.conf", text},
                          [](const std::string& path) {
                            return path == "/users.acl"
                                       ? std::vector<std::string>{"user default off\nuser a on "
                                                                  ">listed ~* +@all\n"}
                                       : std::vector<std::string>{"port 7\nrequirepass included\n"};
                          });
}

std::string reached(const Row& row, const Settings& settings = usual(),
                    const std::string& typed = {}, bool sentinel = false) {
  ServerCommand command{"", "", row.args, sentinel, typed};
  return shown(own_server(conf_of(settings, command, row.conf), settings));
}

TEST(OwnServer, IsReachedByWhatTheConfigurationSays) {
  const std::string tls = "tls-cert-file /c\ntls-key-file k\ntls-ca-cert-file /ca\n";
  const std::vector<Row> rows{
      {"nothing said", "", {}, "127.0.0.1:6379"},
      {"a password", "", {"--requirepass", "s"}, "127.0.0.1:6379 :s"},
      {"the last of them", "requirepass a\n", {"--requirepass", "b"}, "127.0.0.1:6379 :b"},
      {"an include", "include /more.conf\n", {}, "127.0.0.1:7 :included"},
      {"an included argument", "", {"--include", "/more.conf"}, "127.0.0.1:7 :included"},
      {"a socket", "port 0\nunixsocket /tmp/s\n", {}, "/tmp/s"},
      {"a socket among the arguments", "", {"--port", "0", "--unixsocket", "s"}, "/data/s"},
      {"a socket in the server's folder", "dir /else/\nport 0\nunixsocket s\n", {}, "/else/s"},
      {"a socket beside a port", "unixsocket /tmp/s\n", {}, "127.0.0.1:6379"},
      {"a port that is bound to nothing", "bind \"\"\nunixsocket /tmp/s\n", {}, "/tmp/s"},
      {"TLS alone", "port 0\ntls-port 8\n" + tls, {}, "127.0.0.1:8 tls /c /data/k "},
      {"TLS in a folder", "port 0\ntls-port 8\ndir /d\n" + tls, {}, "127.0.0.1:8 tls /c /d/k "},
      {"TLS beside a port", "tls-port 8\n" + tls, {}, "127.0.0.1:6379"},
      {"TLS beside a socket", "port 0\nunixsocket /s\ntls-port 8\n" + tls, {}, "/s"},
      {"TLS without a client's certificate",
       "port 0\ntls-port 8\ntls-auth-clients no\n" + tls,
       {},
       "127.0.0.1:8 tls   "},
      {"a client's certificate",
       "port 0\ntls-port 8\ntls-client-cert-file /cc\ntls-client-key-file /ck\n" + tls,
       {},
       "127.0.0.1:8 tls /cc /ck "},
      {"another address", "port 0\ntls-port 8\nbind ::1\n", {}, "[::1]:8 tls   "},
      {"no port, no socket", "port 0\n", {}, "none"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(reached(row), row.expected) << row.what;
  }
}

TEST(OwnServer, LetsInWhoeverItsConfigurationTellsAPasswordOf) {
  const std::string off = "user default off\n";
  const std::vector<Row> rows{
      {"a user", off + "user app on >pw ~* +@all\n", {}, "127.0.0.1:6379 app:pw"},
      {"who may not look", off + "user app on >pw ~* +get\n", {}, "127.0.0.1:6379"},
      {"who needs no password", off + "user app on nopass +info\n", {}, "127.0.0.1:6379 app:app"},
      {"who is off", off + "user app off >pw +@all\n", {}, "127.0.0.1:6379"},
      {"of whom only a hash is told", off + "user app on #0a1b +@all\n", {}, "127.0.0.1:6379"},
      {"an aclfile", "aclfile /users.acl\n", {}, "127.0.0.1:6379 a:listed"},
      {"beside the default user",
       "user app on >pw +@all\nrequirepass s\n",
       {},
       "127.0.0.1:6379 :s"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(reached(row), row.expected) << row.what;
  }
}

TEST(OwnServer, StandardInputIsReadAfterTheFileAndBeforeTheArguments) {
  const std::string typed = "port 9\nrequirepass typed\n";
  const auto with = [&](const std::string& conf, const std::vector<std::string>& args) {
    return reached({"", conf, args, ""}, usual(), typed);
  };
  EXPECT_EQ(with("port 5\n", {"-"}), "127.0.0.1:9 :typed");
  EXPECT_EQ(with("", {"--port", "6", "-"}), "127.0.0.1:6 :typed");
}

TEST(OwnServer, SettingsAreItsOwnAndNotThoseOfItsMaster) {
  Settings settings = usual();
  settings.password = {Secret("own"), true};
  settings.master_password = {Secret("other"), true};
  EXPECT_EQ(reached({}, settings), "127.0.0.1:6379 :own");
  settings.username = {"app", true};
  EXPECT_EQ(reached({}, settings), "127.0.0.1:6379 app:own");
  settings.tls_ca_file = {"/ca", true};
  EXPECT_EQ(reached({"", "tls-port 8\n", {}, ""}, settings), "127.0.0.1:8 app:own tls   /ca");
  EXPECT_EQ(reached({}, settings), "127.0.0.1:6379 app:own");
}

TEST(OwnServer, ASentinelHasAPasswordOfItsOwn) {
  Settings settings = usual();
  settings.password = {Secret("of the nodes"), true};
  EXPECT_EQ(reached({"", "requirepass s\n", {}, ""}, settings, "", true), "127.0.0.1:26379 :s");
  settings.sentinel_password = {Secret("given"), true};
  EXPECT_EQ(reached({}, settings, "", true), "127.0.0.1:26379 :given");
}

}  // namespace
}  // namespace dkr
