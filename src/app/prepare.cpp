#include "dkr/app/prepare.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "dkr/app/data_files.hpp"
#include "dkr/app/default_conf.hpp"
#include "dkr/app/log.hpp"
#include "dkr/core/conf_wishes.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/data_dir.hpp"
#include "dkr/platform/identity.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

constexpr mode_t volume_mode = 0750;

Error config_error(SettingId id, const std::string& value, const std::string& why) {
  return {ExitCode::config, std::string(spec_of(id).name) + "=" + value + ": " + why};
}

/// A file that a setting names and that has to be there.
Result<std::string> required_file(SettingId id, const std::string& path) {
  auto text = read_file(path, Links::followed);
  if (!text) {
    return config_error(id, path, text.error().text + "; accepted is a readable file");
  }
  if (!*text) {
    return config_error(id, path, "no such file; accepted is a readable file");
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
  auto text = required_file(SettingId::conf, fallback);
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

Result<LocalState> observe(const ServerConf& conf, const Storage& storage,
                           const std::string& volume) {
  LocalState local;
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
    return local;
  }
  const auto rdb = inspect_rdb(storage.rdb);
  const auto old_aof = exists(storage.aof);
  const auto new_aof = exists(storage.manifest);
  if (!rdb || !old_aof || !new_aof) {
    return !rdb ? rdb.error() : (!old_aof ? old_aof : new_aof).error();
  }
  local.rdb = rdb->kind;
  local.aof = *old_aof || *new_aof;
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
Result<LocalData> observe_data(const ServerConf& conf, const Settings& settings,
                               const StateNote& note) {
  const Storage storage = storage_of(conf, settings);
  const auto rdb = inspect_rdb(storage.rdb);
  const auto aof = inspect_aof(storage);
  if (!rdb || !aof) {
    return !rdb ? rdb.error() : aof.error();
  }
  LocalData data;
  data.role =
      conf.home == ConfSource::Home::volume ? role_in(conf.effective) : LocalData::Role::none;
  const bool reads_aof = storage.append_only && aof->has_data;
  data.has_data = reads_aof || (rdb->kind == LocalState::Rdb::usable && rdb->has_data());
  data.reach = reach_of_data(note.mark, rdb->head, reads_aof ? aof->size : -1);
  data.group = note.group;
  return data;
}

Error not_writable(const Plan& plan, const std::string& obstacle) {
  const std::string who = plan.become ? "user " + plan.become->name : "the user we run as";
  return config_error(SettingId::data_dir, plan.volume,
                      "not writable by " + who + ": " + obstacle +
                          "; accepted is a directory this user can write to");
}

/// Whatever a volume refuses is its setting's fault in the eyes of who reads the line.
Error blame_volume(const Plan& plan, const Error& error) {
  return config_error(SettingId::data_dir, plan.volume, error.text);
}

Result<Done> apply_rights(const Plan& plan) {
  if (plan.create_volume && ::mkdir(plan.volume.c_str(), volume_mode) != 0) {
    return config_error(SettingId::data_dir, plan.volume,
                        std::string("cannot be made: ") + std::strerror(errno));
  }
  // A read-only file system; anything else is settled by the change of owner.
  if (auto obstacle = write_obstacle(plan.volume); plan.fix_owners && !obstacle.empty()) {
    return not_writable(plan, obstacle);
  }
  Result<Done> owners = Done{};
  if (plan.fix_owners) {
    owners = fix_owners(plan.volume, plan.become->uid, [] { return pending_stop().has_value(); });
  }
  if (pending_stop()) {
    return Done{};
  }
  if (plan.become) {
    if (auto changed = become(*plan.become); !changed) {
      return changed.error();
    }
  }
  if (const auto obstacle = write_obstacle(plan.volume); !obstacle.empty()) {
    return not_writable(plan, obstacle);
  }
  if (!owners) {
    log::warn(owners.error().text);
  }
  return Done{};
}

Result<Done> apply_files(const Plan& plan) {
  if (plan.conf) {
    if (auto written = write_atomically(plan.conf->path, plan.conf->text); !written) {
      return blame_volume(plan, written.error());
    }
    if (!plan.conf->unchanged) {
      log::info("wrote " + plan.conf->path);
    }
  }
  if (plan.note) {
    if (auto written = write_atomically(plan.note->path, plan.note->text); !written) {
      return blame_volume(plan, written.error());
    }
  }
  if (plan.adoption) {
    if (auto linked = link_or_copy(plan.adoption->rdb, plan.adoption->aof); !linked) {
      return blame_volume(plan, linked.error());
    }
    log::info("the server keeps an AOF from now on; it begins with the data of " +
              plan.adoption->rdb);
  }
  return Done{};
}

void warn_of_fixed_conf(const Plan& plan) {
  if (!plan.given_conf) {
    return;
  }
  const std::string& path = *plan.given_conf;
  const auto slash = path.rfind('/');
  const std::string obstacle =
      is_mount(path) ? "it is itself a mount" : write_obstacle(path.substr(0, slash + 1));
  if (!obstacle.empty()) {
    log::warn("the server cannot rewrite " + path + " (" + obstacle +
              "): CONFIG REWRITE will fail, and what changes at run time is gone after a restart");
  }
}

/// What a start is made of before the group is asked.
struct Start {
  const Settings& settings;
  const ServerCommand& command;
  std::string server;
  ConfSource source;
  StateNote note;

  [[nodiscard]] Result<ServerConf> conf(const Findings& findings) const {
    const auto read = [&](const std::string& pattern) {
      return read_matching(absolute_path(pattern, settings.data_dir.value));
    };
    return make_server_conf(settings, command, source, findings, read);
  }

  [[nodiscard]] Result<Plan> plan(const Result<ServerConf>& conf) const {
    if (!conf) {
      return conf.error();
    }
    auto local = observe(*conf, storage_of(*conf, settings), settings.data_dir.value);
    if (!local) {
      return local.error();
    }
    local->server = server;
    local->note = note;
    return make_plan(settings, *conf, *local);
  }
};

/// Asks the group what this start depends on; nothing where it depends on nobody. `conf` is what
/// the server would start with otherwise.
Result<Findings> ask_group(const Start& start, const ServerConf& conf, bool member,
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
  if (!member && !(first && settings.master_host.given)) {
    return Findings{};
  }
  auto data = observe_data(conf, settings, start.note);
  if (!data) {
    return data.error();
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

Result<StateNote> read_note(const Settings& settings) {
  auto note = read_file(state_note_path(settings), Links::refused);
  if (!note) {
    return note.error();
  }
  return parse_state_note(note->value_or(""));
}

void take_noted_group(Settings& settings, const StateNote& note) {
  if (!settings.group.given && !note.group.empty()) {
    settings.group.value = note.group;
  }
}

Result<Plan> observe_and_plan(Settings settings, const ServerCommand& command,
                              const GroupFinder& find) {
  auto server = find_server(command.program);
  if (!server) {
    return server.error();
  }
  if (settings.overrides_file.given) {
    auto overlay = required_file(SettingId::overrides_file, settings.overrides_file.value);
    if (!overlay) {
      return overlay.error();
    }
  }
  auto note = read_note(settings);
  if (!note) {
    return note.error();
  }
  take_noted_group(settings, *note);
  const bool member = !command.sentinel && is_member(settings, note->group);
  auto source = find_conf(settings, command, member);
  if (!source) {
    return source.error();
  }
  const Start start{settings, command, *server, std::move(*source), std::move(*note)};
  const auto conf = start.conf({});
  auto plan = start.plan(conf);
  if (!plan) {
    return plan;
  }
  const bool asks = command.sentinel || member || settings.master_host.given;
  if (const auto obstacle = asks && !plan->create_volume ? write_obstacle(plan->volume) : "";
      !obstacle.empty()) {
    return not_writable(*plan, obstacle);
  }
  auto findings = ask_group(start, *conf, member, find);
  if (!findings) {
    return findings.error();
  }
  return findings->monitor || findings->role ? start.plan(start.conf(*findings)) : plan;
}

Result<Done> apply(const Plan& plan) {
  for (const std::string& warning : plan.warnings) {
    log::warn(warning);
  }
  ::umask(plan.umask);
  if (auto rights = apply_rights(plan); !rights || pending_stop()) {
    return rights;
  }
  warn_of_fixed_conf(plan);
  return apply_files(plan);
}

}  // namespace dkr
