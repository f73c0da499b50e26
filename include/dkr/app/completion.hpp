#pragma once

#include <string>

namespace dkr {

/// A bash script that completes our commands, their flags and the values of those, made from the
/// tables that the parser is made from.
std::string bash_completion();

}  // namespace dkr
