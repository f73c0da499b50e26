#include "dkr/group/look.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/group_format.hpp"
#include "dkr/group/questions.hpp"
#include "dkr/group/seeds.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int deepest_round = 3;
constexpr std::size_t most_questions = 64;  ///< per round

/// Does one round of questions, all at once.
void ask(GroupView& view, const Unasked& whom, const Settings& settings, milliseconds timeout) {
  const TimePoint deadline = steady_clock::now() + timeout;
  const auto sentinels = ask_each(ask_sentinel, whom.sentinels, settings, deadline);
  const auto nodes = ask_each(ask_node, whom.nodes, settings, deadline);
  // The jobs time out by themselves, with a more precise failure, so they get a little longer.
  take_answers(view.sentinels, whom.sentinels, sentinels, deadline + timeout / 5);
  take_answers(view.nodes, whom.nodes, nodes, deadline + timeout / 5);
}

void limit(Unasked& whom, const std::vector<Endpoint>& skip) {
  std::erase_if(whom.nodes, [&](const Endpoint& node) { return contains(skip, node); });
  whom.sentinels.resize(std::min(whom.sentinels.size(), most_questions));
  whom.nodes.resize(std::min(whom.nodes.size(), most_questions));
}

void add_once(std::vector<Endpoint>& to, const std::vector<Endpoint>& more) {
  for (const Endpoint& one : more) {
    if (!contains(to, one)) {
      to.push_back(one);
    }
  }
}

/// Adds a seed that resolved to no server.
template <class View>
void add_failure(std::vector<View>& views, const ResolvedSeed& seed) {
  const auto is_noted = [&](const View& view) { return view.at == seed.seed.at; };
  if (!seed.failure.empty() && std::none_of(views.begin(), views.end(), is_noted)) {
    views.push_back(unanswered<View>(seed.seed.at, {Failure::Kind::unresolved, seed.failure}));
  }
}

/// Resolves the seeds and returns whom to ask. A seed that resolves to nothing counts as a server
/// that did not answer.
Unasked first_round(Look& look, const Settings& settings, const LookOptions& options) {
  Unasked whom;
  for (const ResolvedSeed& resolved :
       resolve(seeds_of(settings, options.own_port), options.resolve_timeout)) {
    const auto& [seed, endpoints, failure] = resolved;
    const auto known_as = failure.empty() ? endpoints : std::vector<Endpoint>{seed.at};
    switch (seed.kind) {
      case Seed::Kind::sentinel:
        add_failure(look.view.sentinels, resolved);
        break;
      case Seed::Kind::master:
        add_failure(look.view.nodes, resolved);
        look.set_master = known_as;
        break;
      case Seed::Kind::peer:
        add_failure(look.view.nodes, resolved);
        add_once(look.peers, known_as);
        break;
      case Seed::Kind::self:
        add_failure(look.view.nodes, resolved);
        break;
    }
    add_once(seed.kind == Seed::Kind::sentinel ? whom.sentinels : whom.nodes, endpoints);
    if (endpoints.size() == 1 && seed.kind != Seed::Kind::self) {
      look.names.emplace_back(endpoints.front(), seed.at);
    }
  }
  return whom;
}

std::vector<Seed> as_seeds(const std::vector<Endpoint>& names, Seed::Kind kind) {
  std::vector<Seed> seeds;
  seeds.reserve(names.size());
  for (const Endpoint& name : names) {
    seeds.push_back({name, kind});
  }
  return seeds;
}

/// Looks up sentinels that are known by name: the watcher needs an address.
void resolve_sentinels(const Look& look, Unasked& whom, milliseconds timeout) {
  const auto named = std::partition(whom.sentinels.begin(), whom.sentinels.end(),
                                    [](const Endpoint& at) { return is_address(at.host); });
  const std::vector<Endpoint> names(named, whom.sentinels.end());
  whom.sentinels.erase(named, whom.sentinels.end());
  for (const auto& [seed, endpoints, failure] :
       resolve(as_seeds(names, Seed::Kind::sentinel), timeout)) {
    const Endpoint at = endpoints.empty() ? seed.at : endpoints.front();
    const auto& asked = look.view.sentinels;
    if (std::none_of(asked.begin(), asked.end(), [&](const auto& view) { return view.at == at; })) {
      add_once(whom.sentinels, {at});
    }
  }
}

/// Looks up masters that replicas follow by name: others know the same master by address. Our own
/// name stays: it may not resolve to our new address yet.
void resolve_masters(Look& look, const std::vector<Endpoint>& own, milliseconds timeout) {
  std::vector<Endpoint> names;
  for (const NodeView& node : look.view.nodes) {
    const bool ours = contains(own, node.master);
    if (!ours && !node.master.host.empty() && !is_address(node.master.host)) {
      add_once(names, {node.master});
    }
  }
  for (const auto& [seed, endpoints, failure] :
       resolve(as_seeds(names, Seed::Kind::master), timeout)) {
    if (endpoints.empty()) {
      continue;
    }
    look.names.emplace_back(endpoints.front(), seed.at);
    for (NodeView& node : look.view.nodes) {
      node.master = node.master == seed.at ? endpoints.front() : node.master;
    }
  }
}

}  // namespace

std::string failures(const GroupView& view) {
  constexpr std::size_t most = 4;
  std::vector<std::string> all;
  for (const auto& sentinel : view.sentinels) {
    if (!sentinel.knows_group) {
      all.push_back("sentinel " + to_string(sentinel.at) + ": " +
                    (sentinel.failure ? sentinel.failure->text : other_groups(sentinel)));
    }
  }
  for (const auto& node : view.nodes) {
    if (node.failure) {
      all.push_back(to_string(node.at) + ": " + node.failure->text);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
    text += (i == 0 ? " (" : "; ") + all[i];
  }
  return text + (all.empty() ? "" : all.size() > most ? "; ...)" : ")");
}

Endpoint Look::by_name(const Endpoint& master, const Settings& settings) const {
  if (!announces_name(settings)) {
    return master;
  }
  if (const NodeView* node = find_node(view, master);
      node != nullptr && !node->announced.host.empty() && !is_address(node->announced.host)) {
    return node->announced;
  }
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const auto& pair) { return pair.first == master; });
  return found == names.end() ? master : found->second;
}

GroupView ask_these(const std::vector<Endpoint>& sentinels, const std::vector<Endpoint>& nodes,
                    const Settings& settings, milliseconds timeout) {
  std::vector<Seed> seeds = as_seeds(sentinels, Seed::Kind::sentinel);
  for (const Seed& seed : as_seeds(nodes, Seed::Kind::master)) {
    seeds.push_back(seed);
  }
  Unasked whom;
  for (const ResolvedSeed& resolved : resolve(seeds, timeout)) {
    const bool sentinel = resolved.seed.kind == Seed::Kind::sentinel;
    add_once(sentinel ? whom.sentinels : whom.nodes, resolved.endpoints);
  }
  GroupView view;
  ask(view, whom, settings, timeout);
  return view;
}

Look look_at_group(const Settings& settings, const LookOptions& options) {
  Look look;
  Unasked whom = first_round(look, settings, options);
  for (int round = 0; round < deepest_round; ++round) {
    resolve_sentinels(look, whom, options.resolve_timeout);
    limit(whom, options.skip);
    if (whom.sentinels.empty() && whom.nodes.empty()) {
      break;
    }
    ask(look.view, whom, settings, options.answer_timeout);
    resolve_masters(look, options.skip, options.resolve_timeout);
    whom = unasked(look.view, options.everybody);
  }
  log::debug([&] {
    return "looked at group " + settings.group.value + ": " + in_one_line(describe(look.view));
  });
  return look;
}

}  // namespace dkr
