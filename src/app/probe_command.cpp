#include "dkr/app/probe_command.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "dkr/app/cli.hpp"
#include "dkr/app/container_line.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/this_container.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/health/health_pages.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/platform/tcp.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

Error usage(const std::string& what) {
  return {ExitStatus::usage, what +
                                 "; accepted is live, ready or started, then --role master or "
                                 "--role replica, and flags"};
}

Result<ProbeQuery> parse_query(const CommandLine& line) {
  const auto kind = probe_named(line.word);
  if (!kind) {
    return usage(line.word.empty() ? "probe" : line.word);
  }
  ProbeQuery query{*kind};
  query.role = role_named(line.role);
  if (!query.role && !line.role.empty()) {
    return usage("--role " + line.role);
  }
  return query;
}

int tell(const Verdict& verdict) {
  const int printed = print(verdict.line + "\n");
  return printed != 0 || verdict.good ? printed : 1;
}

/// Asks the health endpoint.
Verdict ask_endpoint(const ProbeQuery& query, std::uint16_t port) {
  std::string page(path_of(query.probe));
  page += query.role ? "?role=" + std::string(name_of(*query.role)) : "";
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

/// Asks the server and, if a lag matters, its master.
Verdict ask_server(const ProbeQuery& query, const Settings& told, const ServerCommand& command) {
  const ServiceEyes eyes(told.data_dir.value, told.skip_drop_privs.value);
  const auto container = this_container(told, command);
  if (!container || !container->own) {
    return {false, container ? "the server listens on nothing" : container.error().text};
  }
  const Settings& settings = container->settings;
  const OwnServer& server = *container->own;
  const auto kind = container->conf.sentinel ? HealthView::Kind::sentinel : HealthView::Kind::node;
  HealthView late;
  late.kind = kind;
  late.failure = too_late().text;
  TimePoint deadline = steady_clock::now() + probe_timeout;
  HealthView view =
      in_child([&] { return ask_health(server, kind, deadline); }, deadline).value_or(late);
  const TimePoint now = steady_clock::now();
  if (query.probe == Probe::ready && query.max_lag && view.node.link_up) {
    deadline = now + probe_timeout;
    const auto master =
        in_child([&] { return ask_node(view.node.master, settings, deadline); }, deadline);
    if (master && !master->failure) {
      view.lag = std::max(0LL, master->offset - view.node.offset);
    }
  }
  return judge_probe(query, view, now);
}

}  // namespace

int probe(const CommandLine& line) {
  const auto asked = parse_query(line);
  if (!asked) {
    return fail(asked.error());
  }
  const ContainerLine here = line_of_container(line.flags);
  const auto settings = read_settings(here.flags, Reading::quick);
  if (!settings) {
    return fail(settings.error());
  }
  if (settings->health_port.given) {
    return tell(ask_endpoint(*asked, settings->health_port.value));
  }
  ProbeQuery query = probe_limits(*settings);
  query.probe = asked->probe;
  query.role = asked->role;
  Verdict verdict = ask_server(query, *settings, here.command);
  if (!verdict.good) {
    verdict.line = with_doubt(verdict.line, here);
  }
  return tell(verdict);
}

}  // namespace dkr
