// The model of a group: replays the schedules that are kept, and searches for others.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <string>

#include "kept.hpp"
#include "search.hpp"
#include "shrink.hpp"

namespace dkr::model {
namespace {

using std::chrono::steady_clock;

constexpr const char* usage =
    "model                          replays the kept schedules, and tries every single fault\n"
    "model pairs [GROUP]            tries all pairs of faults, in every group that is sound, or in "
    "one\n"
    "model triples SECONDS [SEED]   tries random triples for a time\n"
    "model replay FILE              tells what happens in one schedule\n"
    "What goes wrong and is not known is written to found-*.txt here.\n";

/// A search, and what it has found.
class Search {
 public:
  explicit Search(Kept kept) : kept_(std::move(kept)) {}

  void visit(const Schedule& schedule) {
    ++count_;
    const Outcome outcome = run(schedule);
    if (outcome.violations.empty() || kept_.knows(schedule, outcome)) {
      return;
    }
    Schedule simplest = shrink(schedule);
    const Outcome simple = run(simplest);
    if (kept_.knows(simplest, simple)) {
      return;
    }
    simplest.comments = {"# " + simple.violations.front().text};
    const std::string name = "found-" + std::to_string(++found_);
    std::ofstream(name + ".txt") << to_text(simplest);
    std::cout << name << ":\n" << to_text(simplest) << std::endl;
    kept_.add({name, std::move(simplest), 0});
  }

  /// Prints the figures; the exit status.
  [[nodiscard]] int end() const {
    for (const Kept::Entry& entry : kept_.all()) {
      if (entry.met > 0 && !entry.name.starts_with("found-")) {
        std::cout << "met " << entry.met << " times: " << entry.name << '\n';
      }
    }
    const std::chrono::duration<double> took = steady_clock::now() - began_;
    std::cout << count_ << " schedules in " << took.count() << " s, " << found_
              << " unexpected violations\n";
    return found_ == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  Kept kept_;
  steady_clock::time_point began_ = steady_clock::now();
  int count_ = 0;
  int found_ = 0;
};

/// Whether every kept schedule does what is expected of it.
bool replay_all(const Kept& kept) {
  bool as_expected = true;
  for (const auto& [name, schedule, met] : kept.all()) {
    const Expectation expect = run(schedule).as_expected();
    const auto again = parse_schedule(to_text(schedule));
    const bool same = expect == schedule.expect && again && *again == schedule;
    as_expected = as_expected && same;
    std::cout << (same ? "ok    " : "NOT   ") << name << ": " << to_text(expect)
              << (same ? "" : ", expected: " + to_text(schedule.expect)) << '\n';
  }
  return as_expected;
}

int replay(const std::string& file) {
  const auto schedule = read_schedule(file);
  if (!schedule) {
    std::cerr << schedule.error().text << '\n';
    return EXIT_FAILURE;
  }
  std::vector<std::string> diary;
  const Outcome outcome = run(*schedule, &diary);
  std::cout << to_text(*schedule) << '\n';
  for (const std::string& line : diary) {
    std::cout << line << '\n';
  }
  return outcome.as_expected() == schedule->expect ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// The group in the arguments.
std::optional<Parameters> group_in(std::span<char*> words) {
  std::string line;
  for (const char* word : words) {
    line += std::string(word) + ' ';
  }
  return parse_parameters(line);
}

void search_pairs(std::span<char*> args, const Visit& visit) {
  auto chosen = args.empty() ? groups() : std::vector<Parameters>{*group_in(args)};
  if (args.empty()) {
    std::erase_if(chosen, is_faulty);
  }
  for (const Parameters& group : chosen) {
    visit_pairs(group, visit);
  }
}

void search_triples(std::span<char*> args, const Visit& visit) {
  const auto end = steady_clock::now() + std::chrono::seconds(std::atoi(args[0]));
  const unsigned seed = args.size() > 1 ? static_cast<unsigned>(std::atoi(args[1])) : 1;
  visit_triples(
      seed, [&](const Schedule& schedule) { return visit(schedule) && steady_clock::now() < end; });
}

int search(Kept kept, const std::string& what, std::span<char*> args) {
  const bool right = !what.empty() || replay_all(kept);
  Search search(std::move(kept));
  const auto visit = [&](const Schedule& schedule) {
    search.visit(schedule);
    return true;
  };
  if (what.empty()) {
    visit_singles(visit);
  } else if (what == "pairs") {
    search_pairs(args, visit);
  } else {
    search_triples(args, visit);
  }
  const int status = search.end();
  return right ? status : EXIT_FAILURE;
}

int main_of(std::span<char*> args) {
  const std::string what = args.empty() ? "" : args[0];
  if (what == "replay" && args.size() == 2) {
    return replay(args[1]);
  }
  const bool is_search = what.empty() || (what == "pairs" && group_in(args.subspan(1))) ||
                         (what == "triples" && (args.size() == 2 || args.size() == 3));
  if (!is_search) {
    std::cerr << usage;
    return EXIT_FAILURE;
  }
  auto kept = Kept::read(DKR_SCHEDULES);
  if (!kept) {
    std::cerr << kept.error().text << '\n';
    return EXIT_FAILURE;
  }
  return search(std::move(*kept), what, args.empty() ? args : args.subspan(1));
}

}  // namespace
}  // namespace dkr::model

int main(int argc, char** argv) {
  return dkr::model::main_of(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
