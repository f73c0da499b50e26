#include "dkr/app/container.hpp"

#include <malloc.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "dkr/app/apply.hpp"
#include "dkr/app/companions.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/start_facts.hpp"
#include "dkr/app/supervisor_loop.hpp"
#include "dkr/app/version.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/group/find_master.hpp"
#include "dkr/group/find_role.hpp"
#include "dkr/group/look.hpp"
#include "dkr/platform/cgroup.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/platform/tcp.hpp"

namespace dkr {
namespace {

/// Of a server that does not take its configuration or its data, and of a check of the data.
constexpr int data_error = 1;

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

/// What a life is made of.
struct Environment {
  const Settings& settings;
  const UniqueFd& signals;
  const UniqueFd& health;  ///< listens for probes; none where nobody may ask

  /// A process beside which probes are answered, if they may be asked.
  [[nodiscard]] Finish attend(int pid) const {
    Supervisor supervisor{pid, child_job_stop_timeout};
    supervisor.watcher.wanted = static_cast<bool>(health);
    return supervise(signals, supervisor, {waiting(settings, {health.get(), 0, 0, version}), {}});
  }
};

/// What a task answers, with signals heeded meanwhile as if it were the server.
Result<std::string> answer_of(const Job& job, const Environment& environment) {
  auto task = start_task(job);
  if (!task) {
    return task.error();
  }
  const Finish end = environment.attend(task->pid);
  if (end.stop_signal != 0) {
    return told_to_stop(end.stop_signal);
  }
  if (end.code != 0) {
    return look_failed();
  }
  return read_answer(*task, std::chrono::steady_clock::now()).value_or("");
}

Result<std::optional<MonitorSeed>> await_master(const Environment& environment) {
  const Settings& settings = environment.settings;
  const auto line = answer_of([&] { return wait_for_master(settings); }, environment);
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

Result<RoleDecision> await_role(const Settings& settings, const NodeData& data, AfterEnd after_end,
                                const Environment& environment) {
  const auto line =
      answer_of([&] { return wait_for_role(settings, data, after_end); }, environment);
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

/// Before anything else, so that a port that is taken stops us while nothing has been touched.
/// Owns nothing where there is no endpoint.
Result<UniqueFd> open_health_port(const Settings& settings) {
  if (!settings.health_port.given) {
    return UniqueFd();
  }
  auto listener = listen_on(settings.health_port.value);
  if (!listener) {
    return refused(&Settings::health_port, std::to_string(settings.health_port.value),
                   listener.error().text + "; accepted is a free port");
  }
  return listener;
}

/// The command as its words and the settings together mean it.
ServerCommand with_mode(ServerCommand command, const Settings& settings) {
  command.sentinel = command.sentinel || settings.sentinel.value;
  return command;
}

/// One container's life: its server, started once or several times.
class Life {
 public:
  Life(ServerCommand command, const Environment& environment)
      : command_(std::move(command)), environment_(environment) {}

  int live() {
    while (true) {
      const auto started = start();
      if (!started) {
        const int code = fail(started.error());
        return unreadable_ && started.error().code == ExitCode::config ? data_error : code;
      }
      const Finish finish =
          supervise(environment_.signals, started->supervisor, started->companions);
      tell(finish);
      if (const auto stop = examine(finish)) {
        return *stop;
      }
      last_ = finish;
    }
  }

 private:
  /// A server that runs, and what belongs beside it.
  struct Started {
    Supervisor supervisor;
    Companions companions;
  };

  /// Everything up to and including the start of the server. Its memory is given back before we
  /// settle down to wait.
  Result<Started> start() {
    auto plan = observe_and_plan(environment_.settings, command_, unreadable_,
                                 {[&] { return await_master(environment_); },
                                  [&](const Settings& own, const NodeData& data) {
                                    return await_role(own, data, last_.after_end, environment_);
                                  }});
    if (!plan) {
      return plan.error();
    }
    log::debug([&] { return "plan: " + in_one_line(describe(*plan)); });
    if (auto applied = apply(*plan); !applied) {
      return applied.error();
    }
    unreadable_ = false;
    const Program server{plan->program, plan->argv, server_environment(), plan->volume};
    check_ = server;
    check_.argv = plan->data_check;
    adopt_orphans();
    if (const auto stop = take_stop(environment_.signals)) {
      return told_to_stop(*stop);
    }
    memory_kills_ = memory_kills();
    auto child = spawn(server);
    if (!child) {
      return child.error();
    }
    Started started{{*child, plan->stop_timeout}, {}};
    if (plan->watch) {
      const Settings& settings = environment_.settings;
      const HealthOrders health{environment_.health.get(), *child, last_.crashes.total, version};
      started.companions = {watching(settings, *plan->watch, health),
                            stopping(settings, *plan->watch)};
      started.supervisor.watcher.wanted = true;
      started.supervisor.hands_over = plan->watch->kind == WatchPlan::Kind::member;
      started.supervisor.crash = {settings.on_crash.value, {}, {}, last_.crashes};
    }
    close_inherited_fds(environment_.signals, environment_.health);
    ::malloc_trim(0);
    drop_clean_pages();
    return started;
  }

  /// The code to leave with; nothing: the server is to be started again.
  std::optional<int> examine(const Finish& finish) {
    if (finish.after_end != AfterEnd::leave) {
      return std::nullopt;
    }
    if (finish.code != data_error || finish.stop_signal != 0 || check_.argv.empty() ||
        unreadable_once_) {
      return finish.code;
    }
    log::warn("the server ended with code 1; its data is checked");
    const auto check = spawn(check_);
    const Finish checked = check ? environment_.attend(*check) : Finish{};
    if (checked.code != data_error || checked.stop_signal != 0) {
      return finish.code;
    }
    unreadable_ = unreadable_once_ = true;
    return std::nullopt;
  }

  /// Says how the server ended, when nobody has asked it to.
  void tell(const Finish& finish) const {
    const bool by_us = finish.stop_signal != 0 || (finish.after_end != AfterEnd::leave &&
                                                   finish.crashes.total == last_.crashes.total);
    if (finish.code <= signal_base || by_us) {
      return;
    }
    const int signal = finish.code - signal_base;
    const bool for_memory = signal == SIGKILL && memory_kills() > memory_kills_;
    log::error("the server was ended by signal " + std::to_string(signal) + " (" +
               (for_memory ? "for want of memory in this container" : ::strsignal(signal)) + ")" +
               text_after(finish));
  }

  static std::string text_after(const Finish& finish) {
    const std::string crash = ", crash " + std::to_string(finish.crashes.total);
    switch (finish.after_end) {
      case AfterEnd::leave:
        return "";
      case AfterEnd::restart:
        return crash + "; it is started again";
      case AfterEnd::failover:
        return crash + "; it is started again once another is master";
    }
    return "";
  }

  ServerCommand command_;
  const Environment& environment_;
  Finish last_;
  Program check_;                 ///< of the data that the server was started with
  bool unreadable_ = false;       ///< it could not read that
  bool unreadable_once_ = false;  ///< tried once already
  long long memory_kills_ = -1;
};

}  // namespace

int run_server(const ServerCommand& command, const RawSettings& flags) {
  const auto signals = open_signal_queue();
  if (!signals) {
    return fail(signals.error());
  }
  const auto settings = read_settings(flags);
  if (!settings) {
    return fail(settings.error());
  }
  forget_secrets();
  const auto health = open_health_port(*settings);
  if (!health) {
    return fail(health.error());
  }
  const Environment environment{*settings, *signals, *health};
  return Life(with_mode(command, *settings), environment).live();
}

int plan_server(const ServerCommand& command, const RawSettings& flags) {
  const auto settings = read_settings(flags);
  if (!settings) {
    return fail(settings.error());
  }
  const auto planned = observe_and_plan(*settings, with_mode(command, *settings), false,
                                        {[&] { return find_master_now(*settings); },
                                         [](const Settings& own, const NodeData& data) {
                                           return Result<RoleDecision>(find_role(own, data));
                                         }});
  return planned ? print(describe(*planned)) : fail(planned.error());
}

}  // namespace dkr
