#include "dkr/app/pause_command.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dkr/app/container_line.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/pause_reason.hpp"
#include "dkr/app/this_container.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/core/view/votes.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/pause.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/platform/wall_clock.hpp"

namespace dkr {
namespace {

using Orders = std::vector<PauseOrder>;

/// The group as the command finds it.
struct Scene {
  Settings settings;
  GroupView view;
};

Result<Scene> look_around(const CommandLine& told) {
  const ContainerLine line = line_of_container(told.flags);
  const auto settings = read_settings(line.flags);
  if (!settings) {
    return settings.error();
  }
  const ServiceEyes eyes(settings->data_dir.value, settings->skip_drop_privs.value);
  const auto here = this_container(*settings, line.command);
  if (!here) {
    log::warn(here.error().text);
  }
  Scene scene{here ? here->settings : *settings, {}};
  const bool node = here && here->server && !here->conf.sentinel;
  const std::uint16_t port = node ? here->server->port : std::uint16_t{0};
  scene.view =
      look_at_group(scene.settings, {longest_look_timeout, longest_look_timeout, true, {}, port})
          .view;
  if (sentinels_of(scene.view).empty()) {
    return Error{ExitStatus::unavailable,
                 with_doubt("no sentinel of group " + scene.settings.group.value + " answers" +
                                failures(scene.view),
                            line)};
  }
  return scene;
}

/// Returns the sentinels that could not be asked.
std::vector<std::string> silent_ones(const GroupView& view) {
  std::vector<Endpoint> gone = votes_of(view).gone;
  for (const SentinelView& sentinel : view.sentinels) {
    if (sentinel.failure && !contains(gone, sentinel.at)) {
      gone.push_back(sentinel.at);
    }
  }
  std::vector<std::string> all;
  all.reserve(gone.size());
  for (const Endpoint& at : gone) {
    all.push_back(to_string(at) + ": no answer");
  }
  return all;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all) {
    text += (text.empty() ? "" : "; ") + one;
  }
  return text;
}

/// Gives the orders, notes in the view who has them, and returns who has not, and why.
std::vector<std::string> carry_out(Scene& scene, const Orders& orders) {
  std::vector<std::string> refused;
  const auto answers = give_orders(orders, scene.settings);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i].failure.empty()) {
      refused.push_back(to_string(answers[i].sentinel) + ": " + answers[i].failure);
      continue;
    }
    for (SentinelView& sentinel : scene.view.sentinels) {
      if (sentinel.at == answers[i].sentinel) {
        sentinel.paused_until = quorum_in(orders[i].value).paused_until;
      }
    }
  }
  return refused;
}

/// Returns the orders that end the pauses that sentinels have.
Orders orders_to_end(const GroupView& view) {
  Orders orders;
  for (const SentinelView* sentinel : sentinels_of(view)) {
    if (sentinel->paused_until != WallTime{}) {
      orders.push_back({sentinel->at, sentinel->quorum, false});
    }
  }
  return orders;
}

/// Returns the error for sentinels that are not as they should be.
int fail_for(const std::string& what, const std::vector<std::string>& sentinels) {
  return fail({ExitStatus::unavailable, what + joined(sentinels)});
}

/// A pause that a living sentinel has not taken is none: that one could fail over.
int take_back(Scene& scene, Orders orders, std::vector<std::string> missing) {
  for (PauseOrder& order : orders) {
    order = {order.sentinel, quorum_in(order.value).own, false};
  }
  for (const std::string& one : carry_out(scene, orders)) {
    if (std::find(missing.begin(), missing.end(), one) == missing.end()) {
      missing.push_back(one);
    }
  }
  return fail_for("no pause; these may fail over, or be paused still: ", missing);
}

/// Returns why a sentinel cannot be paused now; empty: it can.
std::string obstacle(const SentinelView& sentinel) {
  if (sentinel.busy) {
    return "a failover runs";
  }
  return sentinel.quorum > greatest_paused_quorum
             ? "its quorum is " + std::to_string(sentinel.quorum)
             : "";
}

int pause_until(Scene& scene, WallTime until, const std::string& why) {
  Orders orders;
  for (const SentinelView* sentinel : sentinels_of(scene.view)) {
    if (const std::string reason = obstacle(*sentinel); !reason.empty()) {
      return fail_for("no pause: ", {to_string(sentinel->at) + ": " + reason});
    }
    orders.push_back({sentinel->at, with_pause(sentinel->quorum, until), true});
  }
  const auto silent = silent_ones(scene.view);
  const auto refused = carry_out(scene, orders);
  const WallTime end = pause_of(scene.view).holds;
  if (!refused.empty() || end == WallTime{}) {
    return take_back(scene, std::move(orders), refused.empty() ? silent : refused);
  }
  keep_pause_reason(scene.settings, end, why);
  const int printed =
      print("group " + scene.settings.group.value + " is paused until " + to_text(end) + ": " +
            std::to_string(orders.size()) + " of " +
            std::to_string(known_sentinels(sentinels_of(scene.view))) + " sentinels\n");
  return printed != 0 || silent.empty()
             ? printed
             : fail_for("not paused, and will be once a data node reaches them: ", silent);
}

/// A master that nobody reaches cannot hear that a pause has ended.
void warn_of_silent_master(const GroupView& view) {
  const auto named = named_by_majority(view);
  const NodeView* master = named ? find_node(view, *named) : nullptr;
  if (master != nullptr && master->failure) {
    log::warn("the master " + to_string(*named) + " does not answer (" + master->failure->text +
              "): if it runs, it takes writes until " + to_text(pause_of(view).kept) +
              ", and the sentinels replace it now");
  }
}

}  // namespace

int pause(const CommandLine& line) {
  using namespace std::chrono_literals;
  constexpr std::chrono::hours longest{7 * 24};
  const auto length = parse_length(line.length.empty() ? "30m" : line.length);
  if (!length || *length > longest) {
    return fail({ExitStatus::usage,
                 "--for " + line.length + "; accepted is a time like 90s, 30m or 2h, at most 7d"});
  }
  auto scene = look_around(line);
  if (!scene) {
    return fail(scene.error());
  }
  return pause_until(*scene, wall_clock() + *length, line.why);
}

int resume(const CommandLine& line) {
  auto scene = look_around(line);
  if (!scene) {
    return fail(scene.error());
  }
  const Orders orders = orders_to_end(scene->view);
  if (!orders.empty()) {
    warn_of_silent_master(scene->view);
  }
  std::vector<std::string> missing = silent_ones(scene->view);
  const auto refused = carry_out(*scene, orders);
  missing.insert(missing.end(), refused.begin(), refused.end());
  if (!missing.empty()) {
    return fail_for("may still be paused: ", missing);
  }
  keep_pause_reason(scene->settings, {}, "");
  return print("group " + scene->settings.group.value +
               (orders.empty() ? " is not paused" : " is not paused any more") + '\n');
}

}  // namespace dkr
