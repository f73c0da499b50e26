#include "dkr/group/take_name.hpp"

#include "dkr/core/decide/group_name.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {

Look look_by_its_name(Settings& settings, const std::string& data_group, const Retry& retry) {
  Look look = look_at_group(settings, retry.options);
  const auto name = only_group(settings, data_group, look.view, retry.waited());
  if (!name) {
    return look;
  }
  log::info("takes group " + *name +
            ", the only one that the sentinels know; REDIS_GROUP is not set");
  settings.group.value = *name;
  return look_at_group(settings, retry.options);
}

std::string taken_name(const Settings& told, const Settings& now) {
  return told.group.value == now.group.value ? std::string() : now.group.value;
}

}  // namespace dkr
