#include "dkr/core/view/server_names.hpp"

#include <algorithm>

namespace dkr {
namespace {

const std::string& identity(const SentinelView& sentinel) {
  return sentinel.id;
}

const std::string& identity(const NodeView& node) {
  return node.run_id;
}

template <class Server>
std::vector<Server> once_of(const std::vector<Server>& asked) {
  std::vector<Server> once;
  for (const Server& server : asked) {
    const auto same = std::find_if(once.begin(), once.end(), [&](const Server& other) {
      return !identity(server).empty() && identity(server) == identity(other);
    });
    if (same == once.end()) {
      once.push_back(server);
    } else if (!is_address(same->at.host)) {
      same->at = server.at;
    }
  }
  return once;
}

template <class Server>
void take_names(std::map<Endpoint, std::string>& names, const std::vector<Server>& asked,
                const GroupView& view) {
  for (const Server& one : each_once(asked)) {
    const Endpoint name = announced_name(one, view);
    const std::string called = to_string(name.host.empty() ? one.at : name);
    names[one.at] = called;
    if (!name.host.empty()) {
      names[name] = called;
    }
    for (const Server& other : asked) {
      if (!identity(one).empty() && identity(one) == identity(other)) {
        names[other.at] = called;
      }
    }
  }
}

}  // namespace

std::vector<SentinelView> each_once(const std::vector<SentinelView>& asked) {
  return once_of(asked);
}

std::vector<NodeView> each_once(const std::vector<NodeView>& asked) {
  return once_of(asked);
}

Endpoint announced_name(const SentinelView& sentinel, const GroupView& view) {
  for (const SentinelView& other : view.sentinels) {
    for (const KnownServer& known : other.sentinels) {
      if (!sentinel.id.empty() && known.id == sentinel.id) {
        return known.at;
      }
    }
  }
  return {};
}

Endpoint announced_name(const NodeView& node, const GroupView& /*view*/) {
  return node.announced;
}

ServerNames::ServerNames(const GroupView& view) {
  take_names(names_, view.sentinels, view);
  take_names(names_, view.nodes, view);
}

std::string ServerNames::of(const Endpoint& at) const {
  const auto found = names_.find(at);
  return found == names_.end() ? to_string(at) : found->second;
}

}  // namespace dkr
