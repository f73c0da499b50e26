#include "dkr/core/server_conf.hpp"

#include <algorithm>
#include <array>

#include "dkr/core/words.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;

/// Directives that only we and the server write: in an overlay, which is read last, they would undo
/// a promotion or contradict a setting.
constexpr std::array<std::string_view, 18> owned_directives{
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
    "port",
    "dir",
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

/// What the given settings want the configuration to say.
std::vector<Directive> wanted_directives(const Settings& settings) {
  std::vector<Directive> wanted;
  if (settings.port.given) {
    wanted.push_back({"port", {std::to_string(settings.port.value)}});
  }
  if (settings.data_dir.given) {
    wanted.push_back({"dir", {settings.data_dir.value}});
  }
  return wanted;
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
                       "authentication and TLS files"};
    }
  }
  return Done{};
}

/// The command line behind the path: settings of a file that is not ours, then the user's
/// arguments, then what must hold. A lone `-` (configuration on standard input) has to stay last.
std::vector<std::string> arguments(const Settings& settings, const ServerCommand& command,
                                   Home home) {
  std::vector<std::string> args;
  if (home == Home::given) {
    for (const Directive& directive : wanted_directives(settings)) {
      append_arguments(args, directive);
    }
    if (const auto overlay = overlay_of(settings)) {
      append_arguments(args, {"include", {*overlay}});
    }
  }
  args.insert(args.end(), settings.server_args.begin(), settings.server_args.end());
  args.insert(args.end(), command.args.begin(), command.args.end());
  const bool from_stdin = !args.empty() && args.back() == "-";
  if (from_stdin) {
    args.pop_back();
  }
  for (const Directive& directive : forced_directives) {
    append_arguments(args, directive);
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

bool is_open_to_everybody(const std::vector<Directive>& directives) {
  return value_of(directives, "protected-mode", "yes") == "no" &&
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

void warn(ServerConf& conf, const Settings& settings) {
  const std::string& volume = settings.data_dir.value;
  const std::string dir = storage_of(conf, settings).dir;
  if (dir != volume && !dir.starts_with(volume + "/")) {
    conf.warnings.push_back("the data is kept in " + dir + ", outside the volume " + volume +
                            "; REDIS_DATA_DIR=" + volume + ", given explicitly, moves it there");
  }
  if (is_open_to_everybody(conf.effective)) {
    conf.warnings.emplace_back(
        "no password protects the open port: everybody who reaches it can "
        "read and change all data (set requirepass or an ACL)");
  }
}

/// What the file in the volume shall say, its own lines kept.
std::string shaped_text(const Settings& settings, const std::string& text,
                        const IncludeReader& read) {
  Conf conf(text);
  for (const Directive& directive : wanted_directives(settings)) {
    conf.set(directive);
    if (last_of(flatten(conf, read), {directive.name})->values != directive.values) {
      conf.append(directive);  // an include of the user's says otherwise
    }
  }
  conf.set_overlay(overlay_of(settings));
  return conf.text();
}

}  // namespace

std::string volume_conf_path(const Settings& settings) {
  return settings.data_dir.value + "/redis.conf";
}

Result<ServerConf> make_server_conf(const Settings& settings, const ServerCommand& command,
                                    const ConfSource& source, const IncludeReader& read) {
  if (auto checked = check_overlay(overlay_of(settings), read); !checked) {
    return checked.error();
  }
  ServerConf conf;
  conf.home = source.home;
  conf.path = source.path;
  std::string text = source.text;
  if (source.home != Home::given) {
    conf.path = volume_conf_path(settings);
    text = shaped_text(settings, text, read);
    if (source.home == Home::fallback || text != source.text) {
      conf.text = text;
    }
  }
  conf.args = arguments(settings, command, source.home);
  std::vector<Directive> users = flatten(Conf(text), read);
  conf.effective = users;
  for (Directive& directive : flatten_arguments(conf.args, read)) {
    conf.effective.push_back(std::move(directive));
  }
  std::vector<std::string> given(settings.server_args);
  given.insert(given.end(), command.args.begin(), command.args.end());
  for (Directive& directive : flatten_arguments(given, read)) {
    users.push_back(std::move(directive));
  }
  warn_of_overruled(conf, users);
  warn(conf, settings);
  return conf;
}

Storage storage_of(const ServerConf& conf, const Settings& settings) {
  const auto& holds = conf.effective;
  Storage storage;
  storage.dir =
      absolute_path(value_of(holds, "dir", settings.data_dir.value), settings.data_dir.value);
  while (storage.dir.size() > 1 && (storage.dir.ends_with('/') || storage.dir.ends_with("/."))) {
    storage.dir.pop_back();
  }
  const std::string aof_name = value_of(holds, "appendfilename", "appendonly.aof");
  storage.rdb = storage.dir + "/" + value_of(holds, "dbfilename", "dump.rdb");
  storage.aof = storage.dir + "/" + aof_name;
  storage.manifest = storage.dir + "/" + value_of(holds, "appenddirname", "appendonlydir") + "/" +
                     aof_name + ".manifest";
  storage.append_only = lower(value_of(holds, "appendonly", "no")) == "yes";
  return storage;
}

}  // namespace dkr
