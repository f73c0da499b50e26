#include "dkr/app/commands.hpp"

#include <algorithm>

#include "dkr/app/cli.hpp"
#include "dkr/app/container.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/probe_command.hpp"
#include "dkr/app/start_facts.hpp"
#include "dkr/app/version.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/view/group_format.hpp"
#include "dkr/group/handover.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/platform/process.hpp"

namespace dkr {
namespace {

/// The settings that follow a command which takes flags only.
Result<Settings> settings_after(const char* command, const std::vector<std::string>& args) {
  auto line = parse_run_line(args);
  if (!line) {
    return line.error();
  }
  if (!line->rest.empty()) {
    return Error{ExitCode::usage, line->rest.front() + ": " + command + " takes flags only"};
  }
  return read_settings(line->flags);
}

/// Hands the master in this container over; it stays, as a replica.
int handover(const std::vector<std::string>& args) {
  auto settings = settings_after("handover", args);
  if (!settings) {
    return fail(settings.error());
  }
  const auto note = read_note(*settings);
  if (!note) {
    return fail(note.error());
  }
  take_noted_group(*settings, *note);
  switch (hand_over(*settings, {"127.0.0.1", settings->port.value})) {
    case Handover::done:
      return static_cast<int>(ExitCode::ok);
    case Handover::needless:
      return fail({ExitCode::unavailable, "no handover: the server here is no master"});
    case Handover::impossible:
      return static_cast<int>(ExitCode::unavailable);
  }
  return static_cast<int>(ExitCode::os);
}

/// Prints what the group says; nobody there is an exit code of its own.
int observe(std::vector<std::string> args) {
  const bool json = std::erase(args, "--json") > 0;
  const auto settings = settings_after("observe", args);
  if (!settings) {
    return fail(settings.error());
  }
  const GroupView view =
      look_at_group(*settings, {longest_look_timeout, longest_look_timeout, true, {}}).view;
  const int printed = print(json ? to_json(view) + "\n" : describe(view));
  const auto answered = [](const auto& server) { return server.failure.empty(); };
  const bool anybody = std::any_of(view.sentinels.begin(), view.sentinels.end(), answered) ||
                       std::any_of(view.nodes.begin(), view.nodes.end(), answered);
  return printed != 0 || anybody ? printed : static_cast<int>(ExitCode::unavailable);
}

int exec(const std::string& program, const std::vector<std::string>& argv,
         const InheritedSignals& inherited) {
  const auto path = find_program(program);
  if (!path) {
    return fail({ExitCode::not_found, program + ": not found on PATH"});
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

/// A path given by the user counts from where we were started; the server starts elsewhere.
ServerCommand anchored(ServerCommand command) {
  if (!command.conf_path.empty()) {
    command.conf_path = absolute_path(command.conf_path, working_directory());
  }
  return command;
}

int run_or_plan(OwnCommand::Name name, const std::vector<std::string>& args) {
  auto line = parse_run_line(args);
  if (!line) {
    return fail(line.error());
  }
  const Command command = classify(line->rest);
  const auto* server = std::get_if<ServerCommand>(&command);
  if (server == nullptr) {
    return fail({ExitCode::usage, line->rest.front() +
                                      ": not a server; accepted is redis-server or valkey-server, "
                                      "its configuration and its arguments"});
  }
  return name == OwnCommand::Name::run ? run_server(anchored(*server), line->flags)
                                       : plan_server(anchored(*server), line->flags);
}

int own_command(const OwnCommand& command) {
  switch (command.name) {
    case OwnCommand::Name::run:
    case OwnCommand::Name::plan:
      return run_or_plan(command.name, command.rest);
    case OwnCommand::Name::observe:
      return observe(command.rest);
    case OwnCommand::Name::handover:
      return handover(command.rest);
    case OwnCommand::Name::probe:
      return probe(command.rest);
    case OwnCommand::Name::version:
      return print("dkr-redis " + std::string(version) + "\n");
    case OwnCommand::Name::help:
      return print(help_text());
  }
  return static_cast<int>(ExitCode::usage);
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
    return exec(other->argv.front(), other->argv, inherited);
  }
  return own_command(std::get<OwnCommand>(command));
}

}  // namespace dkr
