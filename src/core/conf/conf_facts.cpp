#include "dkr/core/conf/conf_facts.hpp"

#include <algorithm>
#include <limits>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

int number_in(const std::vector<Directive>& directives, const char* name, int fallback) {
  const Directive* found = last_like(directives, {name, {}});
  const auto number = found != nullptr && found->values.size() == 1
                          ? parse_number(found->values.front(), 0, std::numeric_limits<int>::max())
                          : std::nullopt;
  return number ? static_cast<int>(*number) : fallback;
}

/// Returns the address by which this container reaches a server that has `address` in `bind`.
std::string reachable(std::string address) {
  address.erase(0, address.starts_with('-') ? 1 : 0);
  if (address == "*" || address == "0.0.0.0") {
    return "127.0.0.1";
  }
  return address == "::" || address == "::*" ? "::1" : address;
}

}  // namespace

MinReplicas min_replicas_of(const std::vector<Directive>& directives) {
  const MinReplicas usual;
  return {number_in(directives, "min-replicas-to-write", usual.to_write),
          number_in(directives, "min-replicas-max-lag", usual.max_lag)};
}

std::optional<Endpoint> endpoint_of(const std::vector<Directive>& directives,
                                    std::string_view port_in_use) {
  const auto port = parse_port(port_in_use);
  std::vector<std::string> hosts{"127.0.0.1"};
  if (const Directive* bind = last_of(directives, {"bind"})) {
    hosts.clear();
    for (const std::string& address : bind->values) {
      hosts.push_back(reachable(address));
    }
  }
  if (!port || hosts.empty() || hosts.front().empty()) {
    return std::nullopt;
  }
  const bool local = std::find(hosts.begin(), hosts.end(), "127.0.0.1") != hosts.end();
  return Endpoint{local ? "127.0.0.1" : hosts.front(), *port};
}

std::optional<Endpoint> own_endpoint(const std::vector<Directive>& directives, bool sentinel,
                                     const Settings& settings) {
  const bool tls = settings.tls_ca_file.given;
  return endpoint_of(directives, value_of(directives, tls ? "tls-port" : "port",
                                          tls ? "0" : (sentinel ? "26379" : "6379")));
}

NodeData::Role role_in(const std::vector<Directive>& directives) {
  const Directive* role = last_like(directives, {"replicaof", {}});
  return role == nullptr || (!role->values.empty() && lower(role->values.front()) == "no")
             ? NodeData::Role::master
             : NodeData::Role::replica;
}

bool saves_itself(const std::vector<Directive>& directives) {
  bool saves = true;
  for (const Directive& directive : directives) {
    if (directive.name == "save") {
      saves = !directive.values.empty() && !directive.values.front().empty();
    }
  }
  return saves;
}

Storage storage_of(const std::vector<Directive>& directives, const Settings& settings) {
  Storage storage;
  storage.dir =
      absolute_path(value_of(directives, "dir", settings.data_dir.value), settings.data_dir.value);
  while (storage.dir.size() > 1 && (storage.dir.ends_with('/') || storage.dir.ends_with("/."))) {
    storage.dir.pop_back();
  }
  const std::string aof_name = value_of(directives, "appendfilename", "appendonly.aof");
  storage.rdb = storage.dir + "/" + value_of(directives, "dbfilename", "dump.rdb");
  storage.aof = storage.dir + "/" + aof_name;
  storage.manifest = storage.dir + "/" + value_of(directives, "appenddirname", "appendonlydir") +
                     "/" + aof_name + ".manifest";
  storage.append_only = lower(value_of(directives, "appendonly", "no")) == "yes";
  return storage;
}

}  // namespace dkr
