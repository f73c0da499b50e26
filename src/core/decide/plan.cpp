#include "dkr/core/decide/plan.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

/// The official images' rule: files of the server are nobody else's, unless someone chose a umask.
constexpr unsigned usual_umask = 0022;
constexpr unsigned private_umask = 0077;

Error config_error(std::string text) {
  return {ExitCode::config, std::move(text)};
}

Result<Done> plan_rights(Plan& plan, const Settings& settings, const ContainerFacts& local) {
  if (!local.root) {
    return Done{};
  }
  if (!settings.skip_drop_privs.value) {
    if (!local.service_user) {
      return config_error(
          "no user redis or valkey in /etc/passwd to run the server as; start the container with "
          "--user, or set SKIP_DROP_PRIVS=1");
    }
    if (!local.can_become_user) {
      return config_error("root without the capabilities SETUID and SETGID cannot become user " +
                          local.service_user->name + "; start the container with --user " +
                          std::to_string(local.service_user->uid) + ":" +
                          std::to_string(local.service_user->gid) + ", or set SKIP_DROP_PRIVS=1");
    }
    plan.become = local.service_user;
  }
  plan.fix_owners = plan.become && !settings.skip_fix_perms.value;
  return Done{};
}

/// Whether the node becomes the replica of a master that has just answered.
bool joins_living(const RoleDecision& role) {
  return role.found.kind == RoleCase::Kind::named_master_lives ||
         role.found.kind == RoleCase::Kind::named_leads_to_master;
}

std::vector<std::string> data_check(const Storage& storage, const ContainerFacts& local,
                                    const std::string& name) {
  const std::string kind = name.starts_with("valkey") ? "valkey-check-" : "redis-check-";
  if (storage.append_only) {
    return local.aof.empty() ? std::vector<std::string>{} : std::vector{kind + "aof", local.aof};
  }
  return local.rdb == ContainerFacts::Rdb::missing ? std::vector<std::string>{}
                                                   : std::vector{kind + "rdb", storage.rdb};
}

/// What a person can do about damaged data that no other node has.
std::string cure(const Plan& plan, const Storage& storage) {
  constexpr const char* damaged = " is damaged, and no live master has the data: restore it, or ";
  if (plan.data_check.empty() || !plan.data_check.front().ends_with("aof")) {
    return storage.rdb + damaged + "move it away to start empty";
  }
  const std::string& aof = plan.data_check.back();
  return aof + damaged + "keep a copy of " + storage.dir + " and run `" + plan.data_check.front() +
         " --fix " + aof + "`, which cuts off all that follows the damage";
}

Result<Done> plan_data(Plan& plan, const Settings& settings, const ServerConf& conf,
                       const ContainerFacts& local) {
  const Storage storage = storage_of(conf, settings);
  plan.data_check = data_check(storage, local, plan.argv.front());
  if (conf.text) {
    plan.conf = FileWrite{conf.path, *conf.text, conf.unchanged};
  }
  if (is_damaged(local, storage)) {
    if (!conf.findings.role || !joins_living(*conf.findings.role)) {
      return config_error(cure(plan, storage));
    }
    plan.aside = storage;
  } else if (storage.append_only && local.aof.empty() && local.rdb == ContainerFacts::Rdb::usable) {
    plan.adoption = RdbAdoption{storage.rdb, storage.aof};
  }
  return Done{};
}

/// Whether a node that starts so belongs to the group with its data.
bool joins(const RoleDecision& role) {
  return role.found.kind != RoleCase::Kind::foreign_data &&
         role.found.kind != RoleCase::Kind::alone && role.action != RoleAction::wait &&
         role.action != RoleAction::promote;
}

/// What the next start, and the watcher of this one, have to know.
void plan_note(Plan& plan, const Settings& settings, const ServerConf& conf,
               const ContainerFacts& local) {
  const RoleDecision& role = *conf.findings.role;
  plan.role = role;
  if (!is_member(settings, local.note.group)) {
    return;
  }
  StateNote note = local.note;
  if (joins(role)) {
    note.group = settings.group.value;
  }
  note.fenced = role.action == RoleAction::be_closed_master;
  if (note.fenced) {
    note.users_limits = conf.users_limits;
  }
  if (to_text(note) != to_text(local.note)) {
    plan.note = FileWrite{state_note_path(settings), to_text(note)};
  }
  if (const auto server = own_endpoint(conf, settings)) {
    plan.watch = WatchPlan{
        WatchPlan::Kind::member, settings.group.value, *server, storage_of(conf, settings), {}};
  } else {
    plan.warnings.emplace_back(
        "the server listens on no port, so nobody watches over its role in the group");
  }
}

/// The watcher of a server that is no member, and the health endpoint.
Result<Done> plan_watch(Plan& plan, const Settings& settings, const ServerConf& conf) {
  const auto server = own_endpoint(conf, settings);
  if (server && conf.sentinel) {
    plan.watch = WatchPlan{WatchPlan::Kind::sentinel, settings.group.value, *server, {}, {}};
  }
  if (!settings.health_port.given) {
    return Done{};
  }
  const std::uint16_t port = settings.health_port.value;
  if (!server || server->port == port) {
    return refused(&Settings::health_port, std::to_string(port),
                   server ? "is the server's own port; accepted is another one"
                          : "the server listens on no port that it could be asked at");
  }
  if (!plan.watch) {
    plan.watch = WatchPlan{WatchPlan::Kind::independent, "", *server, {}, {}};
  }
  plan.watch->health_port = port;
  return Done{};
}

bool is_secret(std::string_view argument) {
  constexpr std::array<std::string_view, 6> secret{"--requirepass",       "--masterauth",
                                                   "--primaryauth",       "--user",
                                                   "--tls-key-file-pass", "--sentinel-pass"};
  return std::find(secret.begin(), secret.end(), lower(argument)) != secret.end();
}

std::string described(const ServiceUser& user) {
  return user.name + " " + std::to_string(user.uid) + ":" + std::to_string(user.gid);
}

std::string described(const WatchPlan& watch) {
  const bool member = watch.kind == WatchPlan::Kind::member;
  const std::string health =
      watch.health_port ? ", health on port " + std::to_string(*watch.health_port) : "";
  return to_string(watch.server) + (member ? " in group " + watch.group : "") + health;
}

std::string shown_arguments(const std::vector<std::string>& argv) {
  std::string line;
  bool hidden = false;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const bool name = argv[i].starts_with("--");
    line += ' ' + (hidden && !name ? std::string("***") : quote_conf_argument(argv[i]));
    hidden = name ? is_secret(argv[i]) : hidden;
  }
  return line;
}

}  // namespace

bool is_damaged(const ContainerFacts& local, const Storage& storage) {
  return local.unreadable ||
         (storage.append_only && local.aof.empty() && local.rdb == ContainerFacts::Rdb::damaged);
}

Result<Plan> make_plan(const Settings& settings, const ServerConf& conf,
                       const ContainerFacts& local) {
  if (local.volume == ContainerFacts::Volume::other) {
    return config_error("REDIS_DATA_DIR=" + settings.data_dir.value +
                        ": accepted is a directory other than /");
  }
  if (local.conf_is_mount && conf.home != ConfSource::Home::given) {
    return config_error(
        conf.path +
        " is itself a mount, so the server cannot replace it (CONFIG REWRITE); mount "
        "it elsewhere and name it with REDIS_CONF, that of a sentinel on the command line");
  }
  Plan plan;
  plan.volume = settings.data_dir.value;
  plan.create_volume = local.volume == ContainerFacts::Volume::missing;
  plan.umask = local.umask == usual_umask ? private_umask : local.umask;
  plan.program = local.server;
  plan.argv = {local.server.substr(local.server.rfind('/') + 1), conf.path};
  plan.argv.insert(plan.argv.end(), conf.args.begin(), conf.args.end());
  if (conf.home == ConfSource::Home::given) {
    plan.given_conf = conf.path;
  }
  if (conf.findings.monitor) {
    plan.monitored = conf.findings.monitor->master;
  }
  plan.stop_timeout = settings.stop_timeout.value;
  plan.warnings = conf.warnings;
  if (conf.findings.role) {
    plan_note(plan, settings, conf, local);
  }
  if (auto watched = plan_watch(plan, settings, conf); !watched) {
    return watched.error();
  }
  if (auto rights = plan_rights(plan, settings, local); !rights) {
    return rights.error();
  }
  if (auto data = plan_data(plan, settings, conf, local); !data) {
    return data.error();
  }
  return plan;
}

std::string describe(const Plan& plan) {
  std::string text;
  const auto line = [&text](std::string_view what, const std::string& how) {
    text += std::string(what) + std::string(10 - what.size(), ' ') + how + '\n';
  };
  line("volume", plan.volume + (plan.create_volume ? " (made)" : ""));
  if (plan.become) {
    line("user", described(*plan.become));
  }
  if (plan.fix_owners) {
    line("owners", "what in the volume is not owned by " + plan.become->name);
  }
  if (plan.conf) {
    line("write", plan.conf->path + (plan.conf->unchanged ? " (as it is)" : ""));
  }
  if (plan.role) {
    line("role", describe(*plan.role));
  }
  if (plan.monitored) {
    line("monitor", to_string(*plan.monitored));
  }
  if (plan.note) {
    line("write", plan.note->path);
  }
  if (plan.watch) {
    line("watch", described(*plan.watch));
  }
  if (plan.aside) {
    line("aside", "the damaged data in " + plan.aside->dir);
  }
  if (plan.adoption) {
    line("adopt", plan.adoption->rdb + " as " + plan.adoption->aof);
  }
  line("server", plan.program + shown_arguments(plan.argv));
  line("stop", "SIGKILL " + std::to_string(plan.stop_timeout.count()) + " ms after SIGTERM");
  for (const std::string& warning : plan.warnings) {
    line("warning", warning);
  }
  return text;
}

}  // namespace dkr
