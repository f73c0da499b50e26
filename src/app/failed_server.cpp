#include "dkr/app/failed_server.hpp"

#include <chrono>
#include <string>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/conf_complaint.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/silent_run.hpp"

namespace dkr {

bool tell_cause(const Program& server) {
  constexpr std::size_t most = 1 << 16;
  if (forbids_threads()) {
    log::error(
        "the server cannot start threads: this container forbids clone3 (seccomp); update the "
        "container engine, or run with --security-opt seccomp=unconfined");
    return true;
  }
  if (server.argv.back() == "-") {
    return false;  // What it has read from standard input is gone.
  }
  Program question = server;
  question.argv.push_back(std::string("--") + unknown_directive);
  question.argv.emplace_back("yes");
  const auto said = in_child([&] { return output_of_run(question, most); },
                             std::chrono::steady_clock::now() + longest_format_question);
  const auto complaint = said ? complaint_in(*said) : std::nullopt;
  if (complaint) {
    log::error("the server does not take its configuration: " + *complaint);
  }
  return complaint.has_value();
}

}  // namespace dkr
