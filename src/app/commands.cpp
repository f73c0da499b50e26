#include "dkr/app/commands.hpp"

#include <algorithm>

#include "dkr/app/cli.hpp"
#include "dkr/app/completion.hpp"
#include "dkr/app/container.hpp"
#include "dkr/app/container_line.hpp"
#include "dkr/app/doctor_command.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/pause_command.hpp"
#include "dkr/app/pause_reason.hpp"
#include "dkr/app/probe_command.hpp"
#include "dkr/app/sentinel_command.hpp"
#include "dkr/app/start_facts.hpp"
#include "dkr/app/status_command.hpp"
#include "dkr/app/this_container.hpp"
#include "dkr/app/version.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/view/group_format.hpp"
#include "dkr/group/handover.hpp"
#include "dkr/group/look.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/service_eyes.hpp"

namespace dkr {
namespace {

/// Hands over the master in this container; it stays, as a replica.
int handover(const RawSettings& flags) {
  const ContainerLine line = line_of_container(flags);
  const auto settings = read_settings(line.flags);
  if (!settings) {
    return fail(settings.error());
  }
  const ServiceEyes eyes(settings->data_dir.value, settings->skip_drop_privs.value);
  const auto here = this_container(*settings, line.command);
  if (!here) {
    return fail(here.error());
  }
  if (!here->server) {
    return fail({ExitStatus::unavailable,
                 with_doubt("no handover: the server here listens on no port", line)});
  }
  switch (hand_over(here->settings, *here->server)) {
    case Handover::done:
      return static_cast<int>(ExitStatus::ok);
    case Handover::needless:
      return fail(
          {ExitStatus::unavailable, with_doubt("no handover: the server here is no master", line)});
    case Handover::impossible:
      return static_cast<int>(ExitStatus::unavailable);
  }
  return static_cast<int>(ExitStatus::os);
}

/// Looks at the group. A volume that cannot be read does not prevent that.
GroupView look_from(const Settings& settings, const ServerCommand& command) {
  const ServiceEyes eyes(settings.data_dir.value, settings.skip_drop_privs.value);
  const auto here = this_container(settings, command);
  if (!here) {
    log::warn(here.error().text);
  }
  const bool node = here && here->server && !here->conf.sentinel;
  const std::uint16_t port = node ? here->server->port : 0;
  return look_at_group(here ? here->settings : settings,
                       {longest_look_timeout, longest_look_timeout, true, {}, port})
      .view;
}

/// Prints what the group says; ExitStatus::unavailable if nobody answers.
int observe(const RawSettings& flags, bool json) {
  const ContainerLine line = line_of_container(flags);
  const auto settings = read_settings(line.flags);
  if (!settings) {
    return fail(settings.error());
  }
  const bool told =
      settings->master_host.given || settings->sentinel_hosts.given || settings->peers.given;
  if (!told && !line.doubt.empty()) {
    log::info(line.doubt);
  }
  const GroupView view = look_from(*settings, line.command);
  const std::string why = json ? "" : pause_reason(*settings);
  const int printed = print(json ? to_json(view) + "\n"
                                 : describe(view) + (why.empty() ? "" : "paused    " + why + '\n'));
  const auto answered = [](const auto& server) { return !server.failure; };
  const bool anybody = std::any_of(view.sentinels.begin(), view.sentinels.end(), answered) ||
                       std::any_of(view.nodes.begin(), view.nodes.end(), answered);
  return printed != 0 || anybody ? printed : static_cast<int>(ExitStatus::unavailable);
}

int exec(const std::string& program, const std::vector<std::string>& argv,
         const InheritedSignals& inherited) {
  const auto path = find_program(program);
  if (!path) {
    return fail(
        {ExitStatus::not_found, program + ": not found on PATH" + suggest_command(program)});
  }
  return fail(replace_by(*path, argv, inherited));
}

int ask_server(const ServerQuestion& question, const InheritedSignals& inherited) {
  const auto server = find_server(question.program);
  if (!server) {
    return fail(server.error());
  }
  std::vector<std::string> argv{*server};
  argv.insert(argv.end(), question.args.begin(), question.args.end());
  return exec(*server, argv, inherited);
}

int run_or_plan(OwnCommand::Name name, const CommandLine& line) {
  const Command command = classify(line.rest);
  const auto* server = std::get_if<ServerCommand>(&command);
  if (server == nullptr) {
    return fail({ExitStatus::usage,
                 line.rest.front() + ": not a server; accepted is redis-server or valkey-server, "
                                     "its configuration and its arguments"});
  }
  return name == OwnCommand::Name::run ? run_server(anchored(*server), line.flags)
                                       : plan_server(anchored(*server), line.flags);
}

int help(const std::string& word) {
  if (word.empty()) {
    return print(help_text());
  }
  const Command command = classify({word});
  const auto* own = std::get_if<OwnCommand>(&command);
  return own != nullptr
             ? print(help_text(own->name))
             : fail({ExitStatus::usage, word + ": no such command" + suggest_command(word)});
}

int completion(const std::string& shell) {
  return shell == "bash" ? print(bash_completion())
                         : fail({ExitStatus::usage, "completion " + shell + ": accepted is bash"});
}

int own_command(const OwnCommand& command) {
  const auto line = parse_command_line(command);
  if (!line) {
    return fail(line.error());
  }
  if (line->help) {
    return print(help_text(command.name));
  }
  switch (command.name) {
    case OwnCommand::Name::run:
    case OwnCommand::Name::plan:
      return run_or_plan(command.name, *line);
    case OwnCommand::Name::observe:
      return observe(line->flags, line->json);
    case OwnCommand::Name::status:
      return status(*line);
    case OwnCommand::Name::handover:
      return handover(line->flags);
    case OwnCommand::Name::sentinel:
      return sentinel_command(*line);
    case OwnCommand::Name::pause:
      return pause(*line);
    case OwnCommand::Name::resume:
      return resume(*line);
    case OwnCommand::Name::probe:
      return probe(*line);
    case OwnCommand::Name::doctor:
      return doctor(*line);
    case OwnCommand::Name::version:
      return print("dkr-redis " + std::string(version) + "\n");
    case OwnCommand::Name::help:
      return help(line->word);
    case OwnCommand::Name::completion:
      return completion(line->word);
  }
  return static_cast<int>(ExitStatus::usage);
}

}  // namespace

int main_command(const std::vector<std::string>& argv, const InheritedSignals& inherited) {
  const Command command = classify(argv);
  if (const auto* server = std::get_if<ServerCommand>(&command)) {
    return run_server(anchored(*server), {});
  }
  if (const auto* question = std::get_if<ServerQuestion>(&command)) {
    return ask_server(*question, inherited);
  }
  if (const auto* other = std::get_if<ExecCommand>(&command)) {
    if (const std::string bypass = bypass_in(other->argv); !bypass.empty()) {
      log::warn(bypass);
    }
    return exec(other->argv.front(), other->argv, inherited);
  }
  return own_command(std::get<OwnCommand>(command));
}

}  // namespace dkr
