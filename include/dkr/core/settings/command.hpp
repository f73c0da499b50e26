#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dkr {

/// A server to supervise.
struct ServerCommand {
  std::string program;            ///< as asked for; empty: the one in the image
  std::string conf_path;          ///< configuration to use as given; empty: the one in the volume
  std::vector<std::string> args;  ///< the user's own arguments, after the configuration
  bool sentinel = false;          ///< asked for as a sentinel, by name or by --sentinel
  std::string typed = {};         ///< the configuration on standard input, if the last of args is -
};

/// True if the server reads more of its configuration from standard input.
bool reads_stdin(const ServerCommand& command);

/// A call of a server program that only prints or checks something (--version); not supervised.
struct ServerQuestion {
  std::string program;
  std::vector<std::string> args;
};

/// A program that replaces us.
struct ExecCommand {
  std::vector<std::string> argv;
};

/// One of our own commands; `rest` is what follows its name.
struct OwnCommand {
  enum class Name {
    run,
    plan,
    observe,
    status,
    handover,
    sentinel,
    pause,
    resume,
    probe,
    doctor,
    version,
    help,
    completion
  };
  Name name;
  std::vector<std::string> rest;
};

/// The name of one of our commands, and what it does, in a few words.
struct OwnCommandSpec {
  OwnCommand::Name name;
  std::string_view word;
  std::string_view summary;
};

/// All our commands, in the order in which they are shown.
inline constexpr std::array own_commands{
    OwnCommandSpec{OwnCommand::Name::run, "run", "start the server and stay with it"},
    OwnCommandSpec{OwnCommand::Name::plan, "plan", "print what run would do; touch nothing"},
    OwnCommandSpec{OwnCommand::Name::observe, "observe",
                   "print what the sentinels and data nodes of the group answer"},
    OwnCommandSpec{OwnCommand::Name::status, "status",
                   "show the group on one screen, and who would take over"},
    OwnCommandSpec{OwnCommand::Name::handover, "handover",
                   "make another node the master; lose nothing"},
    OwnCommandSpec{OwnCommand::Name::sentinel, "sentinel",
                   "compare what all sentinels have with what is wanted; make it so"},
    OwnCommandSpec{OwnCommand::Name::pause, "pause",
                   "let nobody fail over by himself while you work"},
    OwnCommandSpec{OwnCommand::Name::resume, "resume", "end a pause"},
    OwnCommandSpec{OwnCommand::Name::probe, "probe",
                   "say whether the server here is live, ready or started"},
    OwnCommandSpec{OwnCommand::Name::doctor, "doctor",
                   "say what is wrong here and in the group, and what helps"},
    OwnCommandSpec{OwnCommand::Name::version, "version", "print the version of dkr-redis"},
    OwnCommandSpec{OwnCommand::Name::help, "help", "print this, or the help of a command"},
    OwnCommandSpec{OwnCommand::Name::completion, "completion", "print a completion for bash"},
};

using Command = std::variant<ServerCommand, ServerQuestion, ExecCommand, OwnCommand>;

/// Returns what a command line (without our own name) asks for, by the conventions of the official
/// images' entrypoint: if it is empty, or begins with `-x` or `*.conf`, it means the server. Only
/// `--help`, and `--version` alone, are ours.
Command classify(const std::vector<std::string>& argv);

/// The entrypoint of the official images. Its name on a command line, or as our own, means us.
inline constexpr std::string_view official_entrypoint = "docker-entrypoint.sh";

/// Returns a line for a person if a program that replaces us seems to start a server without us, as
/// `sh -c "redis-server ..."` does; empty otherwise.
std::string bypass_in(const std::vector<std::string>& argv);

/// The server programs, in the order in which they are looked for.
inline constexpr std::array<const char*, 2> server_names{"redis-server", "valkey-server"};
/// The names under which these programs are sentinels, in the same order.
inline constexpr std::array<const char*, 2> sentinel_names{"redis-sentinel", "valkey-sentinel"};

}  // namespace dkr
