#include "dkr/app/start_facts.hpp"

#include <optional>
#include <string>
#include <vector>

#include "dkr/app/apply.hpp"
#include "dkr/app/default_conf.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings_table.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/data_files.hpp"
#include "dkr/platform/identity.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/platform/volume.hpp"

namespace dkr {
namespace {

/// A file that a setting names and that has to be there.
Result<std::string> required_file(Setting<std::string> Settings::*setting,
                                  const std::string& path) {
  auto text = read_file(path, Links::followed);
  if (!text) {
    return refused(setting, path, text.error().text + "; accepted is a readable file");
  }
  if (!*text) {
    return refused(setting, path, "no such file; accepted is a readable file");
  }
  return std::move(**text);
}

/// What a volume without a configuration starts with. A path on the command line is copied where it
/// is not used as given: by a sentinel and by a member of a group, which rewrite it.
Result<ConfSource> find_fallback(const Settings& settings, const ServerCommand& command) {
  using Home = ConfSource::Home;
  if (!command.conf_path.empty()) {
    auto text = read_file(command.conf_path, Links::followed);
    if (!text || !*text) {
      return Error{ExitCode::config, command.conf_path + ": " +
                                         (text ? "no such file" : text.error().text) +
                                         "; accepted is a readable file"};
    }
    return ConfSource{Home::fallback, command.conf_path, std::move(**text)};
  }
  if (command.sentinel) {
    return ConfSource{Home::fallback, "", ""};
  }
  const std::string& fallback = settings.conf.value;
  if (!settings.conf.given) {
    if (auto there = exists(fallback); there && !*there) {
      return ConfSource{Home::fallback, "", std::string(default_conf)};
    }
  }
  auto text = required_file(&Settings::conf, fallback);
  if (!text) {
    return text.error();
  }
  return ConfSource{Home::fallback, fallback, std::move(*text)};
}

Result<ConfSource> find_conf(const Settings& settings, const ServerCommand& command, bool member) {
  using Home = ConfSource::Home;
  if (!command.conf_path.empty() && !command.sentinel && !member) {
    // Whether it can be read is for the server to say, which reads it as another user.
    auto text = read_file(command.conf_path, Links::followed);
    return ConfSource{Home::given, command.conf_path,
                      text && *text ? std::move(**text) : std::string()};
  }
  const std::string path = volume_conf_path(settings, command.sentinel);
  auto ours = read_file(path, Links::refused);
  if (!ours) {
    return ours.error();
  }
  return *ours ? Result<ConfSource>(ConfSource{Home::volume, path, std::move(**ours)})
               : find_fallback(settings, command);
}

Result<ContainerFacts> observe(const ServerConf& conf, const Storage& storage,
                               const std::string& volume) {
  ContainerFacts local;
  local.root = is_root();
  local.can_become_user = can_become_user();
  if (local.root) {
    local.service_user = find_service_user();
  }
  local.umask = current_umask();
  local.conf_is_mount = is_mount(conf.path);
  auto kind = inspect_volume(volume);
  if (!kind) {
    return kind.error();
  }
  local.volume = *kind;
  if (!storage.append_only) {
    const auto rdb = exists(storage.rdb);
    local.rdb = rdb && *rdb ? ContainerFacts::Rdb::usable : ContainerFacts::Rdb::missing;
    return local;
  }
  const auto rdb = inspect_rdb(storage.rdb);
  const auto old_aof = exists(storage.aof);
  const auto new_aof = exists(storage.manifest);
  if (!rdb || !old_aof || !new_aof) {
    return !rdb ? rdb.error() : (!old_aof ? old_aof : new_aof).error();
  }
  local.rdb = rdb->kind;
  local.aof = *new_aof ? storage.manifest : (*old_aof ? storage.aof : "");
  return local;
}

/// What the container looks like to a server that finds no data.
ContainerFacts without_data(ContainerFacts local) {
  local.rdb = ContainerFacts::Rdb::missing;
  local.aof.clear();
  local.unreadable = false;
  return local;
}

struct AofFiles {
  bool has_data = false;  ///< more than an empty beginning
  long long size = 0;     ///< of all together
};

/// The AOF, of either format.
Result<AofFiles> inspect_aof(const Storage& storage) {
  const auto files = aof_files(storage);
  if (!files) {
    return files.error();
  }
  AofFiles aof;
  for (const std::string& path : *files) {
    const auto file = inspect_rdb(path);
    if (!file) {
      return file.error();
    }
    aof.has_data = aof.has_data || file->has_data();
    aof.size += static_cast<long long>(file->size);
  }
  return aof;
}

/// What decides on the role of this node, before it has one.
Result<NodeData> observe_data(const ServerConf& conf, const Settings& settings,
                              const StateNote& note) {
  const Storage storage = storage_of(conf, settings);
  const auto rdb = inspect_rdb(storage.rdb);
  const auto aof = inspect_aof(storage);
  if (!rdb || !aof) {
    return !rdb ? rdb.error() : aof.error();
  }
  NodeData data;
  data.role =
      conf.home == ConfSource::Home::volume ? role_in(conf.effective) : NodeData::Role::none;
  const bool reads_aof = storage.append_only && aof->has_data;
  data.has_data = reads_aof || (rdb->kind == ContainerFacts::Rdb::usable && rdb->has_data());
  data.reach = reach_of_data(note.mark, rdb->head, reads_aof ? aof->size : -1);
  data.group = note.group;
  data.identity = note.identity;
  return data;
}

/// What a start is made of before the group is asked.
struct Start {
  const Settings& settings;
  const ServerCommand& command;
  std::string server;
  ConfSource source;
  StateNote note;
  bool member;
  bool unreadable;

  [[nodiscard]] Result<ServerConf> conf(const Findings& findings) const {
    const auto read = [&](const std::string& pattern) {
      return read_matching(absolute_path(pattern, settings.data_dir.value));
    };
    return make_server_conf(settings, command, source, findings, read);
  }

  [[nodiscard]] Result<ContainerFacts> local(const ServerConf& conf) const {
    auto local = observe(conf, storage_of(conf, settings), settings.data_dir.value);
    if (local) {
      local->server = server;
      local->note = note;
      local->unreadable = unreadable;
    }
    return local;
  }
};

/// The settings get what the note has to say of them.
Result<Start> begin(Settings& settings, const ServerCommand& command, bool unreadable) {
  auto note = read_note(settings);
  if (!note) {
    return note.error();
  }
  take_noted_group(settings, *note);
  const bool member = !command.sentinel && is_member(settings, note->group);
  auto server = find_server(command.program);
  if (!server) {
    return server.error();
  }
  if (settings.overrides_file.given) {
    auto overlay = required_file(&Settings::overrides_file, settings.overrides_file.value);
    if (!overlay) {
      return overlay.error();
    }
  }
  auto source = find_conf(settings, command, member);
  if (!source) {
    return source.error();
  }
  return Start{settings,         command, *server,   std::move(*source),
               std::move(*note), member,  unreadable};
}

/// Asks the group what this start depends on; nothing where it depends on nobody. `conf` is what
/// the server would start with otherwise.
Result<Findings> ask_group(const Start& start, const ServerConf& conf, bool damaged,
                           const GroupFinder& find) {
  const Settings& settings = start.settings;
  if (start.command.sentinel) {
    if (!lacks_monitor(settings, Conf(start.source.text))) {
      return Findings{};
    }
    auto seed = find.master();
    return seed ? Result<Findings>(Findings{*seed, {}, {}}) : seed.error();
  }
  const bool first = start.source.home == ConfSource::Home::fallback;
  if (!start.member && !(first && settings.master_host.given)) {
    return Findings{};
  }
  auto data = observe_data(conf, settings, start.note);
  if (!data) {
    return data.error();
  }
  if (damaged) {
    data->has_data = false;
    data->reach = {};
  }
  auto role = find.role(settings, *data);
  return role ? Result<Findings>(Findings{{}, *role, start.note}) : role.error();
}

}  // namespace

Result<std::string> find_server(const std::string& asked) {
  std::vector<std::string> names{asked};
  names.insert(names.end(), server_names.begin(), server_names.end());
  if (asked.ends_with("-sentinel")) {
    names.insert(names.end(), sentinel_names.begin(), sentinel_names.end());
  }
  for (const std::string& name : names) {
    if (auto path = name.empty() ? std::nullopt : find_program(name)) {
      return *path;
    }
  }
  return Error{ExitCode::not_found, "neither redis-server nor valkey-server is on PATH"};
}

Result<std::optional<Endpoint>> find_own_endpoint(Settings settings, const ServerCommand& command) {
  const auto start = begin(settings, command, false);
  if (!start) {
    return start.error();
  }
  const auto conf = start->conf({});
  return conf ? Result<std::optional<Endpoint>>(own_endpoint(*conf, settings)) : conf.error();
}

Result<Plan> observe_and_plan(Settings settings, const ServerCommand& command, bool unreadable,
                              const GroupFinder& find) {
  const auto start = begin(settings, command, unreadable);
  if (!start) {
    return start.error();
  }
  const auto conf = start->conf({});
  if (!conf) {
    return conf.error();
  }
  const auto local = start->local(*conf);
  if (!local) {
    return local.error();
  }
  const bool damaged = is_damaged(*local, storage_of(*conf, settings));
  auto plan = make_plan(settings, *conf, damaged && start->member ? without_data(*local) : *local);
  if (!plan) {
    return plan;
  }
  const bool asks = command.sentinel || start->member || settings.master_host.given;
  if (const auto obstacle = asks && !plan->create_volume ? write_obstacle(plan->volume) : "";
      !obstacle.empty()) {
    return not_writable(*plan, obstacle);
  }
  const auto findings = ask_group(*start, *conf, damaged, find);
  if (!findings) {
    return findings.error();
  }
  if (!findings->monitor && !findings->role) {
    return plan;
  }
  const auto last = start->conf(*findings);
  return last ? make_plan(settings, *last, *local) : last.error();
}

}  // namespace dkr
