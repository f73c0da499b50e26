#include "dkr/core/node/state_note.hpp"

#include <algorithm>
#include <limits>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/conf.hpp"

namespace dkr {
namespace {

/// stream_slack is bytes that the stream to replicas may hold and the AOF does not: PING, SELECT,
/// and messages of some sentinels, 132 bytes each every 2 s. The drift after a note is at most
/// most_drifts times the drift before it.
constexpr long long stream_slack = 1024;
constexpr long long most_drifts = 2;

std::optional<long long> number(const std::string& text) {
  // Far beyond any history, and a few of them can be added without overflow.
  constexpr long long most = std::numeric_limits<long long>::max() / 8;
  return parse_number(text, -1, most);
}

std::optional<DataMark> mark_in(const std::vector<std::string>& words) {
  const auto offset = words.size() == 4 ? number(words[1]) : std::nullopt;
  const auto size = offset ? number(words[2]) : std::nullopt;
  const auto drift = size ? number(words[3]) : std::nullopt;
  return drift ? std::optional(DataMark{{words[0], *offset}, *size, *drift}) : std::nullopt;
}

std::optional<MinReplicas> noted_min_replicas(const std::vector<std::string>& words) {
  constexpr long long most = std::numeric_limits<int>::max();
  const auto count = words.size() == 2 ? parse_number(words[0], 0, most) : std::nullopt;
  const auto lag = count ? parse_number(words[1], 0, most) : std::nullopt;
  return lag ? std::optional(MinReplicas{static_cast<int>(*count), static_cast<int>(*lag)})
             : std::nullopt;
}

std::optional<int> noted_priority(const std::string& text) {
  const auto priority = parse_number(text, 0, std::numeric_limits<int>::max());
  return priority ? std::optional(static_cast<int>(*priority)) : std::nullopt;
}

bool is_yes(const Directive& line) {
  return line.values == std::vector<std::string>{"yes"};
}

std::string line_of(const std::string& name, const Endpoint& at) {
  return name + ' ' + at.host + ' ' + std::to_string(at.port) + '\n';
}

/// Returns the endpoints of which each has a line of this name; null if there are no such lines.
std::vector<Endpoint>* endpoints_of(StateNote& note, std::string_view name) {
  if (name == "known-as") {
    return &note.identity.names;
  }
  if (name == "sentinel") {
    return &note.memory.sentinels;
  }
  return name == "replica" ? &note.memory.replicas : nullptr;
}

std::optional<Endpoint> endpoint_in(const std::vector<std::string>& words) {
  const auto port = words.size() == 2 && is_host(words[0]) ? parse_port(words[1]) : std::nullopt;
  return port ? std::optional(Endpoint{words[0], *port}) : std::nullopt;
}

std::string to_text(const Identity& identity) {
  std::string text;
  for (const Endpoint& name : identity.names) {
    text += line_of("known-as", name);
  }
  if (identity.named) {
    text += "named yes\n";
  }
  if (identity.epoch != 0) {
    text += "epoch " + std::to_string(identity.epoch) + '\n';
  }
  return text;
}

std::string to_text(const GroupMemory& memory) {
  std::string text;
  if (memory.down_after.count() > 0) {
    text += "down-after " + std::to_string(memory.down_after.count()) + '\n';
  }
  for (const Endpoint& sentinel : memory.sentinels) {
    text += line_of("sentinel", sentinel);
  }
  for (const Endpoint& replica : memory.replicas) {
    text += line_of("replica", replica);
  }
  return text;
}

}  // namespace

std::string to_text(const StateNote& note) {
  std::string text = "# Kept by dkr-redis: what its next start has to know.\nversion 1\n";
  if (!note.group.empty()) {
    text += "group " + note.group + '\n';
  }
  if (note.mark) {
    text += "data " + note.mark->place.replication_id + ' ' +
            std::to_string(note.mark->place.offset) + ' ' + std::to_string(note.mark->aof_size) +
            ' ' + std::to_string(note.mark->drift) + '\n';
  }
  if (note.users_limits) {
    text += "min-replicas " + std::to_string(note.users_limits->to_write) + ' ' +
            std::to_string(note.users_limits->max_lag) + '\n';
  }
  if (note.fenced) {
    text += "fenced yes\n";
  }
  text += to_text(note.identity);
  if (!note.boot.empty()) {
    text += "boot " + note.boot + '\n';
  }
  if (note.keys >= 0) {
    text += "keys " + std::to_string(note.keys) + '\n';
  }
  if (note.users_priority) {
    text += "priority " + std::to_string(*note.users_priority) + '\n';
  }
  if (note.paused_until != WallTime{}) {
    text += "paused " + std::to_string(note.paused_until.time_since_epoch().count()) + '\n';
  }
  if (note.aof_waits) {
    text += "aof-waits yes\n";
  }
  return text + to_text(note.memory);
}

StateNote parse_state_note(std::string_view text) {
  StateNote note;
  for (const Directive& line : Conf(text).directives()) {
    if (line.name == "group" && line.values.size() == 1) {
      note.group = line.values.front();
    } else if (line.name == "data") {
      note.mark = mark_in(line.values);
    } else if (line.name == "min-replicas") {
      note.users_limits = noted_min_replicas(line.values);
    } else if (line.name == "fenced") {
      note.fenced = is_yes(line);
    } else if (line.name == "boot" && line.values.size() == 1) {
      note.boot = line.values.front();
    } else if (line.name == "keys" && line.values.size() == 1) {
      note.keys = number(line.values.front()).value_or(-1);
    } else if (line.name == "down-after" && line.values.size() == 1) {
      note.memory.down_after =
          std::chrono::milliseconds(std::max(number(line.values.front()).value_or(0), 0LL));
    } else if (line.name == "priority" && line.values.size() == 1) {
      note.users_priority = noted_priority(line.values.front());
    } else if (line.name == "paused" && line.values.size() == 1) {
      note.paused_until =
          WallTime(std::chrono::seconds(std::max(number(line.values.front()).value_or(0), 0LL)));
    } else if (line.name == "aof-waits") {
      note.aof_waits = is_yes(line);
    } else if (line.name == "named") {
      note.identity.named = is_yes(line);
    } else if (auto* list = endpoints_of(note, line.name)) {
      if (const auto at = endpoint_in(line.values)) {
        list->push_back(*at);
      }
    } else if (line.name == "epoch" && line.values.size() == 1) {
      note.identity.epoch = static_cast<std::uint64_t>(number(line.values.front()).value_or(0));
    }
  }
  return note;
}

bool may_lack_the_end(const StateNote& note, const std::string& boot) {
  const bool other_boot = !note.boot.empty() && !boot.empty() && note.boot != boot;
  return other_boot || note.aof_waits;
}

DataMark next_mark(const std::optional<DataMark>& before, const HistoryPlace& place,
                   long long aof_size) {
  DataMark mark{place, aof_size};
  if (before && before->place.replication_id == place.replication_id && before->aof_size >= 0 &&
      aof_size >= before->aof_size) {
    const long long grown = place.offset - before->place.offset;
    mark.drift = std::max(grown - (aof_size - before->aof_size), 0LL);
  }
  return mark;
}

HistoryPlace reach_of_data(const std::optional<DataMark>& mark, const RdbHead& rdb,
                           long long aof_size, bool may_lack_the_end) {
  if (mark && mark->aof_size >= 0 && aof_size >= mark->aof_size) {
    const long long slack = may_lack_the_end ? 0 : most_drifts * mark->drift + stream_slack;
    return {mark->place.replication_id, mark->place.offset + (aof_size - mark->aof_size) + slack};
  }
  if (aof_size < 0 && !rdb.replication_id.empty() &&
      (!mark || mark->place.replication_id == rdb.replication_id)) {
    return {rdb.replication_id, rdb.offset};
  }
  return mark ? HistoryPlace{mark->place.replication_id, mark->place.offset - 1} : HistoryPlace{};
}

}  // namespace dkr
