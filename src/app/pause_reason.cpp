#include "dkr/app/pause_reason.hpp"

#include <limits>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/wall_clock.hpp"

namespace dkr {
namespace {

std::string path_of_reason(const Settings& settings) {
  return settings.data_dir.value + "/dkr-redis.pause";
}

}  // namespace

void keep_pause_reason(const Settings& settings, WallTime until, const std::string& why) {
  const std::string path = path_of_reason(settings);
  if (why.empty()) {
    remove_file(path);
    return;
  }
  const std::string end = std::to_string(until.time_since_epoch().count());
  const auto kept = write_atomically(
      path, render({"until", {end}}) + '\n' + render({"why", {in_one_line(why)}}) + '\n');
  if (!kept) {
    log::warn(kept.error().text);
  }
}

std::string pause_reason(const Settings& settings) {
  constexpr long long most = std::numeric_limits<long long>::max();
  const auto text = read_file(path_of_reason(settings), Links::refused);
  const auto lines = Conf(text ? text->value_or("") : "").directives();
  const auto end = parse_number(value_of(lines, "until", ""), 0, most);
  const bool lasts = end && is_paused(WallTime(std::chrono::seconds(*end)));
  return lasts ? value_of(lines, "why", "") : "";
}

}  // namespace dkr
