#include "dkr/app/container_line.hpp"

#include <utility>
#include <variant>

#include "dkr/app/cli.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/supervisor_search.hpp"
#include "dkr/app/typed_conf.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

/// Returns the volume that is meant if nothing but these flags and the environment is known.
std::string likely_volume(const RawSettings& flags) {
  const auto settings = read_settings(flags, Reading::quick);
  return settings ? settings->data_dir.value : std::string(spec_of(&Settings::data_dir).fallback);
}

}  // namespace

ContainerLine line_of_container(const RawSettings& flags) {
  ContainerLine line;
  const auto supervisor = find_supervisor(likely_volume(flags));
  line.doubt = supervisor ? "" : supervisor.error().text;
  Command command = classify(supervisor ? supervisor->words : std::vector<std::string>{});
  if (const auto* own = std::get_if<OwnCommand>(&command)) {
    auto run = parse_command_line(*own);
    if (own->name == OwnCommand::Name::run && run) {
      line.flags = std::move(run->flags);
      command = classify(run->rest);
    }
  }
  if (const auto* server = std::get_if<ServerCommand>(&command)) {
    line.command = anchored(*server);
    if (supervisor && reads_stdin(line.command)) {
      line.command.typed = typed_conf_of(supervisor->pid);
    }
  }
  for (const auto& [spec, flag] : flags) {
    line.flags[spec] = flag;
  }
  return line;
}

std::string with_doubt(const std::string& sentence, const ContainerLine& line) {
  return line.doubt.empty() ? sentence : sentence + "; " + line.doubt;
}

ServerCommand anchored(ServerCommand command) {
  if (!command.conf_path.empty()) {
    command.conf_path = absolute_path(command.conf_path, working_directory());
  }
  return command;
}

}  // namespace dkr
