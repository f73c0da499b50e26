#include "stage.hpp"

#include <algorithm>
#include <cstdlib>

namespace dkr::test {
namespace {

namespace fs = std::filesystem;

std::string with_users(const std::string& template_text) {
  std::string text = template_text;
  const std::pair<std::string, unsigned> names[] = {
      {"UID", redis_uid}, {"GID", redis_gid}, {"EXTRA", extra_gid}};
  for (const auto& [name, number] : names) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
      text.replace(at, name.size(), std::to_string(number));
    }
  }
  return text;
}

}  // namespace

std::string binary() {
  const char* given = std::getenv("DKR_BINARY");
  return given == nullptr ? DKR_BINARY : given;
}

Stage::Stage() {
  fs::create_directory(bin());
  fs::create_directory(data());
  fs::copy_file(DKR_STAND_IN, server());
  write_file(root() / "redis.conf", "port 0\n");
  write_file(root() / "passwd", with_users("root:x:0:0::/root:/bin/sh\n"
                                           "redis:x:UID:GID::/nowhere:/bin/false\n"));
  write_file(root() / "group", with_users("root:x:0:\nredis:x:GID:\nextra:x:EXTRA:redis\n"));
}

Launch Stage::launch(const std::string& script) const {
  Launch made;
  made.argv = {binary()};
  made.env = {"PATH=" + bin().string(),
              "REDIS_DATA_DIR=" + data().string(),
              "REDIS_CONF=" + (root() / "redis.conf").string(),
              "STAND_IN=" + script,
              "STAND_IN_TO=" + mail_.path().string(),
              "ASAN_OPTIONS=detect_leaks=0"};
  made.binds = {{root() / "passwd", "/etc/passwd"}, {root() / "group", "/etc/group"}};
  return made;
}

std::string Stage::heard(Deadline deadline) {
  return mail_.line(deadline).value_or("(nothing)");
}

std::map<int, std::string> Stage::fds_of_server(pid_t server) const {
  auto fds = fds_of(server);
  std::erase_if(fds, [&](const auto& entry) { return entry.second == mail_.path(); });
  return fds;
}

pid_t server_of(const Process& supervisor) {
  pid_t server = -1;
  wait_until([&] {
    for (const pid_t child : children_of(supervisor.pid())) {
      if (ProcStatus(child).text("Name") == "redis-server") {
        server = child;
      }
    }
    return server > 0 || ProcStatus(supervisor.pid()).state() == 'Z';
  });
  return server;
}

std::string from_supervisor(int signal, Place place) {
  // Below, the first process of the namespace is the one that keeps it.
  return std::to_string(signal) + " from " + (place == Place::pid1 ? "1" : "2");
}

long lines_in(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

std::string place_name(const testing::TestParamInfo<Place>& info) {
  return testing::PrintToString(info.param);
}

}  // namespace dkr::test
