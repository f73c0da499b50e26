#include "dkr/core/conf/default_user.hpp"

#include <string_view>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

/// What decides whether a user is open. Source: ACLSetUser() in acl.c.
struct UserAccess {
  bool on = false;
  bool without_password = false;
  bool does_something = false;
};

void obey(UserAccess& access, const std::string& rule) {
  const std::string word = lower(rule);
  const char sign = word.empty() ? ' ' : word.front();
  if (word == "reset") {
    access = {};
  } else if (word == "on" || word == "off") {
    access.on = word == "on";
  } else if (word == "nopass" || word == "resetpass" || sign == '>' || sign == '#') {
    access.without_password = word == "nopass";
  } else if (word == "nocommands" || word == "-@all") {
    access.does_something = false;
  } else if (word == "allcommands" || sign == '+' || sign == '(') {
    access.does_something = true;
  }
}

}  // namespace

bool is_open(const std::vector<std::string>& rules) {
  UserAccess access;
  for (const std::string& rule : rules) {
    obey(access, rule);
  }
  return access.on && access.without_password && access.does_something;
}

bool is_default_open(const std::vector<Directive>& effective,
                     const std::optional<std::vector<Directive>>& acl_file) {
  const Directive* line = last_like(acl_file ? *acl_file : effective, {"user", {"default"}});
  if (line != nullptr) {
    return is_open({line->values.begin() + 1, line->values.end()});
  }
  return acl_file || value_of(effective, "requirepass", "").empty();
}

bool is_for_default(const Settings& settings, bool sentinel) {
  return sentinel ? settings.sentinel_password.given
                  : settings.password.given &&
                        (!settings.username.given || settings.username.value == "default");
}

Secret password_of_default(const Settings& settings, bool sentinel,
                           const std::vector<Directive>& effective) {
  if (is_for_default(settings, sentinel)) {
    return sentinel ? settings.sentinel_password.value : settings.password.value;
  }
  return Secret(value_of(effective, "requirepass", ""));
}

void protect(Directive& user, const Secret& password) {
  std::erase_if(user.values, [](const std::string& rule) {
    return lower(rule) == "nopass" || lower(rule) == "resetpass" ||
           std::string_view("><#!").find(rule.empty() ? ' ' : rule.front()) !=
               std::string_view::npos;
  });
  user.values.push_back(">" + password.reveal());
}

}  // namespace dkr
