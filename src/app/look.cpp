#include "dkr/app/look.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>
#include <vector>

#include "dkr/app/log.hpp"
#include "dkr/app/times.hpp"
#include "dkr/core/words.hpp"
#include "dkr/platform/task.hpp"
#include "dkr/redis/questions.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int deepest_round = 3;
constexpr std::size_t most_questions = 64;  ///< in one round
constexpr char failed = '?';

/// The endpoints that a seed stands for, or why it stands for none.
struct Resolved {
  Endpoint seed;
  std::vector<Endpoint> endpoints;
  std::string failure;
};

/// Stands for this host among seeds; no name is empty.
const std::string this_host;

std::string look_up(const std::string& host) {
  if (host == this_host) {
    return own_address();
  }
  const auto addresses = addresses_of(host);
  std::string answer;
  if (!addresses) {
    return failed + addresses.error().text;
  }
  for (const std::string& address : *addresses) {
    answer += address + ' ';
  }
  return answer;
}

Resolved resolved(const Endpoint& seed, const std::string& answer) {
  if (answer.empty() || answer.front() == failed) {
    return {seed, {}, answer.empty() ? "the look-up of the name takes too long" : answer.substr(1)};
  }
  Resolved result{seed, {}, {}};
  for (const std::string& address :
       split_shell_words(answer).value_or(std::vector<std::string>())) {
    result.endpoints.push_back({address, seed.port});
  }
  return result;
}

/// All seeds at once; addresses stand for themselves.
std::vector<Resolved> resolve(const std::vector<Endpoint>& seeds, milliseconds limit) {
  std::vector<Job> jobs;
  for (const Endpoint& seed : seeds) {
    if (!is_address(seed.host)) {
      jobs.emplace_back([&seed] { return look_up(seed.host); });
    }
  }
  const auto answers = in_parallel(jobs, steady_clock::now() + limit);
  std::vector<Resolved> all;
  all.reserve(seeds.size());
  auto answer = answers.begin();
  for (const Endpoint& seed : seeds) {
    all.push_back(is_address(seed.host) ? Resolved{seed, {seed}, {}} : resolved(seed, *answer++));
  }
  return all;
}

/// One round of questions, all at once.
void ask(GroupView& view, const Unasked& whom, const Settings& settings, milliseconds patience) {
  const TimePoint deadline = steady_clock::now() + patience;
  std::vector<Job> jobs;
  for (const Endpoint& at : whom.sentinels) {
    jobs.emplace_back([&, at] { return ask_sentinel(at, settings, deadline); });
  }
  for (const Endpoint& at : whom.nodes) {
    jobs.emplace_back([&, at] { return ask_node(at, settings, deadline); });
  }
  // The jobs end by themselves at the deadline, and then say more than that they took too long.
  const auto answers = in_parallel(jobs, deadline + patience / 5);
  auto answer = answers.begin();
  for (const Endpoint& at : whom.sentinels) {
    view.sentinels.push_back(sentinel_answer(at, *answer++));
  }
  for (const Endpoint& at : whom.nodes) {
    view.nodes.push_back(node_answer(at, *answer++));
  }
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

/// Looks the seeds up and sorts what they stand for into whom to ask; a seed that stands for nobody
/// is a server that did not answer.
Unasked first_round(Look& look, const Settings& settings, milliseconds limit) {
  std::vector<Endpoint> seeds = sentinel_seeds(settings);
  const std::size_t sentinels = seeds.size();
  const auto master = master_seed(settings);
  if (master) {
    seeds.push_back(*master);
  }
  auto peers = peer_seeds(settings);
  std::sort(peers.begin(), peers.end());
  const std::size_t others = seeds.size();
  seeds.insert(seeds.end(), peers.begin(), peers.end());
  if (!master && peers.empty()) {
    seeds.push_back({this_host, settings.port.value});
  }
  const auto all = resolve(seeds, limit);
  Unasked whom;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [seed, endpoints, failure] = all[i];
    if (!failure.empty() && i < sentinels) {
      look.view.sentinels.emplace_back().at = seed;
      look.view.sentinels.back().failure = failure;
      look.view.sentinels.back().absent = true;
    } else if (!failure.empty() && find_node(look.view, seed) == nullptr) {
      look.view.nodes.emplace_back().at = seed;
      look.view.nodes.back().failure = failure;
    }
    add_once(i < sentinels ? whom.sentinels : whom.nodes, endpoints);
    if (i >= others && seed.host != this_host) {
      add_once(look.peers, failure.empty() ? endpoints : std::vector<Endpoint>{seed});
    }
    if (i == sentinels && master) {
      look.set_master = failure.empty() ? endpoints : std::vector<Endpoint>{seed};
    }
    if (endpoints.size() == 1 && seed.host != this_host) {
      look.names.emplace_back(endpoints.front(), seed);
    }
  }
  return whom;
}

/// Sentinels may know each other by name; the watcher needs an address.
void resolve_sentinels(const Look& look, Unasked& whom, milliseconds limit) {
  const auto named = std::partition(whom.sentinels.begin(), whom.sentinels.end(),
                                    [](const Endpoint& at) { return is_address(at.host); });
  const std::vector<Endpoint> names(named, whom.sentinels.end());
  whom.sentinels.erase(named, whom.sentinels.end());
  for (const Resolved& resolved : resolve(names, limit)) {
    const Endpoint at = resolved.endpoints.empty() ? resolved.seed : resolved.endpoints.front();
    const auto& asked = look.view.sentinels;
    if (std::none_of(asked.begin(), asked.end(), [&](const auto& view) { return view.at == at; })) {
      add_once(whom.sentinels, {at});
    }
  }
}

/// A replica may follow its master by name; the same master is known by address elsewhere. Our own
/// name stays: it may not have come round yet that we have another address.
void resolve_masters(Look& look, const std::vector<Endpoint>& own, milliseconds limit) {
  std::vector<Endpoint> names;
  for (const NodeView& node : look.view.nodes) {
    const bool ours = contains(own, node.master);
    if (!ours && !node.master.host.empty() && !is_address(node.master.host)) {
      add_once(names, {node.master});
    }
  }
  for (const Resolved& resolved : resolve(names, limit)) {
    if (resolved.endpoints.empty()) {
      continue;
    }
    look.names.emplace_back(resolved.endpoints.front(), resolved.seed);
    for (NodeView& node : look.view.nodes) {
      node.master = node.master == resolved.seed ? resolved.endpoints.front() : node.master;
    }
  }
}

std::string my_identity(const Settings& settings) {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  const std::string basis = identity_basis(settings, name.data());
  return basis.empty() ? basis : identity_of(basis);
}

/// The seed, when the look is enough for a choice; the reason in any case.
std::optional<MonitorSeed> decide(const Settings& settings, const Look& look, bool patient,
                                  std::string& reason) {
  const MonitorChoice choice = choose_master(look.view, {look.set_master, patient});
  reason = describe(choice);
  if (!choice.master) {
    return std::nullopt;
  }
  MonitorSeed seed = seed_of(*choice.master, look.view, my_identity(settings));
  seed.master = look.by_name(seed.master, settings);
  return seed;
}

milliseconds doubled(milliseconds time, milliseconds most) {
  return std::min(2 * time, most);
}

}  // namespace

std::string failures(const GroupView& view) {
  constexpr std::size_t most = 4;
  std::vector<std::string> all;
  for (const auto& sentinel : view.sentinels) {
    if (!sentinel.knows_group) {
      all.push_back("sentinel " + to_string(sentinel.at) + ": " +
                    (sentinel.failure.empty() ? "does not know the group" : sentinel.failure));
    }
  }
  for (const auto& node : view.nodes) {
    if (!node.failure.empty()) {
      all.push_back(to_string(node.at) + ": " + node.failure);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
    text += (i == 0 ? " (" : "; ") + all[i];
  }
  return text + (all.empty() ? "" : all.size() > most ? "; ...)" : ")");
}

Rounds::Rounds(LookLimits first, milliseconds longest)
    : limits(std::move(first)),
      start_(steady_clock::now()),
      pause_(first_pause),
      longest_pause_(longest) {}

void Rounds::tell(const std::string& reason, const std::string& details) {
  const bool other_details =
      details != told_details_ && steady_clock::now() - told_at_ > detail_pause;
  if (reason != told_reason_ || other_details) {
    log::warn(reason + details);
    told_reason_ = reason;
    told_details_ = details;
    told_at_ = steady_clock::now();
  }
}

milliseconds Rounds::waited() const {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start_);
}

void Rounds::pause(milliseconds most) {
  std::this_thread::sleep_for(most > 0ms ? std::clamp(most - waited(), 0ms, pause_) : pause_);
  pause_ = doubled(pause_, longest_pause_);
  limits.patience = doubled(limits.patience, longest_patience);
  limits.look_up = doubled(limits.look_up, longest_look_up);
}

void Rounds::hurry() {
  pause_ = first_pause;
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

Look look_at_group(const Settings& settings, const LookLimits& limits) {
  Look look;
  Unasked whom = first_round(look, settings, limits.look_up);
  for (int round = 0; round < deepest_round; ++round) {
    resolve_sentinels(look, whom, limits.look_up);
    limit(whom, limits.skip);
    if (whom.sentinels.empty() && whom.nodes.empty()) {
      break;
    }
    ask(look.view, whom, settings, limits.patience);
    resolve_masters(look, limits.skip, limits.look_up);
    whom = unasked(look.view, limits.everybody);
  }
  return look;
}

std::optional<MonitorSeed> find_master(const Settings& settings, std::string& reason) {
  const Look look = look_at_group(settings, {longest_patience, longest_patience});
  auto seed = decide(settings, look, false, reason);
  reason += failures(look.view);
  return seed;
}

std::string wait_for_master(const Settings& settings) {
  const milliseconds most = settings.boot_timeout.value;
  Rounds rounds({first_patience, first_patience}, longest_pause);
  while (true) {
    const Look look = look_at_group(settings, rounds.limits);
    std::string reason;
    if (const auto seed = decide(settings, look, rounds.waited() < silent_wait, reason)) {
      log::info("monitors " + to_string(seed->master) + ": " + reason);
      return to_line(*seed);
    }
    rounds.tell("waits for the master of group " + settings.group.value + ": " + reason,
                failures(look.view));
    if (most > 0ms && rounds.waited() >= most) {
      return {};
    }
    rounds.pause(most);
  }
}

}  // namespace dkr
