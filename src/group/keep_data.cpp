#include "dkr/group/keep_data.hpp"

#include "dkr/platform/data_files.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {

void keep_before_following(const Storage& storage) {
  const auto kept = keep_replaced(storage);
  if (!kept) {
    log::error("the data that the master lacks is not kept: " + kept.error().text);
  } else if (kept->before) {
    log::warn("the data that the master lacks is not kept: there is older data in " + kept->folder);
  } else {
    log::warn("kept the data that the master lacks in " + kept->folder);
  }
}

}  // namespace dkr
