#include "dkr/app/container.hpp"

#include <malloc.h>

#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "dkr/app/apply.hpp"
#include "dkr/app/companions.hpp"
#include "dkr/app/environment.hpp"
#include "dkr/app/failed_server.hpp"
#include "dkr/app/first_conf.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/start_decision.hpp"
#include "dkr/app/start_facts.hpp"
#include "dkr/app/supervisor_loop.hpp"
#include "dkr/app/this_container.hpp"
#include "dkr/app/typed_conf.hpp"
#include "dkr/app/version.hpp"
#include "dkr/app/volume_lock.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/decide/plan.hpp"
#include "dkr/core/decide/start_check.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/platform/adoption.hpp"
#include "dkr/platform/cgroup.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/platform/standard_input.hpp"
#include "dkr/platform/tcp.hpp"

namespace dkr {
namespace {

/// Exit status of a server that rejects its configuration or data, and of a failed data check.
constexpr int data_error = 1;

/// Makes all checks by which a start can be refused before the group is asked.
Result<StartFacts> look_over(const Settings& told, const ServerCommand& command, bool unreadable) {
  const ServiceEyes eyes(told.data_dir.value, told.skip_drop_privs.value);
  auto here = this_container(told, command);
  auto facts = here ? gather(std::move(*here), unreadable) : Result<StartFacts>(here.error());
  if (!facts) {
    return facts;
  }
  const auto checked = check(*facts);
  return checked ? std::move(facts) : Result<StartFacts>(checked.error());
}

/// Opens the listener before anything else, so that a port in use stops us while nothing has been
/// touched. Owns nothing if there is no health endpoint.
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

/// One container's life: its server, started once or several times.
class Life {
 public:
  Life(ServerCommand command, const Environment& environment)
      : command_(std::move(command)), environment_(environment), settings_(environment.settings) {}

  int live() {
    while (true) {
      const auto begun = start();
      const auto* started = std::get_if<Started>(&begun);
      if (started == nullptr) {
        if (adopted_) {
          withdraw(*adopted_);
        }
        return std::get<Stopped>(begun).status;
      }
      const Finish finish =
          supervise(environment_.signals, started->supervisor, started->companions, aof_name());
      settle(finish);
      tell(finish);
      if (const auto stop = examine(finish)) {
        if (finish.stop_signal == 0 && *stop != 0 && *stop < signal_base) {
          take_back();
        }
        return *stop;
      }
      last_ = finish;
    }
  }

 private:
  /// A server that runs, and its companions.
  struct Started {
    Supervisor supervisor;
    Companions companions;
  };

  /// Logs why there is no start. After a server that could not read its data, keeps the exit status
  /// of that server.
  [[nodiscard]] Stopped refused_start(const Error& error) const {
    const int status = fail(error);
    return {unreadable_ && error.status == ExitStatus::config ? data_error : status};
  }

  /// Starts the server. Gives back the memory that this took before we settle down to wait.
  OrStopped<Started> start() {
    auto begun = find_and_launch();
    close_inherited_fds(
        {environment_.signals.get(), environment_.health.get(), volume_.descriptor()});
    ::malloc_trim(0);
    drop_clean_pages();
    return begun;
  }

  OrStopped<Started> find_and_launch() {
    auto facts = look_over(environment_.settings, command_, unreadable_);
    if (!facts) {
      return refused_start(facts.error());
    }
    const auto locked = facts->container.conf.sentinel ? false : volume_.take(*facts, environment_);
    if (const auto* stopped = std::get_if<Stopped>(&locked)) {
      return *stopped;
    }
    if (std::get<bool>(locked)) {
      return find_and_launch();
    }
    const auto answer = await_decision(*facts, last_.after_end, environment_);
    const auto* decision = std::get_if<StartDecision>(&answer);
    if (decision == nullptr) {
      return std::get<Stopped>(answer);
    }
    take_name(*facts, *decision);
    settings_ = facts->container.settings;
    if (const auto checked = check_decision(*facts, *decision); !checked) {
      return refused_start(checked.error());
    }
    Plan plan = make_plan(*facts, *decision);
    storage_ = facts->storage;
    log::debug([&] { return "plan: " + in_one_line(describe(plan)); });
    first_ = first_conf(plan, facts->container.note);
    auto applied = apply(plan);
    if (!applied) {
      take_back();
      return refused_start(applied.error());
    }
    adopted_ = std::move(*applied);
    if (const auto made = volume_.take(*facts, environment_); std::get_if<Stopped>(&made)) {
      return std::get<Stopped>(made);
    }
    unreadable_ = false;
    return launch(plan);
  }

  OrStopped<Started> launch(const Plan& plan) {
    Program server{plan.program, plan.argv, server_environment(), plan.volume};
    server_ = check_ = server;
    check_.argv = plan.data_check;
    server.deaf = plan.watch && plan.watch->kind == WatchPlan::Kind::member;
    adopt_orphans();
    if (const auto stop = take_stop(environment_.signals)) {
      return told_to_stop(*stop);
    }
    memory_kills_ = memory_kills();
    if (plan.typed) {
      rewind_stdin();
    }
    const auto child = spawn(server);
    if (!child) {
      take_back();
      return Stopped{fail(child.error())};
    }
    Started started{{*child, plan.stop_timeout}, {}};
    if (plan.watch) {
      const HealthOrders health{environment_.health.get(), *child, last_.crashes.total, version};
      started.companions = {watching_companion(settings_, *plan.watch, health),
                            stopping_companion(settings_, *plan.watch)};
      started.supervisor.watcher.wanted = true;
      started.supervisor.hands_over = server.deaf;
      started.supervisor.crash = {settings_.on_crash.value, {}, {}, last_.crashes};
    }
    return started;
  }

  /// Returns how the names of the AOF's files begin; empty if there is none.
  [[nodiscard]] std::string_view aof_name() const {
    const std::string_view path = storage_.aof;
    return storage_.append_only ? path.substr(path.rfind('/') + 1) : "";
  }

  /// Leaves the data as the next start has to find it: without an adoption that the server did not
  /// take; else with an AOF that is not older than what its server saved.
  void settle(const Finish& finish) {
    const auto adopted = std::exchange(adopted_, std::nullopt);
    if (adopted && finish.status != 0 && withdraw(*adopted)) {
      return;
    }
    if (storage_.append_only && !finish.aof_closed) {
      mark_as_written(storage_);
    }
  }

  /// Returns the exit status to end with; nullopt if the server is to be started again.
  std::optional<int> examine(const Finish& finish) {
    if (finish.after_end != AfterEnd::leave) {
      return std::nullopt;
    }
    if (finish.status != data_error || finish.stop_signal != 0 || unreadable_once_ ||
        tell_cause(server_) || check_.argv.empty()) {
      return finish.status;
    }
    log::warn("the server exited with status 1, and its configuration is well; checking its data");
    const auto check = spawn(check_);
    const Finish checked = check ? attend(*check, settings_, environment_) : Finish{};
    if (checked.status != data_error || checked.stop_signal != 0) {
      if (checked.status == 0 && checked.stop_signal == 0) {
        log::info("the data is whole; the server's last line above says why it ended");
      }
      return finish.status;
    }
    unreadable_ = unreadable_once_ = true;
    return std::nullopt;
  }

  /// A first configuration with which nothing could be started is not the one that stays.
  void take_back() const {
    if (first_) {
      dkr::take_back(*first_, settings_);
    }
  }

  /// Logs by which signal the server ended, unless it was told to end.
  void tell(const Finish& finish) const {
    const bool by_us = finish.stop_signal != 0 || (finish.after_end != AfterEnd::leave &&
                                                   finish.crashes.total == last_.crashes.total);
    if (finish.status <= signal_base || by_us) {
      return;
    }
    const int signal = finish.status - signal_base;
    const bool for_memory = signal == SIGKILL && memory_kills() > memory_kills_;
    log::error("the server was terminated by signal " + std::to_string(signal) + " (" +
               (for_memory ? "out of memory in this container" : ::strsignal(signal)) + ")" +
               text_after(finish));
  }

  static std::string text_after(const Finish& finish) {
    const std::string crash = ", crash " + std::to_string(finish.crashes.total);
    switch (finish.after_end) {
      case AfterEnd::leave:
      case AfterEnd::new_identity:
        return "";
      case AfterEnd::restart:
        return crash + "; restarting it";
      case AfterEnd::failover:
        return crash + "; restarting it once another node is the master";
    }
    return "";
  }

  ServerCommand command_;
  const Environment& environment_;
  VolumeLock volume_;
  Settings settings_;  ///< of this container, at the last start
  Storage storage_;    ///< of the server that was started last
  std::optional<Adopted> adopted_;
  Finish last_;
  std::optional<FirstConf> first_;  ///< the configuration, if this start is the volume's first
  Program server_;                  ///< as it was started last
  Program check_;                   ///< the check of the data that the server was started with
  bool unreadable_ = false;         ///< the server could not read it
  bool unreadable_once_ = false;    ///< a start after that was tried already
  long long memory_kills_ = -1;
};

}  // namespace

int run_server(ServerCommand command, const RawSettings& flags) {
  const auto signals = open_signal_queue();
  if (!signals) {
    return fail(signals.error());
  }
  const auto settings = read_settings(flags);
  if (!settings) {
    return fail(settings.error());
  }
  forget_secrets();
  if (settings->skip_drop_privs.value) {
    keep_root_in_children();
  }
  const auto health = open_health_port(*settings);
  if (!health) {
    return fail(health.error());
  }
  const auto typed = take_typed_conf(command, *signals);
  if (const auto* stopped = std::get_if<Stopped>(&typed)) {
    return stopped->status;
  }
  const Environment environment{*settings, *signals, *health};
  return Life(std::move(command), environment).live();
}

int plan_server(ServerCommand command, const RawSettings& flags) {
  const auto settings = read_settings(flags);
  while (reads_stdin(command) && read_stdin(command.typed)) {
  }
  auto facts =
      settings ? look_over(*settings, command, false) : Result<StartFacts>(settings.error());
  if (!facts) {
    return fail(facts.error());
  }
  const StartDecision decision = decide_now(*facts);
  take_name(*facts, decision);
  const auto checked = check_decision(*facts, decision);
  return checked ? print(describe(make_plan(*facts, decision))) : fail(checked.error());
}

}  // namespace dkr
