#include "dkr/core/conf/wanted_conf.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/default_user.hpp"
#include "dkr/core/view/pause.hpp"

namespace dkr {
namespace {

template <class T>
std::string text_of(const T& number) {
  return std::to_string(number);
}

std::string text_of(std::chrono::milliseconds time) {
  return std::to_string(time.count());
}

/// Adds port and TLS: a server with a certificate speaks only TLS. tls-replication also makes a
/// sentinel connect with TLS. Source: tls_replication in sentinel.c.
void add_port(std::vector<Directive>& wanted, const Settings& settings,
              const Setting<std::uint16_t>& port, bool always) {
  const bool tls = settings.tls_cert_file.given;
  if (port.given || tls || always) {
    wanted.push_back({"port", {tls ? "0" : text_of(port.value)}});
  }
  if (tls) {
    wanted.push_back({"tls-port", {text_of(port.value)}});
    wanted.push_back({"tls-replication", {"yes"}});
    wanted.push_back({"tls-cert-file", {settings.tls_cert_file.value}});
    wanted.push_back({"tls-key-file", {settings.tls_key_file.value}});
    wanted.push_back({"tls-ca-cert-file", {settings.tls_ca_file.value}});
  }
}

/// Returns the options for host names, and what a sentinel announces.
std::vector<Directive> name_directives(const Settings& settings,
                                       const std::optional<MonitorSeed>& seed) {
  std::vector<Directive> wanted;
  const auto option = [&](std::string name, std::string value) {
    wanted.push_back({"sentinel", {std::move(name), std::move(value)}});
  };
  // Before every monitor line: a name in one is looked up as it is read (redis/redis#8300).
  if (announces_name(settings) || (seed && !is_address(seed->master.host))) {
    option("resolve-hostnames", "yes");
    option("announce-hostnames", "yes");
  }
  if (settings.announce_host.given) {
    option("announce-ip", settings.announce_host.value);
  }
  if (settings.announce_port.given) {
    option("announce-port", text_of(settings.announce_port.value));
  }
  return wanted;
}

/// Returns a sentinel's options for the group. The monitor line comes before the others (6.0).
std::vector<Directive> group_directives(const Settings& settings, const Directive* monitor,
                                        const std::optional<MonitorSeed>& seed) {
  std::vector<Directive> wanted;
  const auto option = [&](std::string name, std::string value) {
    wanted.push_back({"sentinel", {std::move(name), settings.group.value, std::move(value)}});
  };
  if (seed) {
    wanted.push_back({"sentinel",
                      {"monitor", settings.group.value, seed->master.host,
                       text_of(seed->master.port), text_of(settings.quorum.value)}});
  } else if (settings.quorum.given && monitor->values.size() > 4) {
    wanted.push_back(*monitor);
    wanted.back().values[4] = text_of(settings.quorum.value);
  }
  const auto number = [&](const char* name, const auto& setting) {
    if (setting.given || seed) {
      option(name, text_of(setting.value));
    }
  };
  number("down-after-milliseconds", settings.down_after);
  number("failover-timeout", settings.failover_timeout);
  number("parallel-syncs", settings.parallel_syncs);
  if (settings.username.given) {
    option("auth-user", settings.username.value);
  }
  if (!node_password(settings).empty()) {
    option("auth-pass", node_password(settings).reveal());
  }
  if (seed) {
    option("config-epoch", text_of(seed->config_epoch));
    for (const Endpoint& at : seed->replicas) {
      wanted.push_back(
          {"sentinel", {"known-replica", settings.group.value, at.host, text_of(at.port)}});
    }
    for (const auto& [at, id] : seed->sentinels) {
      wanted.push_back(
          {"sentinel", {"known-sentinel", settings.group.value, at.host, text_of(at.port), id}});
    }
  }
  return wanted;
}

/// True for a line that has a group monitored.
bool monitors(const Directive& line) {
  return line.name == "sentinel" && line.values.size() > 4 && line.values[0] == "monitor";
}

Quorum quorum_of(const Directive& monitor) {
  return monitors(monitor) ? quorum_in(parse_count(monitor.values[4], 0)) : Quorum{};
}

Directive monitor_key(const Settings& settings) {
  return {"sentinel", {"monitor", settings.group.value}};
}

/// Removes what Sentinel cannot have meant: a replica that is listed twice, with which it does not
/// start, a replica that is the master, and a sentinel that is itself. It takes two names that have
/// no address yet for the same, and writes the master's in place of a replica's. Source:
/// sentinelAddrIsEqual() and rewriteConfigSentinelOption() in sentinel.c.
void remove_false_servers(Conf& conf) {
  using Words = std::vector<std::string>;
  const auto place = [](const Words& values) {
    return Words(values.begin() + 1, values.begin() + 4);
  };
  std::set<Words> taken;  // group, host and port of a master or a replica; the sentinel's own id
  for (const auto& [name, values] : conf.directives()) {
    if (name == "sentinel" && values.size() > 3 && values[0] == "monitor") {
      taken.insert(place(values));
    } else if (name == "sentinel" && values.size() == 2 && values[0] == "myid") {
      taken.insert({values[1]});
    }
  }
  conf.remove_if([&](const Directive& directive) {
    const Words& values = directive.values;
    if (directive.name != "sentinel" || values.size() < 4) {
      return false;
    }
    return (values[0] == "known-replica" && !taken.insert(place(values)).second) ||
           (values[0] == "known-sentinel" && values.size() > 4 && taken.contains({values[4]}));
  });
}

}  // namespace

bool is_valid(const MonitorSeed& seed) {
  const auto is_place = [](const Endpoint& at) { return is_host(at.host) && at.port != 0; };
  return !seed.master.host.empty() && seed.master.port != 0 && is_hex(seed.myid) &&
         std::all_of(seed.replicas.begin(), seed.replicas.end(), is_place) &&
         std::all_of(seed.sentinels.begin(), seed.sentinels.end(), [&](const auto& sentinel) {
           return is_place(sentinel.at) && is_hex(sentinel.id);
         });
}

std::vector<Directive> node_directives(const Settings& settings) {
  std::vector<Directive> wanted;
  add_port(wanted, settings, settings.port, false);
  if (settings.data_dir.given) {
    wanted.push_back({"dir", {settings.data_dir.value}});
  }
  if (settings.announce_host.given) {
    wanted.push_back({"replica-announce-ip", {settings.announce_host.value}});
  }
  if (settings.announce_port.given) {
    wanted.push_back({"replica-announce-port", {text_of(settings.announce_port.value)}});
  }
  if (settings.username.given) {
    wanted.push_back({"masteruser", {settings.username.value}});
  }
  return wanted;
}

std::vector<Directive> sentinel_directives(const Settings& settings, bool starts) {
  std::vector<Directive> wanted;
  add_port(wanted, settings, settings.sentinel_port, starts);
  if (settings.data_dir.given || starts) {
    wanted.push_back({"dir", {settings.data_dir.value}});
  }
  return wanted;
}

std::vector<Directive> node_secrets(const Settings& settings) {
  return gives_password(settings)
             ? std::vector<Directive>{{"masterauth", {node_password(settings).reveal()}}}
             : std::vector<Directive>{};
}

void protect_default(Conf& conf, const Secret& password) {
  const auto directives = conf.directives();
  if (const Directive* user = last_like(directives, {"user", {"default"}})) {
    Directive changed = *user;
    protect(changed, password);
    conf.set(changed);
  }
}

void set_default_password(Conf& conf, const Secret& password) {
  conf.set({"requirepass", {password.reveal()}});
  protect_default(conf, password);
}

bool lacks_monitor(const Settings& settings, const Conf& conf) {
  const auto directives = conf.directives();
  const bool any = std::any_of(directives.begin(), directives.end(), [](const auto& directive) {
    return directive.name == "sentinel" && !directive.values.empty() &&
           directive.values.front() == "monitor";
  });
  const bool needs_any = !settings.groups_file.given || settings.master_host.given;
  return last_like(directives, monitor_key(settings)) == nullptr &&
         (settings.group.given || (!any && needs_any));
}

MonitorSeed monitored_by(const Settings& settings, const std::vector<Directive>& directives) {
  MonitorSeed seed;
  const auto place = [](const std::vector<std::string>& values) {
    return Endpoint{values[2], parse_port(values[3]).value_or(0)};
  };
  for (const auto& [name, values] : directives) {
    if (name == "sentinel" && values.size() == 2 && lower(values[0]) == "myid") {
      seed.myid = values[1];
    }
    if (name != "sentinel" || values.size() < 4 || values[1] != settings.group.value) {
      continue;
    }
    if (values[0] == "monitor") {
      seed.master = place(values);
    } else if (values[0] == "known-sentinel" && values.size() > 4) {
      seed.sentinels.push_back({place(values), values[4]});
    }
  }
  return seed;
}

bool starts_without_groups(const Settings& settings, std::string_view conf) {
  return settings.groups_file.given && conf.empty();
}

bool is_bare_in_sentinel_conf(std::string_view value) {
  return value.find_first_of(" \t\v\f\"'\\\r\n") == std::string_view::npos;
}

Result<Done> check_sentinel_password(const Settings& settings) {
  if (!is_bare_in_sentinel_conf(node_password(settings).reveal())) {
    return Error{ExitStatus::config,
                 "REDIS_PASSWORD: accepted for a sentinel is one without blanks, quotes and "
                 "backslashes, because Sentinel writes it into its file bare"};
  }
  return Done{};
}

void set_asked(Conf& conf, const std::vector<Directive>& asked) {
  constexpr std::array<std::string_view, 6> learned{
      "myid", "current-epoch", "config-epoch", "leader-epoch", "known-replica", "known-sentinel"};
  for (Directive directive : asked) {
    if (directive.name != "sentinel" || directive.values.empty()) {
      continue;
    }
    std::vector<std::string>& values = directive.values;
    values.front() = lower(values.front());
    const auto found = conf.directives();
    const Directive* known = last_like(found, directive);
    const bool kept = std::find(learned.begin(), learned.end(), values.front()) != learned.end();
    if (known != nullptr && kept) {
      continue;
    }
    if (known != nullptr && values.front() == "monitor" && values.size() == known->values.size()) {
      std::copy(known->values.begin(), known->values.end() - 1, values.begin());
    }
    conf.set(directive);
  }
}

void drop_identity(Conf& conf) {
  conf.remove({"sentinel", {"myid"}});
  conf.remove_if([](const Directive& directive) {
    return directive.name == "sentinel" && !directive.values.empty() &&
           lower(directive.values.front()) == "known-sentinel";
  });
}

namespace {

/// Gives the groups the pauses back that the file had: settings and arguments tell the user's own
/// quorum.
void keep_pauses(Conf& conf, const std::vector<Directive>& before) {
  for (const Directive& line : conf.directives()) {
    const Directive* old = monitors(line) ? last_like(before, line) : nullptr;
    const Quorum had = old != nullptr && monitors(*old) ? quorum_of(*old) : Quorum{};
    if (const Quorum has = quorum_of(line);
        had.paused_until != WallTime{} && has.paused_until == WallTime{}) {
      Directive paused = line;
      paused.values[4] = text_of(with_pause(has.own, had.paused_until));
      conf.set(paused);
    }
  }
}

}  // namespace

void shape_sentinel_conf(Conf& conf, const Settings& settings,
                         const std::optional<MonitorSeed>& seed,
                         const std::vector<Directive>& asked) {
  const bool starts = seed.has_value() || starts_without_groups(settings, conf.text());
  const auto before = conf.directives();
  remove_false_servers(conf);
  for (const auto& wanted :
       {sentinel_directives(settings, starts), name_directives(settings, seed)}) {
    for (const Directive& directive : wanted) {
      conf.set(directive);
    }
  }
  set_asked(conf, asked);
  const auto found = conf.directives();
  if (seed && !seed->myid.empty() && last_like(found, {"sentinel", {"myid"}}) == nullptr) {
    conf.set({"sentinel", {"myid", seed->myid}});
  }
  if (seed && seed->current_epoch > 0 &&
      last_like(found, {"sentinel", {"current-epoch"}}) == nullptr) {
    conf.set({"sentinel", {"current-epoch", text_of(seed->current_epoch)}});
  }
  const Directive* monitor = last_like(found, monitor_key(settings));
  if (seed || monitor != nullptr) {
    for (const Directive& directive : group_directives(settings, monitor, seed)) {
      conf.set(directive);
    }
  }
  set_asked(conf, asked);  // again: what is asked for wins over the group's own settings
  keep_pauses(conf, before);
  if (settings.sentinel_password.given) {
    set_default_password(conf, settings.sentinel_password.value);
  }
}

}  // namespace dkr
