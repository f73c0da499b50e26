#include "dkr/app/commands.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "dkr/app/cli.hpp"
#include "dkr/app/find_role.hpp"
#include "dkr/app/handover.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/log.hpp"
#include "dkr/app/look.hpp"
#include "dkr/app/prepare.hpp"
#include "dkr/app/supervisor_loop.hpp"
#include "dkr/app/times.hpp"
#include "dkr/app/version.hpp"
#include "dkr/app/watching.hpp"
#include "dkr/core/command.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/platform/task.hpp"

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

Error told_to_stop(int signal) {
  log::info("told to stop before the server ran");
  return {static_cast<ExitCode>(signal_base + signal), ""};
}

Error look_failed() {
  return {ExitCode::os, "the look at the group failed"};
}

/// What a task answers, with signals heeded meanwhile as if it were the server.
Result<std::string> answer_of(const Job& job, const UniqueFd& signals) {
  auto task = start_task(job);
  if (!task) {
    return task.error();
  }
  const Finish end = supervise(signals, Supervisor{task->pid, task_stop_timeout});
  if (end.stop_signal != 0) {
    return told_to_stop(end.stop_signal);
  }
  if (end.code != 0) {
    return look_failed();
  }
  return read_answer(*task, std::chrono::steady_clock::now()).value_or("");
}

Result<std::optional<MonitorSeed>> await_master(const Settings& settings, const UniqueFd& signals) {
  const auto line = answer_of([&] { return wait_for_master(settings); }, signals);
  if (!line) {
    return line.error();
  }
  if (line->empty()) {
    return Error{ExitCode::unavailable,
                 "no master of group " + settings.group.value + " in REDIS_BOOT_TIMEOUT_MS"};
  }
  auto seed = parse_monitor_seed(*line);
  if (!seed) {
    return look_failed();
  }
  return seed;
}

Result<RoleDecision> await_role(const Settings& settings, const LocalData& data,
                                const UniqueFd& signals) {
  const auto line = answer_of([&] { return wait_for_role(settings, data); }, signals);
  if (!line) {
    return line.error();
  }
  const auto role = parse_role_decision(*line);
  return role ? Result<RoleDecision>(*role) : look_failed();
}

/// One look, for a plan.
Result<std::optional<MonitorSeed>> find_master_now(const Settings& settings) {
  std::string reason;
  auto seed = find_master(settings, reason);
  if (!seed) {
    log::warn("would wait for the master: " + reason);
  }
  return seed;
}

/// The command as its words and the settings together mean it.
ServerCommand with_mode(ServerCommand command, const Settings& settings) {
  command.sentinel = command.sentinel || settings.sentinel.value;
  return command;
}

/// A server that runs, and what belongs beside it.
struct Started {
  Supervisor supervisor;
  Beside beside;
};

/// Everything up to and including the start of the server. Its memory is given back before we
/// settle down to wait.
Result<Started> start(const ServerCommand& command, const Settings& settings,
                      const UniqueFd& signals) {
  auto plan = observe_and_plan(
      settings, with_mode(command, settings),
      {[&] { return await_master(settings, signals); },
       [&](const Settings& own, const LocalData& data) { return await_role(own, data, signals); }});
  if (!plan) {
    return plan.error();
  }
  if (auto applied = apply(*plan); !applied) {
    return applied.error();
  }
  adopt_orphans();
  if (const auto stop = take_stop(signals)) {
    return told_to_stop(*stop);
  }
  auto child = spawn({plan->program, plan->argv, server_environment(), plan->volume});
  if (!child) {
    return child.error();
  }
  Started started{{*child, plan->stop_timeout}, {}};
  if (plan->watch) {
    started.beside = {watching(settings, *plan->watch), stopping(settings, *plan->watch)};
    started.supervisor.watcher.wanted = true;
    started.supervisor.hands_over = true;
  }
  return started;
}

int run(const ServerCommand& command, const RawSettings& flags) {
  const auto signals = open_signal_queue();
  if (!signals) {
    return fail(signals.error());
  }
  const auto settings = read_settings(flags);
  if (!settings) {
    return fail(settings.error());
  }
  forget_secrets();
  while (true) {
    const auto started = start(command, *settings, *signals);
    if (!started) {
      return fail(started.error());
    }
    let_go(*signals);
    ::malloc_trim(0);
    drop_clean_pages();
    const Finish finish = supervise(*signals, started->supervisor, started->beside);
    if (!finish.again) {
      return finish.code;
    }
  }
}

int plan(const ServerCommand& command, const RawSettings& flags) {
  const auto settings = read_settings(flags);
  if (!settings) {
    return fail(settings.error());
  }
  const auto planned = observe_and_plan(*settings, with_mode(command, *settings),
                                        {[&] { return find_master_now(*settings); },
                                         [](const Settings& own, const LocalData& data) {
                                           return Result<RoleDecision>(find_role(own, data));
                                         }});
  return planned ? print(describe(*planned)) : fail(planned.error());
}

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
      look_at_group(*settings, {longest_patience, longest_patience, true, {}}).view;
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
  return name == OwnCommand::Name::run ? run(anchored(*server), line->flags)
                                       : plan(anchored(*server), line->flags);
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
