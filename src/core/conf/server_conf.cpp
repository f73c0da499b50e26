#include "dkr/core/conf/server_conf.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/conf/default_user.hpp"
#include "dkr/core/conf/kept_arguments.hpp"
#include "dkr/core/conf/open_port.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/settings/server_arguments.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;

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

int priority_in(const std::vector<Directive>& effective) {
  const Directive* last = last_like(effective, {"replica-priority", {}});
  return parse_priority(last != nullptr && last->values.size() == 1 ? last->values.front() : "");
}

/// Returns what removes a fence from the configuration: a fence ends with the server that wrote it.
std::vector<Directive> unfencing(const ServerConf& conf) {
  return conf.unfenced ? limit_directives(*conf.unfenced) : std::vector<Directive>{};
}

/// Appends directives as arguments, but keeps a lone `-` (configuration on standard input) last.
void append_in_order(std::vector<std::string>& args, const std::vector<Directive>& directives) {
  const bool from_stdin = !args.empty() && args.back() == "-";
  if (from_stdin) {
    args.pop_back();
  }
  for (const Directive& directive : directives) {
    append_arguments(args, directive);
  }
  if (from_stdin) {
    args.emplace_back("-");
  }
}

/// True for a `sentinel` directive, which stands in a sentinel's file: given again beside what
/// Sentinel has written there, it would be a second master, replica or command of one name.
bool is_for_sentinel(const ArgumentGroup& group) {
  const auto words = words_of(group);
  return words.size() > 1 && lower(words.front()) == "sentinel";
}

/// Returns the command line after the path: the settings if the file is not ours, then the user's
/// arguments, then what we enforce.
std::vector<std::string> arguments(const Settings& settings, const ServerCommand& command,
                                   Home home) {
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
    for (const ArgumentGroup& group : split_server_arguments(more)) {
      if (!command.sentinel || !is_for_sentinel(group)) {
        args.insert(args.end(), group.begin(), group.end());
      }
    }
  }
  append_in_order(args, {forced_directives.begin(), forced_directives.end()});
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

void warn_of_other_files(ServerConf& conf, const Settings& settings, const ServerCommand& command) {
  std::vector<std::string> lines{unused_setting(settings, command)};
  if (conf.source.named) {
    lines.push_back(passed_over(*conf.source.named, conf.path, conf.source.text));
  }
  for (std::string& line : lines) {
    if (!line.empty()) {
      conf.warnings.push_back(std::move(line));
    }
  }
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
  const std::string dir = storage_of(conf.effective, settings).dir;
  if (dir != volume && !dir.starts_with(volume + "/")) {
    conf.warnings.push_back("the data is kept in " + dir + ", outside the volume " + volume +
                            "; REDIS_DATA_DIR=" + volume + ", given explicitly, moves it there");
  }
  if (is_open_to_everybody(conf.effective, conf.acl_file, conf.sentinel)) {
    conf.warnings.emplace_back(
        conf.sentinel
            ? "no password protects the open port: everybody who reaches it can name another "
              "master (set REDIS_SENTINEL_PASSWORD)"
            : "no password protects the open port: everybody who reaches it can "
              "read and change all data (set REDIS_PASSWORD or an ACL)");
  }
}

/// Leaves out arguments that a file which is not ours says, too, with which the server would not
/// start: CONFIG REWRITE wrote them there.
void leave_out_what_is_said(ServerConf& made, const std::vector<Directive>& file) {
  std::vector<std::string> kept;
  for (const ArgumentGroup& group : split_server_arguments(made.args)) {
    const auto parsed = directives_of_arguments(group);
    const Directive* said =
        parsed.empty() || !must_be_once(parsed.front()) ? nullptr : last_like(file, parsed.front());
    if (said == nullptr) {
      kept.insert(kept.end(), group.begin(), group.end());
    } else {
      made.warnings.push_back("--" + said->name + " " + said->values.front() +
                              " is left out: " + made.path + " says it, too");
    }
  }
  made.args = std::move(kept);
}

/// Makes a directive take effect even if an include says otherwise.
void make_hold(Conf& conf, const Directive& directive, const IncludeReader& read) {
  conf.set(directive);
  if (last_like(flatten(conf, read), directive)->values != directive.values) {
    conf.append(directive);
  }
}

void set_role(Conf& conf, const ConfRole& role, const IncludeReader& read) {
  switch (role.kind) {
    case ConfRole::Kind::as_it_is:
      return;
    case ConfRole::Kind::master:
    case ConfRole::Kind::closed_master:
      return conf.remove({"replicaof", {}});
    case ConfRole::Kind::replica:
      return make_hold(conf, {"replicaof", {role.master.host, std::to_string(role.master.port)}},
                       read);
  }
}

/// Writes the settings and the role into a file of the volume, minding its `include` lines.
void shape_node_conf(Conf& conf, const Settings& settings, const ServerConf& made,
                     const std::optional<ConfRole>& role) {
  const IncludeReader read = reader_of(made);
  for (const auto& wanted : {node_directives(settings), node_secrets(settings)}) {
    for (const Directive& directive : wanted) {
      make_hold(conf, directive, read);
    }
  }
  if (role) {
    set_role(conf, *role, read);
    for (const Directive& directive : unfencing(made)) {
      conf.set(directive);
    }
  }
  if (is_for_default(settings, false)) {
    set_default_password(conf, settings.password.value);
  }
}

/// Returns the directives of settings that go into a file of the volume.
std::vector<Directive> wanted_in_volume(const Settings& settings, const ServerConf& conf) {
  std::vector<Directive> wanted =
      conf.sentinel
          ? sentinel_directives(
                settings, conf.lacks_monitor || starts_without_groups(settings, conf.source.text))
          : node_directives(settings);
  if (is_for_default(settings, conf.sentinel)) {
    wanted.push_back({"requirepass", {password_of_default(settings, conf.sentinel, {}).reveal()}});
  }
  return wanted;
}

/// Closes a `user default` line in a file of the volume that would win over the password given:
/// CONFIG REWRITE writes it wherever there was no password before.
void protect_kept_default(ServerConf& made, const Settings& settings, const Conf& conf) {
  const Directive key{"user", {"default"}};
  const Secret password = password_of_default(settings, made.sentinel, made.effective);
  const auto found = conf.directives();
  const Directive* kept = last_like(found, key);
  const auto last =
      std::find_if(made.effective.rbegin(), made.effective.rend(),
                   [&](const Directive& directive) { return same_thing(directive, key); });
  if (made.source.home == Home::given || made.acl_file || password.empty() || kept == nullptr ||
      last->values != kept->values || !is_default_open(made.effective, {})) {
    return;
  }
  protect(*last, password);
  made.protects_default = password;
}

/// Returns what CONFIG REWRITE would keep in this file of what the server is told elsewhere.
std::vector<KeptThing> kept_in(const Conf& own, const Settings& settings, const ServerConf& made) {
  Conf includes("");
  for (const Directive& directive : own.directives()) {
    if (directive.name == "include") {
      includes.append(directive);
    }
  }
  includes.set_overlay(overlay_of(settings));
  return kept_things(made.asked, flatten(includes, reader_of(made)));
}

void append(std::vector<Directive>& to, std::vector<Directive> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

/// Removes a fence that the last server has written into a file of the volume.
void remove_fence(ServerConf& made, Conf& conf, const StateNote& note, const IncludeReader& read) {
  if (!made.sentinel && note.users_limits &&
      (note.fenced || refuse_all(min_replicas_of(flatten(conf, read))))) {
    made.unfenced = note.users_limits;
  }
  for (const Directive& directive : unfencing(made)) {
    conf.set(directive);
  }
}

/// Notes the user's own limits and priority, without what a fence or an empty volume put there.
void note_users_own(ServerConf& made, const std::vector<Directive>& users, const StateNote& note) {
  const MinReplicas limits = min_replicas_of(users);
  made.users_limits = refuse_all(limits) ? MinReplicas{} : limits;
  const int priority = priority_in(made.effective);
  made.zeroed = priority == 0 && note.users_priority;
  made.users_priority = made.zeroed ? *note.users_priority : own_priority(priority);
}

/// Adds to the user's directives what settings, standard input and arguments say, in the order in
/// which the server reads them, and reads the aclfile. Source: loadServerConfig() in config.c.
void put_in_effect(ServerConf& made, const Settings& settings, const std::vector<Directive>& users,
                   const std::vector<Directive>& typed, const IncludeReader& read) {
  made.effective = users;
  if (made.source.home != Home::given) {
    append(made.effective, wanted_in_volume(settings, made));
  }
  append(made.effective, typed);
  append(made.effective, flatten_arguments(made.args, read));
  const std::string path = value_of(made.effective, "aclfile", "");
  if (!path.empty()) {
    made.acl_file = flatten(Conf(render({"include", {path}})), read);
  }
}

/// Lets others in where nothing says otherwise, as the official images do. What is not known may
/// say otherwise: a file that we cannot read, standard input.
void let_in(ServerConf& made) {
  const bool is_known = !made.source.unread && (made.args.empty() || made.args.back() != "-");
  if (!made.sentinel && is_known && lacks_protected_mode(made.effective, made.acl_file)) {
    const std::vector<Directive> open{{"protected-mode", {"no"}}};
    append_in_order(made.args, open);
    append(made.effective, open);
  }
}

/// Sets those of the groups that the configuration monitors.
void set_scripts(Conf& conf, const std::vector<Directive>& scripts) {
  const auto directives = conf.directives();
  for (const Directive& script : scripts) {
    if (last_like(directives, {"sentinel", {"monitor", script.values[1]}}) != nullptr) {
      conf.set(script);
    }
  }
}

}  // namespace

std::string volume_conf_path(const Settings& settings, bool sentinel) {
  return settings.data_dir.value + (sentinel ? "/sentinel.conf" : "/redis.conf");
}

std::string state_note_path(const Settings& settings) {
  return settings.data_dir.value + "/dkr-redis.state";
}

IncludeReader reader_of(const ServerConf& conf) {
  return [&conf](const std::string& pattern) {
    const auto found = conf.included.find(pattern);
    return found == conf.included.end() ? std::vector<std::string>{} : found->second;
  };
}

std::optional<std::string> overlay_of(const Settings& settings) {
  return settings.overrides_file.given ? std::optional(settings.overrides_file.value)
                                       : std::nullopt;
}

ServerConf make_server_conf(const Settings& settings, const ServerCommand& command,
                            const StateNote& note, ConfSource source, const IncludeReader& read) {
  ServerConf made;
  const IncludeReader once = [&](const std::string& pattern) {
    auto found = made.included.find(pattern);
    if (found == made.included.end()) {
      found = made.included.emplace(pattern, read(pattern)).first;
    }
    return found->second;
  };
  const bool given = source.home == Home::given;
  Conf conf(given ? source.text : without_kept(source.text));
  made.sentinel = command.sentinel;
  const auto typed = flatten(Conf(command.typed), once);
  made.asked = typed;
  append(made.asked, flatten_arguments(extra_arguments(settings), once));
  append(made.asked, flatten_arguments(command.args, once));
  if (made.sentinel) {
    set_asked(conf, made.asked);
  }
  made.lacks_monitor = command.sentinel && lacks_monitor(settings, conf);
  made.path = given ? source.path : volume_conf_path(settings, command.sentinel);
  made.args = arguments(settings, command, source.home);
  made.source = std::move(source);
  if (!given) {
    remove_fence(made, conf, note, once);
    conf.set_overlay(overlay_of(settings));
  }
  std::vector<Directive> users = flatten(conf, once);
  if (given) {
    leave_out_what_is_said(made, users);
  }
  put_in_effect(made, settings, users, typed, once);
  protect_kept_default(made, settings, conf);
  let_in(made);
  append(users, made.asked);
  note_users_own(made, users, note);
  warn_of_other_files(made, settings, command);
  warn_of_overruled(made, users);
  warn(made, settings);
  return made;
}

FinalConf finish_conf(const Settings& settings, const ServerConf& conf, const ConfOrders& orders) {
  FinalConf last{{}, false, conf.args};
  if (orders.role && orders.role->kind == ConfRole::Kind::closed_master) {
    append_in_order(last.args, limit_directives({no_writes, MinReplicas{}.max_lag}));
  }
  const bool is_replica = orders.role && orders.role->kind == ConfRole::Kind::replica;
  if (is_replica || conf.zeroed) {
    const int users = conf.users_priority;
    const int priority = !is_replica ? users : orders.role->is_empty ? 0 : held_back(users);
    append_in_order(last.args, {{"replica-priority", {std::to_string(priority)}}});
  }
  if (conf.source.home == Home::given) {
    return last;
  }
  Conf shaped(without_kept(conf.source.text));
  if (conf.sentinel) {
    shape_sentinel_conf(shaped, settings, orders.monitor, conf.asked);
    set_scripts(shaped, conf.scripts);
    if (orders.new_identity) {
      drop_identity(shaped);
    }
  } else {
    shape_node_conf(shaped, settings, conf, orders.role);
  }
  shaped = Conf(mark_kept(shaped.text(), kept_in(shaped, settings, conf)));
  if (conf.protects_default) {
    protect_default(shaped, *conf.protects_default);
  }
  shaped.set_overlay(overlay_of(settings));
  const bool is_copy = conf.source.home == Home::fallback && !conf.source.path.empty();
  std::string text =
      is_copy ? marked_copy(shaped.text(), conf.source.path, conf.source.text) : shaped.text();
  last.unchanged = conf.source.home == Home::volume && text == conf.source.text;
  if (!last.unchanged || conf.sentinel) {
    last.text = std::move(text);
  }
  return last;
}

}  // namespace dkr
