#include "dkr/app/commands.hpp"

#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "dkr/app/cli.hpp"
#include "dkr/app/log.hpp"
#include "dkr/app/prepare.hpp"
#include "dkr/app/supervisor_loop.hpp"
#include "dkr/app/version.hpp"
#include "dkr/core/command.hpp"
#include "dkr/core/environment.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

constexpr int signal_base = 128;

/// An error without a text has been told already.
int fail(const Error& error) {
  if (!error.text.empty()) {
    log::error(error.text);
  }
  return static_cast<int>(error.code);
}

int print(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return static_cast<int>(written && std::fflush(stdout) == 0 ? ExitCode::ok : ExitCode::os);
}

std::string working_directory() {
  std::error_code gone;
  return std::filesystem::current_path(gone).string();
}

/// As soon as possible, so that what is wrong with the other settings is told in the form asked
/// for.
void configure_log(const RawSettings& all) {
  RawSettings wishes;
  for (const SettingId id : {SettingId::log_level, SettingId::log_format}) {
    if (const auto wish = all.find(id); wish != all.end()) {
      wishes.insert(*wish);
    }
  }
  if (const auto parsed = parse_settings(wishes, "/")) {
    log::configure(parsed->settings.log_level, parsed->settings.log_format);
  }
}

/// Environment and flags together, checked; the logger is set up on the way.
Result<Settings> read_settings(const RawSettings& flags) {
  std::vector<std::string_view> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    entries.emplace_back(*entry);
  }
  EnvironmentSettings given = read_environment(entries);
  for (const auto& [id, flag] : flags) {
    given.raw[id] = flag;
  }
  configure_log(given.raw);
  auto parsed = parse_settings(given.raw, working_directory());
  if (!parsed) {
    return parsed.error();
  }
  for (const auto* warnings : {&given.warnings, &parsed->warnings}) {
    for (const std::string& warning : *warnings) {
      log::warn(warning);
    }
  }
  return parsed->settings;
}

/// Empties the queue before there is a server: SIGTERM or SIGINT in it ends us; any other signal
/// was meant for a server that is up, and might end one that is not yet (SIGHUP).
std::optional<int> take_stop(const UniqueFd& signals) {
  std::optional<int> stop;
  while (const auto signal = next_signal(signals)) {
    if (signal->number == SIGTERM || signal->number == SIGINT) {
      stop = signal->number;
    }
  }
  return stop;
}

/// Everything up to and including the start of the server. Its memory is given back before we
/// settle down to wait.
Result<Supervisor> start(const ServerCommand& command, const RawSettings& flags,
                         const UniqueFd& signals) {
  auto settings = read_settings(flags);
  if (!settings) {
    return settings.error();
  }
  auto plan = observe_and_plan(*settings, command);
  if (!plan) {
    return plan.error();
  }
  if (auto applied = apply(*plan); !applied) {
    return applied.error();
  }
  adopt_orphans();
  if (const auto stop = take_stop(signals)) {
    log::info("told to stop before the server ran");
    return Error{static_cast<ExitCode>(signal_base + *stop), ""};
  }
  auto child = spawn({plan->program, plan->argv, plan->volume});
  if (!child) {
    return child.error();
  }
  return Supervisor{*child, plan->stop_timeout, Phase::running, {}};
}

int run(const ServerCommand& command, const RawSettings& flags) {
  const auto signals = open_signal_queue();
  if (!signals) {
    return fail(signals.error());
  }
  const auto supervisor = start(command, flags, *signals);
  if (!supervisor) {
    return fail(supervisor.error());
  }
  let_go(*signals);
  ::malloc_trim(0);
  drop_clean_pages();
  return supervise(*signals, *supervisor);
}

int plan(const ServerCommand& command, const RawSettings& flags) {
  const auto settings = read_settings(flags);
  if (!settings) {
    return fail(settings.error());
  }
  const auto planned = observe_and_plan(*settings, command);
  return planned ? print(describe(*planned)) : fail(planned.error());
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
  return name == OwnCommand::Name::run ? run(anchored(*server), line->flags)
                                       : plan(anchored(*server), line->flags);
}

int own_command(const OwnCommand& command) {
  switch (command.name) {
    case OwnCommand::Name::run:
    case OwnCommand::Name::plan:
      return run_or_plan(command.name, command.rest);
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
    return run(anchored(*server), {});
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
