#include "schedule.hpp"

#include <array>
#include <optional>
#include <sstream>

#include "dkr/core/base/text.hpp"

namespace dkr::model {
namespace {

constexpr std::array<const char*, most_nodes> node_names{"m", "r1", "r2"};

std::string name_of(Index host, const Parameters& parameters) {
  return host < parameters.nodes ? node_names.at(host)
                                 : "s" + std::to_string(host - parameters.nodes + 1);
}

std::optional<Hosts> host_named(std::string_view name, const Parameters& parameters) {
  for (Index host = 0; host < parameters.nodes + parameters.sentinels; ++host) {
    if (name_of(host, parameters) == name) {
      return 1U << host;
    }
  }
  return std::nullopt;
}

std::string time_text(Tick time) {
  return std::to_string(time / second) + (time % second == 0 ? ".0" : ".5");
}

std::optional<Tick> parse_time(std::string_view text) {
  const auto dot = text.find('.');
  const auto whole = parse_number(text.substr(0, dot), 0, 100'000);
  const auto half = dot == std::string_view::npos ? "0" : text.substr(dot + 1);
  if (!whole || (half != "0" && half != "5")) {
    return std::nullopt;
  }
  return static_cast<Tick>(*whole) * second + (half == "5" ? 1 : 0);
}

std::string hosts_text(Hosts hosts, const Parameters& parameters) {
  std::string text;
  for (Index host = 0; host < parameters.nodes + parameters.sentinels; ++host) {
    if ((hosts >> host & 1U) != 0) {
      text += (text.empty() ? "" : " ") + name_of(host, parameters);
    }
  }
  return text;
}

Error wrong(std::string_view line) {
  return {ExitStatus::config, "this line is not understood: " + std::string(line)};
}

/// The words behind the name of a fault.
bool take_words(Fault& fault, std::istringstream& words, const Parameters& parameters) {
  const FaultKind& kind = fault_kinds()[fault.kind];
  bool second_side = false;
  for (std::string word; words >> word;) {
    if (word == "for") {
      const auto time = words >> word ? parse_time(word) : std::nullopt;
      fault.lasts = time.value_or(0);
      return time.has_value() && kind.lasts && !(words >> word);
    }
    if (word == kind.between && !second_side) {
      second_side = true;
      continue;
    }
    const auto host = word == "*" ? std::optional(everybody(parameters) & ~fault.first)
                                  : host_named(word, parameters);
    if (!host) {
      return false;
    }
    (second_side ? fault.second : fault.first) |= *host;
  }
  return true;
}

bool fits(const Fault& fault, const Parameters& parameters) {
  const Hosts nodes = (1U << parameters.nodes) - 1U;
  switch (fault_kinds()[fault.kind].target) {
    case Target::nothing:
      return fault.first == 0 && fault.second == 0;
    case Target::node:
      return fault.first != 0 && (fault.first & ~nodes) == 0;
    case Target::sentinel:
      return fault.first != 0 && (fault.first & nodes) == 0;
    case Target::hosts:
      return fault.first != 0;
    case Target::sides:
      return fault.first != 0 && fault.second != 0 && (fault.first & fault.second) == 0;
  }
  return false;
}

Result<Fault> parse_fault(const std::string& line, const Parameters& parameters) {
  std::istringstream words(line);
  std::string time;
  std::string name;
  words >> time >> name;
  const auto at = parse_time(time);
  Fault fault;
  fault.kind = fault_named(name);
  if (!at || fault.kind == fault_kinds().size()) {
    return wrong(line);
  }
  fault.at = *at;
  return take_words(fault, words, parameters) && fits(fault, parameters) ? Result<Fault>(fault)
                                                                         : wrong(line);
}

std::optional<Expectation> parse_expectation(std::string_view text) {
  Expectation expect;
  std::istringstream words{std::string(text)};
  std::string word;
  words >> word;
  if (word == "safe") {
    return expect;
  }
  while (words >> word) {
    const auto number = parse_number(word.substr(1), 1, 7);
    if (word.front() != 'I' || !number) {
      return std::nullopt;
    }
    expect.violated.push_back(static_cast<int>(*number));
  }
  return expect.violated.empty() ? std::nullopt : std::optional(expect);
}

Result<Done> take_line(Schedule& schedule, const std::string& line) {
  if (line.starts_with('#')) {
    schedule.comments.push_back(line);
  } else if (line.starts_with("group ")) {
    const auto parameters = parse_parameters(line.substr(6));
    if (!parameters) {
      return wrong(line);
    }
    schedule.parameters = *parameters;
  } else if (line.starts_with("expect ")) {
    const auto expect = parse_expectation(line.substr(7));
    if (!expect) {
      return wrong(line);
    }
    schedule.expect = *expect;
  } else if (!line.empty()) {
    const auto fault = parse_fault(line, schedule.parameters);
    if (!fault) {
      return fault.error();
    }
    schedule.faults.push_back(*fault);
  }
  return Done{};
}

}  // namespace

std::string to_text(const Fault& fault, const Parameters& parameters) {
  const FaultKind& kind = fault_kinds()[fault.kind];
  std::string line = time_text(fault.at) + " " + std::string(kind.name);
  if (fault.first != 0) {
    line +=
        " " + (fault.first == everybody(parameters) ? "*" : hosts_text(fault.first, parameters));
  }
  if (fault.second != 0) {
    const bool rest = (fault.first | fault.second) == everybody(parameters);
    line +=
        " " + std::string(kind.between) + " " + (rest ? "*" : hosts_text(fault.second, parameters));
  }
  return line + (kind.lasts ? " for " + time_text(fault.lasts) : "");
}

std::string to_text(const Expectation& expect) {
  std::string text = expect.violated.empty() ? "safe" : "violates";
  for (const int number : expect.violated) {
    text += " I" + std::to_string(number);
  }
  return text;
}

std::string to_text(const Schedule& schedule) {
  std::string text;
  for (const std::string& comment : schedule.comments) {
    text += comment + '\n';
  }
  text += "group " + to_text(schedule.parameters) + '\n';
  text += "expect " + to_text(schedule.expect) + '\n';
  for (const Fault& fault : schedule.faults) {
    text += to_text(fault, schedule.parameters) + '\n';
  }
  return text;
}

Result<Schedule> parse_schedule(std::string_view text) {
  Schedule schedule;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (const auto taken = take_line(schedule, line); !taken) {
      return taken.error();
    }
  }
  return schedule;
}

}  // namespace dkr::model
