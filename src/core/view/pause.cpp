#include "dkr/core/view/pause.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using std::chrono::seconds;

/// The value has a bit that no quorum of a user's has, then the minutes since 2020, then the user's
/// own. A sentinel reads it from its file by atoi(), and keeps it in 32 bits.
constexpr int mark = 1 << 30;
constexpr int minutes_begin = 6;
constexpr int most_minutes = (1 << 24) - 1;
constexpr WallTime base = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};

std::string two_digits(long long number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

Quorum quorum_in(int value) {
  if (value < mark) {
    return {value, {}};
  }
  const int own = value & greatest_paused_quorum;
  return {std::max(own, 1), base + std::chrono::minutes((value - mark) >> minutes_begin)};
}

int with_pause(int own, WallTime until) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(until - base).count();
  return mark +
         (static_cast<int>(std::clamp<long long>(minutes, 0, most_minutes)) << minutes_begin) +
         std::clamp(own, 1, greatest_paused_quorum);
}

GroupPause pause_of(const GroupView& view) {
  const auto voters = sentinels_of(view);
  const std::size_t known = known_sentinels(voters);
  if (voters.empty()) {
    return {};
  }
  std::vector<WallTime> ends(std::max(known, voters.size()));
  std::transform(voters.begin(), voters.end(), ends.begin(),
                 [](const SentinelView* sentinel) { return sentinel->paused_until; });
  const WallTime first = *std::min_element(ends.begin(), ends.begin() + std::ssize(voters));
  std::sort(ends.begin(), ends.end(), std::greater<>());
  const WallTime kept = ends[ends.size() / 2];
  return {kept, std::min(first, kept)};
}

GroupPause pause_after(const GroupPause& known, const GroupView& heard) {
  const auto voters = sentinels_of(heard);
  return 2 * voters.size() > known_sentinels(voters) ? pause_of(heard) : known;
}

std::vector<PauseOrder> pause_orders(const GroupView& heard, WallTime now) {
  std::vector<PauseOrder> orders;
  const auto voters = sentinels_of(heard);
  const bool most_answer = 2 * voters.size() > known_sentinels(voters);
  const WallTime kept = most_answer ? pause_of(heard).kept : WallTime{};
  for (const SentinelView* sentinel : voters) {
    const WallTime until = sentinel->paused_until;
    const bool over = until != WallTime{} && until + pause_slack <= now;
    if (sentinel->busy || sentinel->quorum > greatest_paused_quorum) {
      continue;
    }
    if (kept > now && until != kept) {
      orders.push_back({sentinel->at, with_pause(sentinel->quorum, kept), true});
    } else if (over || (most_answer && kept <= now && until > now)) {
      orders.push_back({sentinel->at, sentinel->quorum, false});
    }
  }
  return orders;
}

std::optional<int> quorum_after(const Quorum& has, WallTime now) {
  const bool over = has.paused_until != WallTime{} && has.paused_until + pause_slack <= now;
  return over ? std::optional(has.own) : std::nullopt;
}

std::vector<std::string> quorum_command(const std::string& group, int value) {
  return {"SENTINEL", "SET", group, "quorum", std::to_string(value)};
}

std::string to_text(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return std::to_string(static_cast<int>(date.year())) + '-' +
         two_digits(static_cast<unsigned>(date.month())) + '-' +
         two_digits(static_cast<unsigned>(date.day())) + ' ' + two_digits(clock.hours().count()) +
         ':' + two_digits(clock.minutes().count()) + ':' + two_digits(clock.seconds().count()) +
         " UTC";
}

std::optional<seconds> parse_length(std::string_view text) {
  constexpr long long most = 1'000'000;
  if (text.empty()) {
    return std::nullopt;
  }
  const char unit = text.back();
  const auto number = parse_number(text.substr(0, text.size() - 1), 1, most);
  if (!number) {
    return std::nullopt;
  }
  switch (unit) {
    case 's':
      return seconds(*number);
    case 'm':
      return std::chrono::minutes(*number);
    case 'h':
      return std::chrono::hours(*number);
    case 'd':
      return std::chrono::days(*number);
    default:
      return std::nullopt;
  }
}

}  // namespace dkr
