#include "dkr/app/commands.hpp"

#include <algorithm>

#include "dkr/app/cli.hpp"
#include "dkr/app/completion.hpp"
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

/// Hands the master in this container over; it stays, as a replica.
int handover(const CommandLine& line) {
  auto settings = read_settings(line.flags);
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
int observe(const CommandLine& line) {
  const auto settings = read_settings(line.flags);
  if (!settings) {
    return fail(settings.error());
  }
  const GroupView view =
      look_at_group(*settings, {longest_look_timeout, longest_look_timeout, true, {}}).view;
  const int printed = print(line.json ? to_json(view) + "\n" : describe(view));
  const auto answered = [](const auto& server) { return server.failure.empty(); };
  const bool anybody = std::any_of(view.sentinels.begin(), view.sentinels.end(), answered) ||
                       std::any_of(view.nodes.begin(), view.nodes.end(), answered);
  return printed != 0 || anybody ? printed : static_cast<int>(ExitCode::unavailable);
}

int exec(const std::string& program, const std::vector<std::string>& argv,
         const InheritedSignals& inherited) {
  const auto path = find_program(program);
  if (!path) {
    return fail({ExitCode::not_found, program + ": not found on PATH" + suggest_command(program)});
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

int run_or_plan(OwnCommand::Name name, const CommandLine& line) {
  const Command command = classify(line.rest);
  const auto* server = std::get_if<ServerCommand>(&command);
  if (server == nullptr) {
    return fail({ExitCode::usage, line.rest.front() +
                                      ": not a server; accepted is redis-server or valkey-server, "
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
             : fail({ExitCode::usage, word + ": no such command" + suggest_command(word)});
}

int completion(const std::string& shell) {
  return shell == "bash" ? print(bash_completion())
                         : fail({ExitCode::usage, "completion " + shell + ": accepted is bash"});
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
      return observe(*line);
    case OwnCommand::Name::handover:
      return handover(*line);
    case OwnCommand::Name::probe:
      return probe(*line);
    case OwnCommand::Name::version:
      return print("dkr-redis " + std::string(version) + "\n");
    case OwnCommand::Name::help:
      return help(line->word);
    case OwnCommand::Name::completion:
      return completion(line->word);
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
