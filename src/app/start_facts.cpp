#include "dkr/app/start_facts.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/decide/start_check.hpp"
#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/data_files.hpp"
#include "dkr/platform/identity.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/silent_run.hpp"
#include "dkr/platform/volume.hpp"
#include "dkr/redis/certificate.hpp"

namespace dkr {
namespace {

/// All files of an AOF together.
struct AofFiles {
  bool has_data = false;  ///< more than an empty base
  long long size = 0;     ///< in bytes
  long long written = 0;  ///< when last, in seconds since 1970
  RdbHead base;           ///< of the RDB that it begins with
};

/// Inspects the AOF, of either format.
Result<AofFiles> inspect_aof(const Storage& storage) {
  const auto files = aof_files(storage);
  if (!files) {
    return files.error();
  }
  AofFiles aof;
  for (const std::string& path : *files) {
    const auto file = inspect_rdb(path);
    if (!file) {
      return file.error();
    }
    aof.has_data = aof.has_data || file->has_data();
    aof.size += static_cast<long long>(file->size);
    aof.written = std::max(aof.written, file->written);
    aof.base = file->head.valid ? file->head : aof.base;
  }
  return aof;
}

/// Inspects what the server will read. `rdb` and `aof` were inspected if they matter.
Result<Done> look_at_files(ContainerFacts& local, const Storage& storage,
                           const Result<RdbFile>& rdb, const Result<AofFiles>& aof) {
  if (!storage.append_only) {
    const auto there = exists(storage.rdb);
    local.rdb = there && *there ? ContainerFacts::Rdb::usable : ContainerFacts::Rdb::missing;
    return Done{};
  }
  const auto old_aof = exists(storage.aof);
  const auto new_aof = exists(storage.manifest);
  if (!rdb || !old_aof || !new_aof) {
    return !rdb ? rdb.error() : (!old_aof ? old_aof : new_aof).error();
  }
  local.rdb = rdb->kind;
  local.aof = *new_aof ? storage.manifest : (*old_aof ? storage.aof : "");
  if (aof && aof->written > 0 && rdb->kind == ContainerFacts::Rdb::usable && rdb->has_data()) {
    local.later_rdb = compare_to_aof(rdb->head, aof->base, aof->written);
  }
  return Done{};
}

/// Inspects the container, but for its data.
Result<ContainerFacts> look_at_container(const Container& container) {
  ContainerFacts local;
  local.root = is_root();
  local.can_become_user = can_become_user();
  if (local.root) {
    local.service_user = find_service_user();
  }
  local.umask = current_umask();
  local.conf_is_mount = is_mount(container.conf.path);
  auto kind = inspect_volume(container.settings.data_dir.value);
  if (!kind) {
    return kind.error();
  }
  local.volume = *kind;
  return local;
}

/// Gathers what the role of this node is decided by, before it has one.
Result<NodeData> look_at_data(const Container& container, const ContainerFacts& local,
                              const Storage& storage, const Result<RdbFile>& rdb,
                              const Result<AofFiles>& aof) {
  if (!rdb || !aof) {
    return !rdb ? rdb.error() : aof.error();
  }
  const ServerConf& conf = container.conf;
  const StateNote& note = container.note;
  NodeData data = noted_data(note);
  data.role =
      conf.source.home == ConfSource::Home::volume ? role_in(conf.effective) : NodeData::Role::none;
  const bool reads_aof = storage.append_only && aof->has_data && !adopts_rdb(local, storage);
  data.has_data = reads_aof || (rdb->kind == ContainerFacts::Rdb::usable && rdb->has_data());
  if (!reads_aof) {
    data.saved = {rdb->head.replication_id, rdb->head.offset};
  }
  data.ends_early = data.has_data && may_lack_the_end(note, local.boot);
  data.reach = reach_of_data(note.mark, rdb->head, reads_aof ? aof->size : -1, data.ends_early);
  data.port = container.server ? container.server->port : 0;
  return data;
}

/// Returns the newest format that the server's check program reads, this one at most; 0: unknown.
int newest_read(const std::string& server, const std::string& check, const RdbHead& head) {
  const auto reads = [&](int version, bool valkey) {
    return status_of_run_on(server, check, empty_rdb(version, valkey)) == 0;
  };
  if (reads(head.version, head.valkey)) {
    return head.version;
  }
  int good = 0;
  for (int bad = head.version; bad - good > 1;) {
    const int middle = (good + bad) / 2;
    (reads(middle, false) ? good : bad) = middle;
  }
  return good;
}

/// Returns what a newer server wrote, if anything. Asked only where it matters: before an RDB
/// becomes an AOF, and after a server that did not take its data.
Result<std::optional<NewerFormat>> find_newer(const ContainerFacts& local, const Storage& storage) {
  const bool adopts = adopts_rdb(local, storage);
  if (!adopts && !local.unreadable) {
    return std::optional<NewerFormat>();
  }
  const auto files =
      adopts || local.aof.empty() ? std::vector<std::string>{storage.rdb} : aof_files(storage);
  if (!files) {
    return files.error();
  }
  for (const std::string& path : *files) {
    const auto file = inspect_rdb(path);
    if (!file || file->head.version <= oldest_rdb_version) {
      continue;
    }
    const RdbHead& head = file->head;
    const auto newest = in_child([&] { return newest_read(local.server, rdb_check(local), head); },
                                 std::chrono::steady_clock::now() + longest_format_question);
    if (newest && *newest > 0 && *newest < head.version) {
      return std::optional(NewerFormat{path, std::to_string(head.version), *newest});
    }
  }
  return std::optional<NewerFormat>();
}

/// True if the group is asked for anything, at this start or by the watcher.
bool has_group(const Container& container) {
  return container.conf.sentinel || container.settings.master_host.given || is_member(container);
}

/// Returns why the volume will not be writable. A root that becomes another user gives it to him.
std::string lasting_obstacle(const Settings& settings, const ContainerFacts& local) {
  const std::string& volume = settings.data_dir.value;
  return !service_user(settings, local) || is_read_only(volume) ? write_obstacle(volume) : "";
}

/// Returns what is wrong with our own certificate as that of a client.
std::string own_certificate_flaw(const Settings& settings) {
  if (!settings.tls_cert_file.given || !settings.tls_ca_file.given) {
    return {};
  }
  const auto look = [&] {
    return flaw_of_certificate(settings.tls_cert_file.value, settings.tls_ca_file.value);
  };
  return in_child(look, std::chrono::steady_clock::now() + longest_format_question)
      .value_or(std::string());
}

}  // namespace

Result<std::string> find_server(const std::string& asked) {
  std::vector<std::string> names{asked};
  names.insert(names.end(), server_names.begin(), server_names.end());
  if (asked.ends_with("-sentinel")) {
    names.insert(names.end(), sentinel_names.begin(), sentinel_names.end());
  }
  for (const std::string& name : names) {
    if (auto path = name.empty() ? std::nullopt : find_program(name)) {
      return *path;
    }
  }
  return Error{ExitStatus::not_found, "neither redis-server nor valkey-server is on PATH"};
}

Result<StartFacts> gather(Container container, bool unreadable) {
  auto server = find_server(container.command.program);
  if (!server) {
    return server.error();
  }
  const bool asks_role = question_of(container) == StartQuestion::role;
  const Storage storage = storage_of(container.conf.effective, container.settings);
  const bool matters = storage.append_only || asks_role;
  const auto rdb = matters ? inspect_rdb(storage.rdb) : RdbFile{};
  const auto aof = matters ? inspect_aof(storage) : AofFiles{};
  auto local = look_at_container(container);
  if (!local) {
    return local.error();
  }
  if (auto looked = look_at_files(*local, storage, rdb, aof); !looked) {
    return looked.error();
  }
  local->server = std::move(*server);
  local->unreadable = unreadable;
  local->certificate_flaw = own_certificate_flaw(container.settings);
  auto newer = find_newer(*local, storage);
  if (!newer) {
    return newer.error();
  }
  local->newer = std::move(*newer);
  Result<NodeData> data = NodeData{};
  if (asks_role) {
    local->boot = boot_id();
    data = look_at_data(container, *local, storage, rdb, aof);
  }
  if (data && is_damaged(*local, storage)) {
    data->has_data = false;
    data->reach = {};
  }
  const bool written = has_group(container) && local->volume == ContainerFacts::Volume::directory;
  std::string obstacle = written ? lasting_obstacle(container.settings, *local) : "";
  return StartFacts{std::move(container), std::move(*local), storage, std::move(data),
                    std::move(obstacle)};
}

}  // namespace dkr
