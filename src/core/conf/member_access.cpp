#include "dkr/core/conf/member_access.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/default_user.hpp"

namespace dkr {
namespace {

/// A command that a member needs of its own server, and the categories that it is in.
struct Needed {
  std::string_view name;
  std::array<std::string_view, 4> categories;
};

/// The first is all that one needs to look.
constexpr std::array<Needed, 4> needed{{
    {"INFO", {"slow", "dangerous"}},
    {"CONFIG", {"admin", "slow", "dangerous"}},
    {"REPLICAOF", {"admin", "slow", "dangerous"}},
    {"CLIENT", {"admin", "slow", "dangerous", "connection"}},
}};

using Commands = std::bitset<needed.size()>;

/// The needed commands that a name, such as `config|get`, or `@category` stands for.
Commands commands_of(std::string_view name) {
  Commands found;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const auto& [command, categories] = needed.at(i);
    const bool category = name.starts_with('@') && std::find(categories.begin(), categories.end(),
                                                             name.substr(1)) != categories.end();
    found[i] = category || name == "@all" || name.substr(0, name.find('|')) == lower(command);
  }
  return found;
}

/// What the rules of a user allow. Source: ACLSetUser() in acl.c.
class AclUser {
 public:
  explicit AclUser(const std::vector<std::string>& rules) {
    for (const std::string& rule : rules) {
      obey(rule);
    }
  }

  bool on = false;
  bool without_password = false;
  bool hashed = false;  ///< it has a password of which only the hash is told
  std::vector<std::string> passwords;
  Commands may;

 private:
  void obey(const std::string& rule) {
    const std::string word = lower(rule);
    if (word == "on" || word == "off") {
      on = word == "on";
    } else if (word == "nopass" || word == "resetpass") {
      passwords.clear();
      hashed = false;
      without_password = word == "nopass";
    } else if (word == "allcommands") {
      may.set();
    } else if (word == "nocommands") {
      may.reset();
    } else if (!rule.empty()) {
      obey_sign(rule, word);
    }
  }

  void obey_sign(const std::string& rule, std::string_view word) {
    switch (rule.front()) {
      case '>':
        passwords.push_back(rule.substr(1));
        without_password = false;
        break;
      case '#':
        hashed = true;
        without_password = false;
        break;
      case '+':
        may |= commands_of(word.substr(1));
        break;
      case '-':  // a command that lacks some of its subcommands is still there
        may &= word.find('|') == std::string_view::npos ? ~commands_of(word.substr(1)) : may;
        break;
      case '(':  // a selector, which may allow anything
        may.set();
        break;
      default:
        break;
    }
  }
};

std::string user_name(const Settings& settings) {
  return settings.username.given ? settings.username.value : "default";
}

/// Returns the line of a user that is in effect; null if there is none, or it cannot be read.
const Directive* line_of(const ServerConf& conf, const std::string& name) {
  return last_like(conf.acl_file ? *conf.acl_file : conf.effective, {"user", {name}});
}

AclUser user_of(const Directive& line) {
  return AclUser({line.values.begin() + 1, line.values.end()});
}

/// Returns why this user cannot log in with the password; empty if it can.
std::string obstacle_of(const AclUser& user, const Settings& settings) {
  const std::string& password = node_password(settings).reveal();
  if (!user.on) {
    return "is off";
  }
  if (user.without_password) {
    // AUTH with a password alone is refused then. Source: authCommand() in acl.c.
    return password.empty() || settings.username.given ? "" : "has no password";
  }
  if (password.empty()) {
    return "its password is not known";
  }
  const bool right = user.hashed || std::find(user.passwords.begin(), user.passwords.end(),
                                              password) != user.passwords.end();
  return right ? "" : "has another password";
}

/// The same of the default user where no `user` line is about it.
std::string obstacle_of(std::string_view required, const Settings& settings) {
  const std::string& password = node_password(settings).reveal();
  if (password == required) {
    return "";
  }
  return required.empty() ? "has no password" : "has another password";
}

/// The same of the user that we log in as.
std::string login_obstacle(const Settings& settings, const ServerConf& conf) {
  const bool ours = is_for_default(settings, false) && !conf.acl_file;
  if (ours) {
    return obstacle_of(settings.password.value.reveal(), settings);
  }
  const std::string name = user_name(settings);
  if (const Directive* line = line_of(conf, name)) {
    return obstacle_of(user_of(*line), settings);
  }
  return name == "default" && !conf.acl_file
             ? obstacle_of(value_of(conf.effective, "requirepass", ""), settings)
             : "";
}

/// Returns the needed command that has another name in this configuration; empty if there is none.
std::string_view renamed(const ServerConf& conf) {
  for (const Directive& directive : conf.effective) {
    if (directive.name != "rename-command" || directive.values.size() != 2 ||
        lower(directive.values[0]) == lower(directive.values[1])) {
      continue;
    }
    for (const Needed& command : needed) {
      if (lower(directive.values[0]) == lower(command.name)) {
        return command.name;
      }
    }
  }
  return {};
}

/// Returns the needed command that the user may not use; empty if there is none.
std::string_view forbidden(const Settings& settings, const ServerConf& conf) {
  const Directive* line = line_of(conf, user_name(settings));
  const Commands may = line != nullptr ? user_of(*line).may : ~Commands();
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!may[i]) {
      return needed.at(i).name;
    }
  }
  return {};
}

Error refuse(const std::string& what, const std::string& accepted) {
  return {ExitStatus::config, what + "accepted in a group is " + accepted};
}

}  // namespace

Secret told_password(const ServerConf& conf) {
  const Directive* line = line_of(conf, "default");
  const std::string required = conf.acl_file ? "" : value_of(conf.effective, "requirepass", "");
  if (line == nullptr) {
    return Secret(required);
  }
  const AclUser user = user_of(*line);
  if (!user.on || (!user.hashed && user.passwords.empty())) {
    return {};
  }
  return user.passwords.empty() ? Secret(required) : Secret(user.passwords.back());
}

Login told_login(const ServerConf& conf) {
  const Directive* line = line_of(conf, "default");
  if (line == nullptr || user_of(*line).on) {
    return {"", told_password(conf)};
  }
  for (const Directive& other : conf.acl_file ? *conf.acl_file : conf.effective) {
    if (other.name != "user" || other.values.empty()) {
      continue;
    }
    const std::string& name = other.values.front();
    const AclUser user = user_of(*line_of(conf, name));
    if (user.on && user.may[0] && (user.without_password || !user.passwords.empty())) {
      return {name, Secret(user.without_password ? name : user.passwords.back())};
    }
  }
  return {};
}

Result<Done> check_member_access(const Settings& settings, const ServerConf& conf) {
  const std::string login = login_obstacle(settings, conf);
  if (!login.empty()) {
    return refuse("user " + user_name(settings) + ": " + login + "; ",
                  "REDIS_PASSWORD, or REDIS_USERNAME and REDIS_PASSWORD of a user that may log "
                  "in by it");
  }
  if (const auto command = renamed(conf); !command.empty()) {
    return refuse("rename-command " + std::string(command) + ": ",
                  "one that leaves INFO, CONFIG, REPLICAOF and CLIENT as they are");
  }
  if (const auto command = forbidden(settings, conf); !command.empty()) {
    return refuse("user " + user_name(settings) + ": may not use " + std::string(command) + "; ",
                  "one that may use INFO, CONFIG, REPLICAOF and CLIENT");
  }
  return Done{};
}

}  // namespace dkr
