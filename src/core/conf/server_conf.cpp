#include "dkr/core/conf/server_conf.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/conf/wanted_conf.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;

/// Directives that only we and the server write: in an overlay, which is read last, they would undo
/// a promotion or contradict a setting.
constexpr std::array<std::string_view, 21> owned_directives{
    "replicaof",
    "slaveof",
    "replica-announce-ip",
    "slave-announce-ip",
    "replica-announce-port",
    "slave-announce-port",
    "requirepass",
    "masterauth",
    "primaryauth",
    "masteruser",
    "primaryuser",
    "tls-cert-file",
    "tls-key-file",
    "tls-ca-cert-file",
    "tls-key-file-pass",
    "tls-ca-cert-dir",
    "tls-port",
    "tls-replication",
    "port",
    "dir",
    "sentinel",
};

/// The server must stay our child and write to our standard output, whatever a file says.
const std::array<Directive, 3> forced_directives{{
    {"daemonize", {"no"}},
    {"supervised", {"no"}},
    {"logfile", {""}},
}};

void append_arguments(std::vector<std::string>& args, const Directive& directive) {
  args.push_back("--" + directive.name);
  args.insert(args.end(), directive.values.begin(), directive.values.end());
}

std::vector<Directive> limit_directives(const MinReplicas& limits) {
  return {{"min-replicas-to-write", {std::to_string(limits.to_write)}},
          {"min-replicas-max-lag", {std::to_string(limits.max_lag)}}};
}

/// A fence that the server wrote into its configuration ends with the server.
void open_fence(Conf& conf, const StateNote& note, const IncludeReader& read) {
  if (note.users_limits && (note.fenced || refuse_all(min_replicas_of(flatten(conf, read))))) {
    for (const Directive& directive : limit_directives(*note.users_limits)) {
      conf.set(directive);
    }
  }
}

std::optional<std::string> overlay_of(const Settings& settings) {
  return settings.overrides_file.given ? std::optional(settings.overrides_file.value)
                                       : std::nullopt;
}

Result<Done> check_overlay(const std::optional<std::string>& path, const IncludeReader& read) {
  if (!path) {
    return Done{};
  }
  const Conf overlay(render({"include", {*path}}));
  for (const Directive& directive : flatten(overlay, read)) {
    if (std::find(owned_directives.begin(), owned_directives.end(), directive.name) !=
        owned_directives.end()) {
      return Error{ExitCode::config,
                   "REDIS_OVERRIDES_FILE=" + *path + ": holds `" + directive.name +
                       "`, which belongs to the settings and the server; accepted "
                       "is every directive but role, port, dir, announced address, "
                       "authentication, TLS files and those of Sentinel"};
    }
  }
  return Done{};
}

/// The command line behind the path: settings of a file that is not ours, then the user's
/// arguments, then what must hold. A lone `-` (configuration on standard input) has to stay last.
std::vector<std::string> arguments(const Settings& settings, const ServerCommand& command,
                                   Home home, const Findings& findings) {
  std::vector<std::string> args;
  if (command.sentinel) {
    args.emplace_back("--sentinel");
  }
  if (home == Home::given) {
    for (const Directive& directive : node_directives(settings)) {
      append_arguments(args, directive);
    }
    if (const auto overlay = overlay_of(settings)) {
      append_arguments(args, {"include", {*overlay}});
    }
  }
  for (const auto& more : {extra_arguments(settings), command.args}) {
    args.insert(args.end(), more.begin(), more.end());
  }
  const bool from_stdin = !args.empty() && args.back() == "-";
  if (from_stdin) {
    args.pop_back();
  }
  for (const Directive& directive : forced_directives) {
    append_arguments(args, directive);
  }
  if (findings.role && findings.role->action == RoleAction::be_closed_master) {
    for (const Directive& directive : limit_directives({no_writes, MinReplicas{}.max_lag})) {
      append_arguments(args, directive);
    }
  }
  if (from_stdin) {
    args.emplace_back("-");
  }
  return args;
}

std::vector<Directive> flatten_arguments(const std::vector<std::string>& args,
                                         const IncludeReader& read) {
  std::string text;
  for (const Directive& directive : directives_of_arguments(args)) {
    text += render(directive) + '\n';
  }
  return flatten(Conf(text), read);
}

bool only_loopback(const Directive* bind) {
  if (bind == nullptr || bind->values.empty()) {
    return false;
  }
  return std::all_of(bind->values.begin(), bind->values.end(), [](std::string_view address) {
    address.remove_prefix(address.starts_with('-') ? 1 : 0);
    return address.starts_with("127.") || address == "::1" || address == "localhost";
  });
}

bool has_password(const std::vector<Directive>& directives) {
  if (!value_of(directives, "requirepass", "").empty() ||
      !value_of(directives, "aclfile", "").empty()) {
    return true;
  }
  return std::any_of(directives.begin(), directives.end(), [](const Directive& directive) {
    if (directive.name != "user" || directive.values.empty() ||
        directive.values.front() != "default") {
      return false;
    }
    const auto& rules = directive.values;
    return std::find(rules.begin(), rules.end(), "nopass") == rules.end();
  });
}

bool is_open_to_everybody(const std::vector<Directive>& directives, bool sentinel) {
  return value_of(directives, "protected-mode", sentinel ? "no" : "yes") == "no" &&
         !only_loopback(last_of(directives, {"bind"})) && !has_password(directives);
}

void warn_of_overruled(ServerConf& conf, const std::vector<Directive>& users) {
  for (const Directive& forced : forced_directives) {
    const Directive* asked = last_of(users, {forced.name});
    if (asked != nullptr && asked->values != forced.values) {
      conf.warnings.push_back("`" + render(*asked) + "` is overruled: the server stays in the " +
                              "foreground, unsupervised by others, and logs to standard output");
    }
  }
}

void warn(ServerConf& conf, const Settings& settings, bool sentinel) {
  const std::string& volume = settings.data_dir.value;
  const std::string dir = storage_of(conf, settings).dir;
  if (dir != volume && !dir.starts_with(volume + "/")) {
    conf.warnings.push_back("the data is kept in " + dir + ", outside the volume " + volume +
                            "; REDIS_DATA_DIR=" + volume + ", given explicitly, moves it there");
  }
  if (is_open_to_everybody(conf.effective, sentinel)) {
    conf.warnings.emplace_back(
        sentinel ? "no password protects the open port: everybody who reaches it can name another "
                   "master (set REDIS_SENTINEL_PASSWORD)"
                 : "no password protects the open port: everybody who reaches it can "
                   "read and change all data (set REDIS_PASSWORD or an ACL)");
  }
}

/// Makes a directive hold also against an include that says otherwise.
void make_hold(Conf& conf, const Directive& directive, const IncludeReader& read) {
  conf.set(directive);
  if (last_like(flatten(conf, read), directive)->values != directive.values) {
    conf.append(directive);
  }
}

void set_role(Conf& conf, const RoleDecision& role, const IncludeReader& read) {
  if (role.action == RoleAction::be_replica) {
    const Endpoint& master = role.found.server;
    make_hold(conf, {"replicaof", {master.host, std::to_string(master.port)}}, read);
  } else if (role.action == RoleAction::be_master || role.action == RoleAction::be_closed_master) {
    conf.remove({"replicaof", {}});
  }
}

/// What the file in the volume shall say, its own lines kept.
Result<std::string> shaped_text(const Settings& settings, bool sentinel, const std::string& text,
                                const Findings& findings, const IncludeReader& read) {
  Conf conf(text);
  if (sentinel) {
    if (auto shaped = shape_sentinel_conf(conf, settings, findings.monitor); !shaped) {
      return shaped.error();
    }
  } else {
    for (const auto& wanted : {node_directives(settings), node_secrets(settings)}) {
      for (const Directive& directive : wanted) {
        make_hold(conf, directive, read);
      }
    }
    if (findings.role) {
      set_role(conf, *findings.role, read);
      open_fence(conf, findings.note, read);
    }
    if (settings.password.given && !settings.username.given) {
      set_default_password(conf, settings.password.value);
    }
  }
  conf.set_overlay(overlay_of(settings));
  return conf.text();
}

/// A role among the arguments would undo every promotion at the next start.
Result<Done> check_arguments(const std::vector<Directive>& users, const Findings& findings) {
  const Directive* role = last_like(users, {"replicaof", {}});
  if (findings.role && role != nullptr) {
    return Error{ExitCode::config,
                 "--" + role->name +
                     " among the server's arguments: not accepted "
                     "in a group, where it would undo a promotion at the next start"};
  }
  return Done{};
}

/// What passwords and users need beside the text.
Result<Done> check_access(const Settings& settings, const ServerConf& conf, bool sentinel) {
  if (conf.home == Home::given && !node_password(settings).empty()) {
    return Error{
        ExitCode::config,
        "REDIS_PASSWORD: not accepted beside a configuration on the command line, which is "
        "used as it is; name " +
            conf.path +
            " by REDIS_CONF instead, or write the "
            "password into it"};
  }
  const std::string& user = settings.username.value;
  if (!sentinel && settings.username.given && user != "default" &&
      last_like(conf.effective, {"user", {user}}) == nullptr &&
      value_of(conf.effective, "aclfile", "").empty()) {
    return Error{ExitCode::config, "REDIS_USERNAME=" + user +
                                       ": the configuration has no such user; accepted is one with "
                                       "a `user` line there, in the overlay or in an aclfile"};
  }
  return Done{};
}

/// The text for the file in the volume, which becomes part of `conf` when it has to be written.
Result<std::string> volume_text(ServerConf& conf, const Settings& settings, bool sentinel,
                                const ConfSource& source, const Findings& findings,
                                const IncludeReader& read) {
  conf.path = volume_conf_path(settings, sentinel);
  auto text = shaped_text(settings, sentinel, source.text, findings, read);
  if (!text) {
    return text;
  }
  conf.unchanged = source.home == Home::volume && *text == source.text;
  if (!conf.unchanged || sentinel) {
    conf.text = *text;
  }
  return text;
}

void append(std::vector<Directive>& to, std::vector<Directive> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

std::string volume_conf_path(const Settings& settings, bool sentinel) {
  return settings.data_dir.value + (sentinel ? "/sentinel.conf" : "/redis.conf");
}

std::string state_note_path(const Settings& settings) {
  return settings.data_dir.value + "/dkr-redis.state";
}

Result<ServerConf> make_server_conf(const Settings& settings, const ServerCommand& command,
                                    const ConfSource& source, const Findings& findings,
                                    const IncludeReader& read) {
  if (auto checked = check_overlay(overlay_of(settings), read); !checked) {
    return checked.error();
  }
  ServerConf conf;
  conf.sentinel = command.sentinel;
  conf.home = source.home;
  conf.findings = findings;
  conf.path = source.path;
  auto text = source.home == Home::given
                  ? Result<std::string>(source.text)
                  : volume_text(conf, settings, command.sentinel, source, findings, read);
  if (!text) {
    return text.error();
  }
  conf.args = arguments(settings, command, source.home, findings);
  std::vector<Directive> users = flatten(Conf(*text), read);
  conf.effective = users;
  append(conf.effective, flatten_arguments(conf.args, read));
  std::vector<Directive> asked = flatten_arguments(extra_arguments(settings), read);
  append(asked, flatten_arguments(command.args, read));
  for (const auto& checked :
       {check_arguments(asked, findings), check_access(settings, conf, command.sentinel)}) {
    if (!checked) {
      return checked.error();
    }
  }
  append(users, std::move(asked));
  const MinReplicas limits = min_replicas_of(users);
  conf.users_limits = refuse_all(limits) ? MinReplicas{} : limits;
  warn_of_overruled(conf, users);
  warn(conf, settings, command.sentinel);
  return conf;
}

}  // namespace dkr
