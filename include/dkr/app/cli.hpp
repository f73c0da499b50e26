#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

/// The arguments of one of our commands.
struct CommandLine {
  RawSettings flags;
  std::vector<std::string> rest;  ///< of run and plan: the server and its arguments; of sentinel:
                                  ///< what follows its word
  std::string word;               ///< of sentinel, probe, help or completion; may be empty
  std::string file;               ///< sentinel --file; empty: none
  std::string role;               ///< probe --role; empty: any
  std::string length;             ///< pause --for; empty: the usual one
  std::string why;                ///< pause --why
  bool json = false;              ///< observe, status and doctor: --json
  bool watch = false;             ///< status --watch
  bool help = false;              ///< --help; nothing else has been read
};

/// Parses the arguments of a command. The flags of run and plan end at `--` or at the first word
/// that is not a flag. Error: ExitStatus::usage; it names the nearest flag.
Result<CommandLine> parse_command_line(const OwnCommand& command);

/// Returns what `dkr-redis --help` prints.
std::string help_text();
/// Returns what `dkr-redis COMMAND --help` prints.
std::string help_text(OwnCommand::Name name);

/// Returns `; did you mean "observe"?` for a word that is almost one of our commands; else nothing.
std::string suggest_command(std::string_view word);

/// What may follow a command.
struct Choices {
  std::vector<std::string> words;  ///< empty: none, or those of a server
  std::vector<std::string> flags;  ///< such as --port
  std::vector<std::string> flags_with_value;
};
Choices choices_of(OwnCommand::Name name);

}  // namespace dkr
