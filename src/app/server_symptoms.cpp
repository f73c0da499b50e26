#include "dkr/app/server_symptoms.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dkr/app/supervisor_search.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/decide/start_check.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/data_files.hpp"
#include "dkr/platform/machine.hpp"
#include "dkr/platform/running_processes.hpp"
#include "dkr/platform/volume.hpp"
#include "dkr/redis/exams.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

TimePoint soon() {
  return steady_clock::now() + longest_look_timeout;
}

/// Asks the server of this container.
void examine(ServerSymptoms& here, const OwnServer& own, const std::string& group) {
  const TimePoint deadline = soon();
  if (here.sentinel) {
    const auto exam =
        in_child([&] { return examine_sentinel(own.at, own.access, group, deadline); }, deadline);
    here.failure = exam ? exam->failure : too_late();
    here.process = exam ? exam->process : ProcessExam{};
    return;
  }
  auto exam = in_child([&] { return examine_node(own.at, own.access, deadline); }, deadline);
  here.exam = exam ? std::move(*exam) : NodeExam{unanswered<NodeView>(own.at, too_late())};
  here.failure = here.exam.view.failure;
  here.process = here.exam.process;
}

/// Returns the name of a server's program, if a process is one: its title begins with it.
std::string server_name(int pid) {
  const std::vector<std::string> words = words_of_process(pid);
  if (words.empty()) {
    return {};
  }
  const std::string path = words.front().substr(0, words.front().find(' '));
  const std::string name = path.substr(path.rfind('/') + 1);
  const auto is_name = [&](const char* one) { return name == one; };
  const bool server = std::any_of(server_names.begin(), server_names.end(), is_name) ||
                      std::any_of(sentinel_names.begin(), sentinel_names.end(), is_name);
  return server ? words.front() : "";
}

/// Returns the other servers that run in the folder of this one, as we or as the server's user may
/// see them. A sentinel may share the volume of a data node.
int neighbour_in_folder(int pid) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/cwd";
  const auto is_sentinel = [](const std::string& title) {
    return title.find("sentinel") != std::string::npos;
  };
  const bool sentinel = is_sentinel(server_name(pid));
  for (const RunningProcess& process : running_processes()) {
    const std::string title = server_name(process.pid);
    if (process.pid != pid && process.parent != pid && !title.empty() &&
        is_sentinel(title) == sentinel &&
        is_same_file("/proc/" + std::to_string(process.pid) + "/cwd", folder)) {
      return process.pid;
    }
  }
  return 0;
}

/// The bytes in the files of the AOF that is in use.
struct AofSize {
  long long all = 0;
  long long base = 0;  ///< of the file that it begins with
};

AofSize size_of_aof(const Storage& storage) {
  const auto files = aof_files(storage);
  AofSize size;
  for (std::size_t i = 0; files && i < files->size(); ++i) {
    const std::string& file = (*files)[i];
    const bool in_use = (i == 0) == (files->size() == 1);  // the first is that of older versions
    const long long bytes = in_use ? std::max(0LL, size_of_file(file)) : 0;
    size.all += bytes;
    size.base += file.find(".base.") != std::string::npos ? bytes : 0;
  }
  return size;
}

/// True if the AOF had more before the server told how much it has written. Until its first restart
/// or rewrite it does not count the empty base that it has made.
bool outgrows(const AofSize& before, const NodeExam& exam) {
  const long long uncounted = exam.base_size == 0 ? before.base : 0;
  return exam.view.aof_size >= 0 && !exam.view.aof_rewrite &&
         before.all - uncounted > exam.view.aof_size;
}

/// Says how another server is seen to use the volume, too; empty: in no way. `aof`: the size of the
/// AOF before the server told its own.
std::string sharing(const ServerSymptoms& here, const Storage& storage, bool supervised,
                    const AofSize& aof) {
  const int pid = here.process.pid;
  const auto seen = [&](const auto& look) {
    auto found = look();
    return found ? found : in_child(look, soon()).value_or(found);
  };
  if (const int other = seen([&] { return neighbour_in_folder(pid); }); other != 0) {
    return "process " + std::to_string(other) + " runs in it";
  }
  if (here.bypass != 0 && !supervised) {
    const FileLock lock = here.sentinel ? FileLock{} : lock_directory(storage.dir);
    if (lock.error == EWOULDBLOCK) {
      return "a dkr-redis elsewhere has locked it";
    }
  }
  const bool lost = seen([&] { return has_deleted_file(pid, ".aof"); });
  if (storage.append_only && lost) {
    return "the AOF that the server writes was removed";
  }
  if (storage.append_only && outgrows(aof, here.exam)) {
    return "its AOF has more than the server has written";
  }
  return {};
}

void look_at_volume(ServerSymptoms& here, const Storage& storage, bool supervised,
                    const AofSize& aof) {
  VolumeSymptoms volume{storage.dir};
  look_at_disk(volume);
  if (!here.sentinel) {
    volume.rewrite = std::max(here.exam.base_size, size_of_file(storage.rdb));
  }
  volume.shared = sharing(here, storage, supervised, aof);
  here.volume = std::move(volume);
}

/// Says why the server cannot rewrite its configuration; as its user, which children of ours are.
std::string conf_obstacle(const std::string& path) {
  if (path.empty()) {
    return "it was started without one";
  }
  if (is_mount(path)) {
    return "the file is a mount of its own, which cannot be replaced";
  }
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  return in_child([&] { return write_obstacle(folder); }, soon()).value_or("");
}

void look_at_conf(ServerSymptoms& here, const Container& container) {
  const std::string& path = here.process.conf_file;
  const bool needed = here.in_group || container.conf.source.home != ConfSource::Home::given;
  if (needed && (here.in_group || !path.empty())) {
    here.conf = path.empty() ? "(none)" : path;
    here.conf_obstacle = conf_obstacle(path);
  }
}

/// Finds who answers at what this node announces.
void look_at_announced(ServerSymptoms& here, const Container& container) {
  const Settings& settings = container.settings;
  Endpoint at = here.exam.view.announced;
  if (settings.announce_host.given) {
    at = {settings.announce_host.value,
          settings.announce_port.given ? settings.announce_port.value : container.server->port};
  }
  if (at.host.empty()) {
    return;
  }
  AnnouncedSymptoms announced{at};
  const auto addresses = in_child([&] { return addresses_of(at.host); }, soon());
  if (!addresses || !*addresses || (*addresses)->empty()) {
    announced.way = AnnouncedSymptoms::Way::unresolved;
    announced.why = addresses && !*addresses ? addresses->error().text : too_late().text;
  } else {
    ServerSymptoms there;
    there.sentinel = here.sentinel;
    examine(there, {{(*addresses)->front(), at.port}, container.own->access}, "");
    announced.way = there.failure ? AnnouncedSymptoms::Way::silent
                    : there.process.run_id == here.process.run_id
                        ? AnnouncedSymptoms::Way::here
                        : AnnouncedSymptoms::Way::elsewhere;
    announced.why = there.failure ? there.failure->text : "";
  }
  here.announced = std::move(announced);
}

}  // namespace

std::optional<ServerSymptoms> look_at_server(const Container& container, bool supervised,
                                             std::vector<std::string>& unseen) {
  if (!container.own) {
    unseen.emplace_back("the server here, which listens on nothing");
    return ServerSymptoms{container.conf.sentinel};
  }
  ServerSymptoms here{container.conf.sentinel, container.conf.sentinel || is_member(container),
                      container.own->at};
  const Storage storage = storage_of(container.conf.effective, container.settings);
  const AofSize aof = storage.append_only ? size_of_aof(storage) : AofSize{};
  examine(here, *container.own, container.settings.group.value);
  if (here.failure && here.failure->kind == Failure::Kind::refused_connection && !supervised) {
    return std::nullopt;
  }
  if (here.failure) {
    unseen.emplace_back("the server here (" + here.failure->text + ")");
    return here;
  }
  here.in_group = here.in_group || here.exam.view.role == NodeView::Role::replica;
  if (container.note.fenced) {
    here.users_limits = container.note.users_limits;
  }
  if (container.server) {
    look_at_announced(here, container);
  }
  if (server_name(here.process.pid).empty()) {
    unseen.emplace_back("the files of the server, whose process is not to be seen from here");
    return here;
  }
  here.bypass = is_supervised(here.process.pid) ? 0 : here.process.pid;
  look_at_conf(here, container);
  look_at_volume(here, storage, supervised, aof);
  return here;
}

}  // namespace dkr
