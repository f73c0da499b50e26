#include "dkr/core/decide/plan.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/conf/secret_names.hpp"
#include "dkr/core/settings/server_arguments.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

/// As in the official images: the server's files are private, unless someone chose a umask.
constexpr unsigned usual_umask = 0022;
constexpr unsigned private_umask = 0077;

/// Returns what the group's answers change in the configuration.
ConfOrders orders_of(const StartDecision& decision) {
  using Kind = ConfRole::Kind;
  ConfOrders orders{decision.monitor, {}, decision.new_identity};
  if (!decision.role) {
    return orders;
  }
  switch (decision.role->action) {
    case RoleAction::be_master:
      orders.role = ConfRole{Kind::master, {}};
      break;
    case RoleAction::be_closed_master:
      orders.role = ConfRole{Kind::closed_master, {}};
      break;
    case RoleAction::be_replica:
      orders.role = ConfRole{Kind::replica, decision.role->found.server, decision.role->empty};
      break;
    case RoleAction::as_it_is:
    case RoleAction::promote:
    case RoleAction::wait:
      orders.role = ConfRole{Kind::as_it_is, {}};
      break;
  }
  return orders;
}

void plan_rights(Plan& plan, const StartFacts& facts) {
  const Settings& settings = facts.container.settings;
  plan.volume = settings.data_dir.value;
  plan.create_volume = facts.local.volume == ContainerFacts::Volume::missing;
  plan.umask = facts.local.umask == usual_umask ? private_umask : facts.local.umask;
  plan.become = service_user(settings, facts.local);
  plan.fix_owners = plan.become && !settings.skip_fix_perms.value;
}

/// A port of our own may be meant for the host, where a whole project shares its variables.
void note_port(Plan& plan, const Container& container) {
  const SettingSpec& spec = spec_of(&Settings::port);
  const std::string port = std::to_string(container.settings.port.value);
  const auto& server = container.server;
  if (!container.conf.sentinel && port != spec.fallback && server &&
      server->port == container.settings.port.value) {
    plan.notes.push_back(std::string(spec.name) + "=" + port +
                         ": the server listens there, not on " + std::string(spec.fallback));
  }
}

/// Plans the server, its configuration and its command line.
void plan_server(Plan& plan, const StartFacts& facts, const StartDecision& decision) {
  const auto& [settings, command, note, conf, server, own] = facts.container;
  FinalConf last = finish_conf(settings, conf, orders_of(decision));
  plan.program = facts.local.server;
  plan.argv = {plan.program.substr(plan.program.rfind('/') + 1), conf.path};
  plan.argv.insert(plan.argv.end(), last.args.begin(), last.args.end());
  if (decision.new_identity && last.text) {
    plan.notes.push_back("another sentinel has the identity in " + conf.path +
                         ": this one takes a new one");
  }
  if (last.text) {
    plan.conf = FileWrite{conf.path, std::move(*last.text), last.unchanged,
                          conf.source.home == ConfSource::Home::fallback};
  }
  if (conf.source.home == ConfSource::Home::given) {
    plan.given_conf = conf.path;
  }
  if (reads_stdin(command)) {
    plan.typed = command.typed;
  }
  plan.stop_timeout = settings.stop_timeout.value;
  plan.warnings = conf.warnings;
  const bool asks = lower(value_of(conf.effective, "tls-auth-clients", "yes")) != "no";
  if (asks && !facts.local.certificate_flaw.empty()) {
    plan.warnings.push_back(
        "servers do not accept REDIS_TLS_CERT_FILE from a client: " + facts.local.certificate_flaw +
        "; probes and replicas need that, unless tls-auth-clients is no");
  }
}

/// True for a server of its own that keeps no data, and gets none from another one.
bool keeps_nothing(const StartFacts& facts) {
  const ServerConf& conf = facts.container.conf;
  return !conf.sentinel && !is_member(facts.container) &&
         question_of(facts.container) == StartQuestion::nothing && !facts.storage.append_only &&
         !saves_itself(conf.effective) && role_in(conf.effective) == NodeData::Role::master;
}

void plan_data(Plan& plan, const StartFacts& facts) {
  const Storage& storage = facts.storage;
  plan.needs_volume = !keeps_nothing(facts);
  plan.data_check = data_check(facts);
  if (is_damaged(facts.local, storage)) {
    plan.aside = storage;
    return;
  }
  if (plan.role && plan.role->loses) {
    plan.kept = storage;
  }
  if (adopts_rdb(facts.local, storage)) {
    plan.adoption = RdbAdoption{storage, !facts.local.aof.empty()};
  } else if (facts.local.later_rdb != LaterRdb::no) {
    plan.spared = storage;
  }
}

/// True if a node that starts this way belongs to the group with its data.
bool joins(const RoleDecision& role) {
  return role.found.kind != RoleCase::Kind::foreign_data &&
         role.found.kind != RoleCase::Kind::alone && role.action != RoleAction::wait &&
         role.action != RoleAction::promote;
}

/// Plans what the next start, and the watcher of this one, need to know.
void plan_member(Plan& plan, const StartFacts& facts, const RoleDecision& role) {
  const auto& [settings, command, before, conf, server, own] = facts.container;
  if (!is_member(facts.container)) {
    return;
  }
  NoteFacts now{settings.group.value, conf.users_limits, facts.local.boot, {}};
  if (role.empty) {
    now.users_priority = conf.users_priority;
  }
  const StateNote note = note_at_start(before, role, now);
  if (to_text(note) != to_text(before)) {
    plan.note = FileWrite{state_note_path(settings), to_text(note)};
  }
  if (own) {
    plan.watch = WatchPlan{WatchPlan::Kind::member, settings.group.value, *own, facts.storage, {}};
    if (role.action == RoleAction::be_replica) {
      plan.watch->followed = role.found.server;
    }
  }
}

/// Plans the watcher of a server that is not a member, and the health endpoint.
void plan_watch(Plan& plan, const Container& container) {
  const auto& [settings, command, note, conf, server, own] = container;
  const bool wanted = conf.sentinel || settings.health_port.given;
  if (own && wanted && !plan.watch) {
    plan.watch = conf.sentinel
                     ? WatchPlan{WatchPlan::Kind::sentinel, settings.group.value, *own, {}, {}}
                     : WatchPlan{WatchPlan::Kind::independent, "", *own, {}, {}};
  }
  if (plan.watch) {
    plan.watch->fixed_conf = conf.source.home == ConfSource::Home::given;
  }
  if (plan.watch && settings.health_port.given) {
    plan.watch->health_port = settings.health_port.value;
  }
}

std::string described(const ServiceUser& user) {
  return user.name + " " + std::to_string(user.uid) + ":" + std::to_string(user.gid);
}

std::string described(const WatchPlan& watch) {
  const bool member = watch.kind == WatchPlan::Kind::member;
  const std::string health =
      watch.health_port ? ", health on port " + std::to_string(*watch.health_port) : "";
  return to_string(watch.server.at) + (member ? " in group " + watch.group : "") + health;
}

/// Returns a word for a person; of NAME=VALUE, the value may be secret.
std::string shown_word(const std::string& word) {
  const auto equals = word.find('=');
  return equals != std::string::npos && names_secret(word.substr(0, equals))
             ? word.substr(0, equals) + "=***"
             : word;
}

/// Returns one directive among the arguments for a person: what follows a word that names a secret
/// is one `***`.
std::string shown_directive(const ArgumentGroup& group) {
  const std::vector<std::string> words = words_of(group);
  std::string first = "--";
  std::string rest;
  const std::size_t in_first = words.size() - (group.size() - 1);
  bool hidden = false;
  for (std::size_t i = 0; i < words.size() && !hidden; ++i) {
    hidden = i > 0 && names_secret(words[i - 1]);
    const std::string shown = hidden ? "***" : shown_word(words[i]);
    if (i < in_first) {
      first += (i > 0 ? " " : "") + shown;
    } else {
      rest += ' ' + (hidden ? shown : quote_conf_argument(shown));
    }
  }
  return ' ' + quote_conf_argument(first) + rest;
}

std::string shown_arguments(const std::vector<std::string>& argv) {
  std::string line;
  for (const ArgumentGroup& group : split_server_arguments({argv.begin() + 1, argv.end()})) {
    if (!words_of(group).empty()) {
      line += shown_directive(group);
      continue;
    }
    for (const std::string& word : group) {
      line += ' ' + quote_conf_argument(word);
    }
  }
  return line;
}

std::string line(std::string_view what, const std::string& how) {
  return std::string(what) + std::string(10 - what.size(), ' ') + how + '\n';
}

/// Returns the lines on what becomes of the data.
std::string described_data(const Plan& plan) {
  std::string text;
  if (const auto& data = plan.aside ? plan.aside : plan.kept) {
    text +=
        line("aside", (plan.aside ? "the damaged data in " : "a copy of the data in ") + data->dir);
  }
  if (plan.spared) {
    text += line("aside", "a copy of " + plan.spared->rdb + ", which the server does not read");
  }
  if (plan.adoption) {
    const auto& [storage, over_aof] = *plan.adoption;
    if (over_aof) {
      text += line("aside", "the AOF in " + storage.dir + ", which has less than the RDB");
    }
    text += line("adopt", storage.rdb + " as " + storage.aof);
  }
  return text;
}

/// Returns the lines on the server, and what a person has to know of it.
std::string described_server(const Plan& plan) {
  std::string text =
      line("server", plan.program + shown_arguments(plan.argv)) +
      line("stop", "SIGKILL " + std::to_string(plan.stop_timeout.count()) + " ms after SIGTERM");
  for (const std::string& note : plan.notes) {
    text += line("note", note);
  }
  for (const std::string& warning : plan.warnings) {
    text += line("warning", warning);
  }
  return text;
}

}  // namespace

Plan make_plan(const StartFacts& facts, const StartDecision& decision) {
  Plan plan;
  plan_rights(plan, facts);
  plan_server(plan, facts, decision);
  note_port(plan, facts.container);
  plan.role = decision.role;
  plan_data(plan, facts);
  if (decision.monitor) {
    plan.monitored = decision.monitor->master;
  }
  if (decision.role) {
    plan_member(plan, facts, *decision.role);
  }
  plan_watch(plan, facts.container);
  return plan;
}

void do_without_volume(Plan& plan) {
  if (!plan.conf) {
    return;
  }
  // A path that all versions read; `-` stands in different places.
  constexpr const char* own_stdin = "/proc/self/fd/0";
  const bool reads_more = plan.argv.back() == "-";
  plan.typed = plan.conf->text + (reads_more ? plan.typed.value_or("") : "");
  plan.argv[1] = own_stdin;
  if (reads_more) {
    plan.argv.pop_back();
  }
  plan.conf.reset();
}

StateNote note_at_start(const StateNote& before, const RoleDecision& role, const NoteFacts& facts) {
  StateNote note = before;
  note.boot = facts.boot;
  note.users_priority = facts.users_priority;
  if (joins(role)) {
    note.group = facts.group;
  }
  note.fenced = role.action == RoleAction::be_closed_master;
  if (note.fenced) {
    note.users_limits = facts.users_limits;
  }
  return note;
}

std::string describe(const Plan& plan) {
  std::string text = line("volume", plan.volume + (plan.create_volume ? " (made)" : ""));
  if (plan.become) {
    text += line("user", described(*plan.become));
  }
  if (plan.fix_owners) {
    text += line("owners", "what in the volume is not owned by " + plan.become->name);
  }
  if (plan.conf) {
    text += line("write", plan.conf->path + (plan.conf->unchanged ? " (as it is)" : ""));
  }
  if (plan.role) {
    text += line("role", describe(*plan.role));
  }
  if (plan.monitored) {
    text += line("monitor", to_string(*plan.monitored));
  }
  if (plan.note) {
    text += line("write", plan.note->path);
  }
  if (plan.watch) {
    text += line("watch", described(*plan.watch));
  }
  return text + described_data(plan) + described_server(plan);
}

}  // namespace dkr
