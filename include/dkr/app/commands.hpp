#pragma once

#include <string>
#include <vector>

#include "dkr/platform/signals.hpp"

namespace dkr {

/// Does what the command line (without our own name) asks for; returns the exit status.
int main_command(const std::vector<std::string>& argv, const InheritedSignals& inherited);

}  // namespace dkr
