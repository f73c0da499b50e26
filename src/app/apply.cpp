#include "dkr/app/apply.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "dkr/core/decide/start_check.hpp"
#include "dkr/core/settings/settings_table.hpp"
#include "dkr/group/keep_data.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/data_files.hpp"
#include "dkr/platform/identity.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/platform/standard_input.hpp"
#include "dkr/platform/volume.hpp"

namespace dkr {
namespace {

constexpr mode_t volume_mode = 0750;

/// Blames an error in the volume on its setting, REDIS_DATA_DIR, for the reader of the log.
Error blame_volume(const Plan& plan, const Error& error) {
  return refused(&Settings::data_dir, plan.volume, error.text);
}

/// Goes on without a volume that cannot be written to, if nothing has to be.
Result<Done> go_without(Plan& plan, const std::string& obstacle) {
  if (plan.needs_volume) {
    return not_writable(plan.volume, plan.become, obstacle);
  }
  do_without_volume(plan);
  log::warn("nothing is kept: the volume " + plan.volume + " cannot be written to (" + obstacle +
            "), so SAVE, CONFIG REWRITE and ACL SAVE will fail");
  return plan.typed ? become_stdin(*plan.typed) : Done{};
}

Result<Done> apply_rights(Plan& plan) {
  if (plan.create_volume && ::mkdir(plan.volume.c_str(), volume_mode) != 0) {
    return refused(&Settings::data_dir, plan.volume,
                   std::string("cannot be made: ") + std::strerror(errno));
  }
  Result<Done> owners = Done{};
  const bool limited = !can_override_rights();
  if (plan.fix_owners && !is_read_only(plan.volume)) {
    owners = fix_owners(plan.volume, plan.become->uid, [] { return pending_stop().has_value(); });
  }
  if (pending_stop()) {
    return Done{};
  }
  if (plan.become) {
    if (auto changed = become(*plan.become); !changed) {
      return changed.error();
    }
  }
  const std::string obstacle = write_obstacle(plan.volume);
  if (!obstacle.empty()) {
    return go_without(plan, obstacle);
  }
  // A root to whom the rights of files apply cannot see into what is the user's already.
  if (!owners && !(limited && owners.error().text.ends_with(std::strerror(EACCES)))) {
    log::warn(owners.error().text);
  }
  return Done{};
}

Result<Done> apply_files(const Plan& plan) {
  if (plan.aside) {
    const auto kept = move_aside(*plan.aside);
    if (!kept) {
      return blame_volume(plan, kept.error());
    }
    log::warn("moved the damaged data to " + *kept + "; the master has all of it");
  }
  if (plan.kept) {
    keep_before_following(*plan.kept);
  }
  if (plan.conf) {
    if (auto written = write_atomically(plan.conf->path, plan.conf->text); !written) {
      return blame_volume(plan, written.error());
    }
    if (!plan.conf->unchanged) {
      log::info("wrote " + plan.conf->path);
    }
  }
  if (plan.note) {
    if (auto written = write_atomically(plan.note->path, plan.note->text); !written) {
      return blame_volume(plan, written.error());
    }
  }
  return Done{};
}

/// Does what keeps an RDB that the server would overwrite without reading it.
Result<std::optional<Adopted>> apply_rdb(const Plan& plan) {
  constexpr const char* later = " was saved after the last write to the AOF";
  if (plan.spared) {
    const auto kept = keep_rdb_aside(*plan.spared);
    if (!kept) {
      return blame_volume(plan, kept.error());
    }
    log::warn(plan.spared->rdb + later + ", but has fewer keys: the AOF is served, and a copy of " +
              "the RDB is kept in " + *kept);
  }
  if (!plan.adoption) {
    return std::optional<Adopted>();
  }
  const auto& [storage, over_aof] = *plan.adoption;
  auto adopted = adopt_rdb(storage, over_aof);
  if (!adopted) {
    return blame_volume(plan, adopted.error());
  }
  if (over_aof) {
    log::warn(storage.rdb + later + ": it is served, and the AOF is kept in " + adopted->aside);
  } else {
    log::info("the server keeps an AOF from now on; it begins with the data of " + storage.rdb);
  }
  return std::optional(std::move(*adopted));
}

void warn_of_fixed_conf(const Plan& plan) {
  if (!plan.given_conf) {
    return;
  }
  const std::string& path = *plan.given_conf;
  const auto slash = path.rfind('/');
  const std::string obstacle =
      is_mount(path) ? "it is itself a mount" : write_obstacle(path.substr(0, slash + 1));
  if (!obstacle.empty()) {
    log::warn("the server cannot rewrite " + path + " (" + obstacle +
              "): CONFIG REWRITE will fail, and what changes at run time is gone after a restart");
  }
}

}  // namespace

Result<std::optional<Adopted>> apply(Plan& plan) {
  for (const std::string& note : plan.notes) {
    log::info(note);
  }
  for (const std::string& warning : plan.warnings) {
    log::warn(warning);
  }
  ::umask(plan.umask);
  const auto rights = apply_rights(plan);
  if (!rights) {
    return rights.error();
  }
  if (pending_stop()) {
    return std::optional<Adopted>();
  }
  warn_of_fixed_conf(plan);
  if (const auto files = apply_files(plan); !files) {
    return files.error();
  }
  return apply_rdb(plan);
}

}  // namespace dkr
