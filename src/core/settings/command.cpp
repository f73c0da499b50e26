#include "dkr/core/settings/command.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "dkr/core/settings/server_arguments.hpp"

namespace dkr {
namespace {

/// Anywhere among the arguments it makes a sentinel; alone it means nothing else. With values it is
/// a directive, too. Source: checkForSentinelMode() in server.c.
constexpr const char* mode = "--sentinel";

template <class Names>
bool is_one_of(const Names& names, std::string_view program) {
  const std::string_view base = program.substr(program.rfind('/') + 1);
  return std::find(names.begin(), names.end(), base) != names.end();
}

/// True for arguments that the server accepts only alone. Source: main() in server.c.
bool is_question(const std::vector<std::string>& args) {
  constexpr std::array<std::string_view, 5> alone{"-v", "--version", "-h", "--help",
                                                  "--check-system"};
  if (args.size() == 1) {
    return std::find(alone.begin(), alone.end(), args.front()) != alone.end();
  }
  return !args.empty() && args.front() == "--test-memory";
}

Command server_with(std::string program, std::vector<std::string> args) {
  if (is_question(args)) {
    return ServerQuestion{std::move(program), std::move(args)};
  }
  ServerCommand command{std::move(program), {}, {}};
  command.sentinel = std::find(args.begin(), args.end(), mode) != args.end() ||
                     is_one_of(sentinel_names, command.program);
  if (!args.empty() && !args.front().starts_with('-')) {
    command.conf_path = args.front();
    args.erase(args.begin());
  }
  for (const ArgumentGroup& group : split_server_arguments(args)) {
    if (group != ArgumentGroup{mode}) {
      command.args.insert(command.args.end(), group.begin(), group.end());
    }
  }
  return command;
}

}  // namespace

bool reads_stdin(const ServerCommand& command) {
  return !command.args.empty() && command.args.back() == "-";
}

std::string bypass_in(const std::vector<std::string>& argv) {
  constexpr std::array<std::string_view, 20> starters{
      "sh",     "bash",    "ash",     "dash",    "busybox",   "env",      "exec",
      "gosu",   "su-exec", "su",      "setpriv", "sudo",      "tini",     "nice",
      "ionice", "taskset", "numactl", "stdbuf",  "dumb-init", "catatonit"};
  if (!is_one_of(starters, argv.front())) {
    return {};
  }
  std::string all;
  for (const std::string& word : argv) {
    all += word + ' ';
  }
  constexpr std::string_view breaks = "\"'`;&|()\n\t";
  std::replace_if(
      all.begin(), all.end(), [&](char one) { return breaks.find(one) != std::string_view::npos; },
      ' ');
  std::string_view server;
  for (std::string_view rest = all; !rest.empty();) {
    const auto end = rest.find(' ');
    const std::string_view word = rest.substr(0, end);
    if (word.ends_with("dkr-redis") || word.ends_with(official_entrypoint)) {
      return {};
    }
    if (is_one_of(server_names, word) || is_one_of(sentinel_names, word)) {
      server = word;
    }
    rest.remove_prefix(end + 1);
  }
  return server.empty() ? std::string()
                        : argv.front() + " starts " + std::string(server) +
                              " without dkr-redis: nothing prepares, watches or hands it over; "
                              "write `exec dkr-redis " +
                              std::string(server) + " ...` there";
}

Command classify(const std::vector<std::string>& argv) {
  if (argv.empty()) {
    return ServerCommand{};
  }
  const std::string& first = argv.front();
  if (first.substr(first.rfind('/') + 1) == official_entrypoint) {
    return classify({argv.begin() + 1, argv.end()});
  }
  const std::vector<std::string> rest(argv.begin() + 1, argv.end());
  const auto* own = std::find_if(own_commands.begin(), own_commands.end(),
                                 [&](const OwnCommandSpec& spec) { return spec.word == first; });
  if (own != own_commands.end()) {
    return OwnCommand{own->name, rest};
  }
  if (first == "--help") {
    return OwnCommand{OwnCommand::Name::help, rest};
  }
  if (first == "--version" && rest.empty()) {
    return OwnCommand{OwnCommand::Name::version, rest};
  }
  if (is_one_of(server_names, first) || is_one_of(sentinel_names, first)) {
    return server_with(first, rest);
  }
  if (first.starts_with('-') || first.ends_with(".conf")) {
    return server_with({}, argv);
  }
  return ExecCommand{argv};
}

}  // namespace dkr
