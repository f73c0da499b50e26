#include "dkr/app/supervisor_search.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "dkr/core/settings/command.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/running_processes.hpp"
#include "dkr/platform/volume.hpp"

namespace dkr {
namespace {

constexpr const char* usual_name = "dkr-redis";

bool runs_server(const std::vector<std::string>& words) {
  const Command command = classify(words);
  const auto* own = std::get_if<OwnCommand>(&command);
  return std::holds_alternative<ServerCommand>(command) ||
         (own != nullptr && own->name == OwnCommand::Name::run);
}

/// True for the name of this program, or of a link to it.
bool names_us(const std::string& name) {
  const auto path = find_program(name);
  return name.substr(name.rfind('/') + 1) == usual_name ||
         (path && is_same_file(*path, "/proc/self/exe"));
}

/// Returns the command line of a process, if it runs a server; `named`: and has our name.
std::optional<FoundSupervisor> supervisor_at(int pid, bool named) {
  std::vector<std::string> words = words_of_process(pid);
  if (words.empty() || (named && !names_us(words.front()))) {
    return std::nullopt;
  }
  words.erase(words.begin());
  return runs_server(words) ? std::optional(FoundSupervisor{pid, std::move(words)}) : std::nullopt;
}

std::vector<FoundSupervisor> supervisors_here() {
  const std::string here = control_group_of(::getpid());
  std::vector<FoundSupervisor> found;
  std::vector<RunningProcess> all = running_processes();
  const auto is_supervisor = [&found](int pid) {
    return std::any_of(found.begin(), found.end(),
                       [pid](const auto& one) { return one.pid == pid; });
  };
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  for (const RunningProcess& process : all) {
    if (process.pid == ::getpid() || control_group_of(process.pid) != here) {
      continue;
    }
    if (auto one = supervisor_at(process.pid, true)) {
      found.push_back(std::move(*one));
    }
  }
  // Its watcher and other children have its command line, too.
  const auto is_child = [&](const FoundSupervisor& one) {
    const auto process =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.pid == one.pid; });
    return is_supervisor(process->parent);
  };
  std::vector<FoundSupervisor> parents;
  std::copy_if(found.begin(), found.end(), std::back_inserter(parents),
               [&](const auto& one) { return !is_child(one); });
  return parents;
}

}  // namespace

Result<FoundSupervisor> find_supervisor(const std::string& volume) {
  for (const std::string& locked : {volume, volume + "/sentinel.lock"}) {
    for (const int pid : holders_of_lock(locked)) {
      if (auto one = supervisor_at(pid, false)) {
        return std::move(*one);
      }
    }
  }
  auto here = supervisors_here();
  if (here.size() == 1) {
    return std::move(here.front());
  }
  const std::string count = here.empty() ? "no" : std::to_string(here.size());
  return Error{ExitStatus::unavailable,
               count + " dkr-redis here runs a server, so its command line is not known"};
}

bool is_supervised(int server) {
  const std::vector<RunningProcess> all = running_processes();
  const auto process =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.pid == server; });
  return process != all.end() && supervisor_at(process->parent, true);
}

}  // namespace dkr
