#pragma once

#include <string>

#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

/// What a command beside the server works with.
struct ContainerLine {
  RawSettings flags;
  ServerCommand command;  ///< of the server
  std::string doubt;      ///< why the command line of the server is not known; empty: it is
};

/// Returns the command line of the dkr-redis that runs the server here; `flags` win over its flags.
ContainerLine line_of_container(const RawSettings& flags);

/// Returns a sentence, and the doubt if there is one.
std::string with_doubt(const std::string& sentence, const ContainerLine& line);

/// Makes a path given by the user absolute: the server starts in another directory.
ServerCommand anchored(ServerCommand command);

}  // namespace dkr
