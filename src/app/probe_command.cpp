#include "dkr/app/probe_command.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "dkr/app/cli.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/start_facts.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/health/health_pages.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/tcp.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// What the command line asks for.
struct Question {
  ProbeQuery wish;
  RawSettings flags;
};

Error usage(const std::string& what) {
  return {ExitCode::usage, what +
                               "; accepted is live, ready or started, then --role master or "
                               "--role replica, and flags"};
}

/// Takes `--role WORD` or `--role=WORD` out of the arguments.
Result<std::optional<NodeView::Role>> take_role(std::vector<std::string>& args) {
  constexpr std::string_view name = "--role";
  const auto found = std::find_if(args.begin(), args.end(), [&](const std::string& word) {
    return word == name || word.starts_with("--role=");
  });
  if (found == args.end()) {
    return std::optional<NodeView::Role>();
  }
  const bool apart = *found == name;
  if (apart && found + 1 == args.end()) {
    return usage("--role: without a role");
  }
  const std::string word = apart ? *(found + 1) : found->substr(name.size() + 1);
  args.erase(found, found + (apart ? 2 : 1));
  const auto role = role_named(word);
  return role ? Result<std::optional<NodeView::Role>>(role) : usage("--role " + word);
}

Result<Question> parse_question(std::vector<std::string> args) {
  const auto kind = args.empty() ? std::nullopt : probe_named(args.front());
  if (!kind) {
    return usage(args.empty() ? "probe" : args.front());
  }
  args.erase(args.begin());
  const auto role = take_role(args);
  if (!role) {
    return role.error();
  }
  auto line = parse_run_line(args);
  if (!line) {
    return line.error();
  }
  if (!line->rest.empty()) {
    return usage(line->rest.front());
  }
  Question question{{*kind}, std::move(line->flags)};
  question.wish.role = *role;
  return question;
}

/// The command that PID 1 was started with, and the flags of that, if it is dkr-redis.
struct InitLine {
  RawSettings flags;
  ServerCommand command;
};

InitLine line_of_init() {
  const auto text = read_file("/proc/1/cmdline", Links::followed);
  std::vector<std::string> words;
  for (std::string_view rest = text && *text ? **text : std::string_view(); !rest.empty();) {
    const auto end = std::min(rest.find('\0'), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (words.empty() || !words.front().ends_with("dkr-redis")) {
    return {};
  }
  words.erase(words.begin());
  InitLine init;
  Command command = classify(words);
  if (const auto* own = std::get_if<OwnCommand>(&command)) {
    auto line =
        own->name == OwnCommand::Name::run ? parse_run_line(own->rest) : Result<RunLine>(RunLine{});
    if (line) {
      init.flags = std::move(line->flags);
      command = classify(line->rest);
    }
  }
  if (const auto* server = std::get_if<ServerCommand>(&command)) {
    init.command = *server;
  }
  return init;
}

int tell(const Verdict& verdict) {
  const int printed = print(verdict.line + "\n");
  return printed != 0 || verdict.good ? printed : 1;
}

/// What the endpoint says.
Verdict ask_endpoint(const ProbeQuery& wish, std::uint16_t port) {
  std::string page(path_of(wish.probe));
  page += wish.role ? "?role=" + std::string(name_of(*wish.role)) : "";
  const auto answer = ask_local_port(port, "GET " + page + " HTTP/1.0\r\n\r\n",
                                     steady_clock::now() + probe_timeout);
  if (!answer) {
    return {false, answer.error().text};
  }
  constexpr std::string_view end_of_head = "\r\n\r\n";
  const auto text = answer->find(end_of_head);
  if (text == std::string::npos) {
    return {false, "the health endpoint does not speak HTTP"};
  }
  return {answer->find(" 200 ") < answer->find('\r'),
          answer->substr(text + end_of_head.size(), answer->find('\n', text + end_of_head.size()) -
                                                        text - end_of_head.size())};
}

std::string in_time(const Job& job) {
  return in_parallel({job}, steady_clock::now() + probe_timeout).front();
}

/// What the server says, and where a lag matters its master.
Verdict ask_server(const ProbeQuery& wish, const Settings& settings, const ServerCommand& command) {
  const auto server = find_own_endpoint(settings, command);
  if (!server || !*server) {
    return {false, server ? "the server listens on no port" : server.error().text};
  }
  const auto kind = command.sentinel ? HealthView::Kind::sentinel : HealthView::Kind::node;
  const std::string answer = in_time(
      [&] { return ask_health(**server, settings, kind, steady_clock::now() + probe_timeout); });
  const TimePoint now = steady_clock::now();
  HealthView view = health_answer(**server, answer, kind, now);
  if (wish.probe == Probe::ready && wish.max_lag && view.node.link_up) {
    const NodeView master = node_answer(view.node.master, in_time([&] {
                                          return ask_node(view.node.master, settings,
                                                          steady_clock::now() + probe_timeout);
                                        }));
    if (master.failure.empty()) {
      view.lag = std::max(0LL, master.offset - view.node.offset);
    }
  }
  return judge_probe(wish, view, now);
}

}  // namespace

int probe(const std::vector<std::string>& args) {
  auto question = parse_question(args);
  if (!question) {
    return fail(question.error());
  }
  InitLine init = line_of_init();
  for (auto& [spec, flag] : question->flags) {
    init.flags[spec] = std::move(flag);
  }
  const auto settings = read_settings(init.flags, Reading::quick);
  if (!settings) {
    return fail(settings.error());
  }
  const ProbeQuery& asked = question->wish;
  if (settings->health_port.given) {
    return tell(ask_endpoint(asked, settings->health_port.value));
  }
  ProbeQuery wish = probe_limits(*settings);
  wish.probe = asked.probe;
  wish.role = asked.role;
  init.command.sentinel = init.command.sentinel || settings->sentinel.value;
  return tell(ask_server(wish, *settings, init.command));
}

}  // namespace dkr
