#pragma once

#include <string>

namespace dkr {

/// Returns a bash script that completes our commands, their flags and the values of those, made
/// from the same tables as the parser.
std::string bash_completion();

}  // namespace dkr
