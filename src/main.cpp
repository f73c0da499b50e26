#include <exception>
#include <string>
#include <vector>

#include "dkr/app/commands.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"

int main(int argc, char** argv) {
  const dkr::InheritedSignals inherited = dkr::block_signals();
  dkr::hold_standard_fds();
  try {
    return dkr::main_command(std::vector<std::string>(argv + 1, argv + argc), inherited);
  } catch (const std::exception& failure) {
    dkr::log::error(failure.what());
    return static_cast<int>(dkr::ExitStatus::os);
  }
}
