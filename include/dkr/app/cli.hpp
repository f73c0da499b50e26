#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

/// What follows one of our commands.
struct CommandLine {
  RawSettings flags;
  std::vector<std::string> rest;  ///< of run and plan: the server and its arguments
  std::string word;               ///< what probe, help or completion is asked for; may be empty
  std::string role;               ///< probe --role; empty: any
  bool json = false;              ///< observe --json
  bool help = false;              ///< --help: the rest has not been read
};

/// Reads the flags of a command. Those of run and plan end at `--` or at the first word that is no
/// flag. Error: ExitStatus::usage; it names the nearest flag.
Result<CommandLine> parse_command_line(const OwnCommand& command);

/// What `dkr-redis --help` prints.
std::string help_text();
/// What `dkr-redis COMMAND --help` prints.
std::string help_text(OwnCommand::Name name);

/// `; did you mean "observe"?` about a word that is nearly a command of ours; else nothing.
std::string suggest_command(std::string_view word);

/// What may follow a command.
struct Choices {
  std::vector<std::string> words;  ///< at its place; empty: none, or those of a server
  std::vector<std::string> flags;  ///< such as --port
  std::vector<std::string> flags_with_value;
};
Choices choices_of(OwnCommand::Name name);

}  // namespace dkr
