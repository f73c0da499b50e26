#include "dkr/core/decide/group_name.hpp"

#include <algorithm>
#include <set>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

/// True if a sentinel may know the group that is meant, and has not said so.
bool may_know(const SentinelView& sentinel, bool in_grace_period) {
  if (!sentinel.failure) {
    return sentinel.knows_group;
  }
  switch (sentinel.failure->kind) {
    case Failure::Kind::refused_by_server:
      return true;
    case Failure::Kind::silent:
    case Failure::Kind::unresolved:
      return in_grace_period;
    case Failure::Kind::refused_connection:
      return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> only_group(const Settings& settings, const std::string& data_group,
                                      const GroupView& view, std::chrono::milliseconds waited) {
  std::set<std::string> names;
  for (const SentinelView& sentinel : view.sentinels) {
    if (may_know(sentinel, waited < silent_server_grace)) {
      return std::nullopt;
    }
    names.insert(sentinel.groups.begin(), sentinel.groups.end());
  }
  const bool is_free = !settings.group.given && data_group.empty();
  return is_free && names.size() == 1 && is_group_name(*names.begin())
             ? std::optional(*names.begin())
             : std::nullopt;
}

}  // namespace dkr
