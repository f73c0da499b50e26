#include "dkr/app/status_command.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "dkr/app/container_line.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/this_container.hpp"
#include "dkr/core/base/json.hpp"
#include "dkr/core/base/screen.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/status_format.hpp"
#include "dkr/core/view/status_json.hpp"
#include "dkr/core/view/status_view.hpp"
#include "dkr/group/status_look.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/platform/terminal.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

/// Where a status is asked for.
struct StatusSite {
  Settings settings;
  std::uint16_t own_port = 0;         ///< of the data node here; 0: there is none
  std::optional<OwnServer> sentinel;  ///< the one here
};

/// A look, as it is printed.
struct Drawn {
  std::string text;
  bool anybody = false;
};

auto fields_of(const Drawn& drawn) {
  const auto& [text, anybody] = drawn;
  return std::tie(text, anybody);
}

/// Returns the settings, and all that this container itself knows of the group. A volume that
/// cannot be read does not prevent that.
StatusSite site_of(const Settings& settings, const ContainerLine& line) {
  const ServiceEyes eyes(settings.data_dir.value, settings.skip_drop_privs.value);
  const auto here = this_container(settings, line.command);
  if (!here) {
    log::warn(here.error().text);
    return {settings, 0, std::nullopt};
  }
  StatusSite site{here->settings, 0, std::nullopt};
  if (here->conf.sentinel) {
    site.sentinel = here->own;
  } else if (here->server && line.doubt.empty()) {
    site.own_port = here->server->port;
  }
  std::vector<Endpoint>& seeds = site.settings.sentinel_hosts.value;
  if (seeds.empty()) {
    seeds = here->note.memory.sentinels;
  }
  if (site.sentinel) {
    seeds.push_back(here->server.value_or(site.sentinel->at));
    if (site.settings.sentinel_password.value.empty()) {
      site.settings.sentinel_password.value = Secret(site.sentinel->access.password);
    }
  }
  return site;
}

/// Returns the groups to look at: the one that was given, or all of the sentinel here.
std::vector<std::string> groups_of(const StatusSite& site) {
  std::vector<std::string> groups;
  if (site.sentinel && !site.settings.group.given) {
    const TimePoint deadline = steady_clock::now() + longest_look_timeout;
    const auto view = in_child(
        [&] { return ask_health(*site.sentinel, HealthView::Kind::sentinel, deadline); }, deadline);
    for (const MonitoredGroup& group : view ? view->groups : std::vector<MonitoredGroup>()) {
      groups.push_back(group.name);
    }
    std::sort(groups.begin(), groups.end());
  }
  return groups.empty() ? std::vector<std::string>{site.settings.group.value} : groups;
}

std::vector<GroupStatus> look_at(const StatusSite& site, const std::vector<std::string>& groups,
                                 Duration timeout) {
  std::vector<GroupStatus> all;
  for (const std::string& group : groups) {
    Settings settings = site.settings;
    settings.group.value = group;
    if (groups.size() > 1) {  // whose nodes are these?
      settings.master_host = {};
      settings.peers = {};
    }
    all.push_back(
        look_at_status(settings, {timeout, longest_look_timeout, true, {}, site.own_port}));
  }
  return all;
}

/// Returns the groups that sentinels know, if none of them knows the one that was asked for.
std::vector<std::string> groups_instead(const GroupStatus& status) {
  std::vector<std::string> groups;
  for (const SentinelStatus& sentinel : status.sentinels) {
    if (sentinel.view.knows_group) {
      return {};
    }
    groups.insert(groups.end(), sentinel.view.groups.begin(), sentinel.view.groups.end());
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

std::vector<StatusView> look(const StatusSite& site, Duration timeout) {
  auto statuses = look_at(site, groups_of(site), timeout);
  if (!site.settings.group.given && statuses.size() == 1) {
    if (const auto others = groups_instead(statuses.front()); !others.empty()) {
      statuses = look_at(site, others, timeout);
    }
  }
  std::vector<StatusView> views;
  views.reserve(statuses.size());
  for (const GroupStatus& status : statuses) {
    views.push_back(make_status(status));
  }
  return views;
}

std::string json_of(const std::vector<StatusView>& views, system_clock::time_point now) {
  return JsonObject()
             .raw("groups", json_array(views, [&](const auto& view) { return to_json(view, now); }))
             .str() +
         "\n";
}

std::vector<ScreenLine> screen_of(const std::vector<StatusView>& views,
                                  system_clock::time_point now, std::size_t width) {
  std::vector<ScreenLine> lines;
  for (const StatusView& view : views) {
    if (!lines.empty()) {
      lines.emplace_back();
    }
    const auto screen = status_screen(view, now, width);
    lines.insert(lines.end(), screen.begin(), screen.end());
  }
  return lines;
}

Drawn draw(const StatusSite& site, const CommandLine& line) {
  const auto views = look(site, line.watch ? watched_look_timeout : longest_look_timeout);
  const auto now = system_clock::now();
  const bool anybody = std::any_of(views.begin(), views.end(), anybody_answers);
  if (line.json) {
    return {json_of(views, now), anybody};
  }
  const Terminal terminal = terminal_of_output();
  auto lines = screen_of(views, now, terminal.columns);
  ScreenForm form{wants_colour(), 0, 0};
  if (line.watch) {
    lines.insert(lines.begin(), {{utc_time(now), Tone::faint}});
    // Beyond the last column a terminal wraps, and below the last row it scrolls.
    form.columns = terminal.columns > 1 ? terminal.columns - 1 : 0;
    form.rows = terminal.rows > 1 ? terminal.rows - 1 : 0;
  }
  return {to_text(lines, form), anybody};
}

/// Draws in a child process. nullopt: it is time to stop.
std::optional<Drawn> draw_in_child(const StatusSite& site, const CommandLine& line,
                                   const UniqueFd& signals) {
  const TimePoint deadline = steady_clock::now() + longest_status_look;
  const auto task = start_task([&] { return encode(draw(site, line)); });
  std::string answer;
  while (task && steady_clock::now() < deadline) {
    if (wait_as_screen(signals, &task->answer, deadline) == Woken::stopped) {
      return std::nullopt;
    }
    if (!read_more(task->answer, answer)) {
      break;
    }
  }
  return decode<Drawn>(answer).value_or(Drawn{too_late().text + "\n", false});
}

int exit_status(bool anybody) {
  return static_cast<int>(anybody ? ExitStatus::ok : ExitStatus::unavailable);
}

int watch(const StatusSite& site, const CommandLine& line) {
  const auto signals = open_signal_queue();
  if (!signals) {
    return fail(signals.error());
  }
  const bool redraws = terminal_of_output().there && !line.json;
  bool anybody = false;
  for (bool first = true;; first = false) {
    const auto drawn = draw_in_child(site, line, *signals);
    if (!drawn) {
      return exit_status(anybody);
    }
    anybody = drawn->anybody;
    const std::string text = redraws     ? redrawn(drawn->text, first)
                             : line.json ? drawn->text
                                         : drawn->text + "\n";
    if (!write_to_screen(*signals, text) ||
        wait_as_screen(*signals, nullptr, steady_clock::now() + status_interval) ==
            Woken::stopped) {
      return exit_status(anybody);
    }
  }
}

}  // namespace

int status(const CommandLine& line) {
  const ContainerLine here = line_of_container(line.flags);
  const auto settings = read_settings(here.flags);
  if (!settings) {
    return fail(settings.error());
  }
  const bool told =
      settings->master_host.given || settings->sentinel_hosts.given || settings->peers.given;
  if (!told && !here.doubt.empty()) {
    log::info(here.doubt);
  }
  const StatusSite site = site_of(*settings, here);
  if (line.watch) {
    return watch(site, line);
  }
  const Drawn drawn = draw(site, line);
  const int printed = print(drawn.text);
  return printed != 0 ? printed : exit_status(drawn.anybody);
}

}  // namespace dkr
