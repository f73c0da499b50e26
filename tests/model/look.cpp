#include "look.hpp"

#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

constexpr int deepest_round = 3;

const Failure refused_connection{Failure::Kind::refused_connection, "connection refused"};
const Failure unresolved{Failure::Kind::unresolved, "no answer of the name service"};
const Failure refused{Failure::Kind::refused_by_server, "WRONGPASS"};

bool resolves(const World& world, Index host, const Endpoint& at) {
  return is_address(at.host) || world.now >= world.troubles.at(host).dns;
}

/// Why a data node says nothing; nothing: it speaks.
std::optional<Failure> failure_of(const World& world, Index from, Index node) {
  if (node == nobody || !world.can(from, node) ||
      (world.nodes.at(node).life == Node::Life::gone && !world.parameters.refuses)) {
    return too_late();
  }
  if (!world.nodes[node].server.up) {
    return refused_connection;
  }
  if (!answers(world, from, node)) {
    return too_late();
  }
  const bool differ = from < world.nodes.size() && (world.now < world.troubles.at(from).password ||
                                                    world.now < world.troubles.at(node).password);
  return differ ? std::optional(refused) : std::nullopt;
}

/// Whose look it is.
struct Looker {
  Index host;
  std::vector<Endpoint> skip;
  bool everybody;
};

void ask(const World& world, const Looker& looker, const Unasked& whom, GroupView& view) {
  for (const Endpoint& at : whom.sentinels) {
    view.sentinels.push_back(ask_sentinel(world, looker.host, at));
  }
  for (const Endpoint& at : whom.nodes) {
    view.nodes.push_back(ask_node(world, looker.host, at));
  }
}

/// A replica may follow its master by name; the same master is known by address elsewhere.
void resolve_masters(const World& world, const Looker& looker, GroupView& view) {
  for (NodeView& node : view.nodes) {
    const Index master = node_at(world, node.master);
    if (master != nobody && !contains(looker.skip, node.master) &&
        resolves(world, looker.host, node.master)) {
      node.master = world.nodes.at(master).address;
    }
  }
}

Look look(const World& world, const Settings& settings, const Looker& looker) {
  Look found;
  Unasked whom{sentinel_seeds(settings), {}};
  for (const Endpoint& seed : peer_seeds(settings)) {
    const Index node = node_at(world, seed);
    if (!resolves(world, looker.host, seed)) {
      found.view.nodes.push_back(unanswered<NodeView>(seed, unresolved));
      found.peers.push_back(seed);
    } else {
      found.peers.push_back(world.parameters.names ? world.nodes.at(node).address : seed);
      whom.nodes.push_back(found.peers.back());
    }
  }
  for (int round = 0; round < deepest_round; ++round) {
    std::erase_if(whom.nodes, [&](const Endpoint& at) { return contains(looker.skip, at); });
    if (whom.sentinels.empty() && whom.nodes.empty()) {
      break;
    }
    ask(world, looker, whom, found.view);
    if (world.parameters.names) {
      resolve_masters(world, looker, found.view);
    }
    whom = unasked(found.view, looker.everybody);
  }
  return found;
}

}  // namespace

SentinelView ask_sentinel(const World& world, Index from_host, const Endpoint& at) {
  const Index sentinel = sentinel_at(world, at);
  const bool way = sentinel != nobody && world.can(from_host, world.host_of_sentinel(sentinel));
  if (!way || (!world.sentinels.at(sentinel).up && !world.parameters.refuses)) {
    return unanswered<SentinelView>(at, too_late());
  }
  const bool speaks = world.sentinels[sentinel].up && !world.sentinels[sentinel].waits_since;
  return speaks ? answer_of(world, sentinel, at) : unanswered<SentinelView>(at, refused_connection);
}

NodeView ask_node(const World& world, Index from_host, const Endpoint& at) {
  if (!resolves(world, from_host, at)) {
    return unanswered<NodeView>(at, unresolved);
  }
  const Index node = node_at(world, at);
  const auto failure = failure_of(world, from_host, node);
  return failure ? unanswered<NodeView>(at, *failure) : info_of(world, node, at);
}

Look look_of_node(const World& world, Index node) {
  return look(world, world.nodes.at(node).settings, {node, endpoints_of(world, node), true});
}

GroupView look_of_sentinel(const World& world, Index sentinel) {
  return look(world, world.nodes.front().settings, {world.host_of_sentinel(sentinel), {}, false})
      .view;
}

}  // namespace dkr::model
