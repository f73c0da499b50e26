#include "dkr/core/decide/start_check.hpp"

#include <utility>

#include "dkr/core/conf/conf_checks.hpp"
#include "dkr/core/conf/member_access.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;

Error config_error(std::string text) {
  return {ExitStatus::config, std::move(text)};
}

Result<Done> check_files(const StartFacts& facts) {
  const ServerConf& conf = facts.container.conf;
  if (facts.local.volume == ContainerFacts::Volume::other) {
    return config_error("REDIS_DATA_DIR=" + facts.container.settings.data_dir.value +
                        ": accepted is a directory other than /");
  }
  if (facts.local.conf_is_mount && conf.source.home != Home::given) {
    return config_error(
        conf.path +
        " is itself a mount, so the server cannot replace it (CONFIG REWRITE); mount "
        "it elsewhere and name it with REDIS_CONF, that of a sentinel on the command line");
  }
  return Done{};
}

Result<Done> check_health_port(const Container& container) {
  const auto& port = container.settings.health_port;
  const auto& own = container.own;
  if (!port.given || (own && own->at.port != port.value)) {
    return Done{};
  }
  return refused(&Settings::health_port, std::to_string(port.value),
                 own ? "is the server's own port; accepted is another one"
                     : "the server listens on nothing that it could be asked at");
}

Result<Done> check_rights(const Settings& settings, const ContainerFacts& local) {
  if (!local.root || settings.skip_drop_privs.value) {
    return Done{};
  }
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
  return Done{};
}

/// Returns the name by which the server's program checks an RDB or an AOF.
std::string check_name(const ContainerFacts& local, std::string_view what) {
  const std::string& program = local.server;
  const bool valkey = program.compare(program.rfind('/') + 1, 6, "valkey") == 0;
  return (valkey ? "valkey-check-" : "redis-check-") + std::string(what);
}

/// True if the node becomes a replica of a master that has just answered.
bool joins_living(const RoleDecision& role) {
  return role.found.kind == RoleCase::Kind::named_but_replaced ||
         role.found.kind == RoleCase::Kind::named_master_lives ||
         role.found.kind == RoleCase::Kind::named_leads_to_master;
}

/// Returns the error for damaged data that no other node has, and what a person can do about it.
Error damaged(const StartFacts& facts) {
  constexpr const char* text = " is damaged, and no live master has the data: restore it, or ";
  const std::vector<std::string> check = data_check(facts);
  if (check.empty() || !check.front().ends_with("aof")) {
    return config_error(facts.storage.rdb + text + "move it away to start empty");
  }
  const std::string& aof = check.back();
  return config_error(aof + text + "keep a copy of " + facts.storage.dir + " and run `" +
                      check.front() + " --fix " + aof +
                      "`, which cuts off all that follows the damage");
}

/// Data in a newer format is never given up. Damaged data is no error for a member, which may get
/// its data from another node.
Result<Done> check_data(const StartFacts& facts) {
  if (const auto& newer = facts.local.newer) {
    return config_error(newer->file + " was written by a newer server (RDB " + newer->version +
                        "); this one reads up to " + std::to_string(newer->reads) +
                        ": use that server, or restore a backup that this one wrote");
  }
  return is_damaged(facts.local, facts.storage) && !is_member(facts.container)
             ? Result<Done>(damaged(facts))
             : Done{};
}

Result<Done> check_volume(const StartFacts& facts) {
  const Settings& settings = facts.container.settings;
  return facts.obstacle.empty() ? Result<Done>(Done{})
                                : not_writable(settings.data_dir.value,
                                               service_user(settings, facts.local), facts.obstacle);
}

Result<Done> check_member(const StartFacts& facts) {
  if (!facts.data) {
    return facts.data.error();
  }
  const Container& container = facts.container;
  if (question_of(container) != StartQuestion::role) {
    return Done{};
  }
  if (auto role = check_no_role(container.conf); !role || !is_member(container)) {
    return role;
  }
  return container.server
             ? check_member_access(container.settings, container.conf)
             : config_error(
                   "the server listens on no port that its watcher could use; accepted in a group "
                   "is port, or tls-port with REDIS_TLS_CA_FILE");
}

}  // namespace

bool is_member(const Container& container) {
  return !container.conf.sentinel && is_member(container.settings, container.note.group);
}

StartQuestion question_of(const Container& container) {
  const ServerConf& conf = container.conf;
  if (conf.sentinel) {
    return conf.lacks_monitor ? StartQuestion::master : StartQuestion::company;
  }
  const bool first = conf.source.home == Home::fallback && container.settings.master_host.given;
  return first || is_member(container) ? StartQuestion::role : StartQuestion::nothing;
}

bool is_damaged(const ContainerFacts& local, const Storage& storage) {
  return !local.newer && (local.unreadable || (storage.append_only && local.aof.empty() &&
                                               local.rdb == ContainerFacts::Rdb::damaged));
}

bool adopts_rdb(const ContainerFacts& local, const Storage& storage) {
  return storage.append_only && local.rdb == ContainerFacts::Rdb::usable &&
         (local.aof.empty() || local.later_rdb == LaterRdb::whole);
}

std::string rdb_check(const ContainerFacts& local) {
  return check_name(local, "rdb");
}

std::vector<std::string> data_check(const StartFacts& facts) {
  if (facts.storage.append_only && !adopts_rdb(facts.local, facts.storage)) {
    return facts.local.aof.empty() ? std::vector<std::string>{}
                                   : std::vector{check_name(facts.local, "aof"), facts.local.aof};
  }
  return facts.local.rdb == ContainerFacts::Rdb::missing
             ? std::vector<std::string>{}
             : std::vector{rdb_check(facts.local), facts.storage.rdb};
}

std::optional<ServiceUser> service_user(const Settings& settings, const ContainerFacts& local) {
  return local.root && !settings.skip_drop_privs.value ? local.service_user : std::nullopt;
}

Error not_writable(const std::string& volume, const std::optional<ServiceUser>& user,
                   const std::string& obstacle) {
  return refused(&Settings::data_dir, volume,
                 "not writable by " + (user ? "user " + user->name : "the user we run as") + ": " +
                     obstacle + "; accepted is a directory this user can write to");
}

Result<Done> check(const StartFacts& facts) {
  const Container& container = facts.container;
  if (auto conf = check_server_conf(container.settings, container.conf); !conf) {
    return conf;
  }
  if (auto files = check_files(facts); !files) {
    return files;
  }
  if (auto port = check_health_port(container); !port) {
    return port;
  }
  if (auto rights = check_rights(container.settings, facts.local); !rights) {
    return rights;
  }
  if (auto data = check_data(facts); !data) {
    return data;
  }
  if (auto volume = check_volume(facts); !volume) {
    return volume;
  }
  return check_member(facts);
}

Result<Done> check_decision(const StartFacts& facts, const StartDecision& decision) {
  const bool lost =
      is_damaged(facts.local, facts.storage) && !(decision.role && joins_living(*decision.role));
  return lost ? Result<Done>(damaged(facts)) : Done{};
}

}  // namespace dkr
