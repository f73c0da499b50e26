#include "dkr/core/conf/kept_arguments.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace dkr {
namespace {

constexpr std::string_view mark = "# dkr-redis: told by an argument or an include: ";
constexpr std::string_view before = "# dkr-redis: said here before: ";

/// What dkr-redis and the group decide, and what no server writes back.
constexpr std::array<std::string_view, 13> left_out{"replicaof",
                                                    "slaveof",
                                                    "min-replicas-to-write",
                                                    "min-slaves-to-write",
                                                    "min-replicas-max-lag",
                                                    "min-slaves-max-lag",
                                                    "replica-priority",
                                                    "slave-priority",
                                                    "include",
                                                    "sentinel",
                                                    "daemonize",
                                                    "supervised",
                                                    "logfile"};

Directive key_of(const Directive& directive) {
  return must_be_once(directive) ? Directive{directive.name, {directive.values.front()}}
                                 : Directive{directive.name, {}};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::optional<Directive> directive_in(std::string_view line) {
  auto found = Conf(line).directives();
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

void add(std::vector<KeptThing>& things, KeptThing thing) {
  const auto known = std::find_if(things.begin(), things.end(), [&](const KeptThing& other) {
    return same_thing(other.key, thing.key);
  });
  if (known == things.end()) {
    things.push_back(std::move(thing));
  } else {
    known->once = known->once || thing.once;
  }
}

void append_line(std::string& text, std::string_view line) {
  text += text.empty() || text.ends_with('\n') ? "" : "\n";
  text += line;
}

}  // namespace

bool must_be_once(const Directive& directive) {
  return (directive.name == "user" || directive.name == "loadmodule") && !directive.values.empty();
}

std::vector<KeptThing> kept_things(const std::vector<Directive>& arguments,
                                   const std::vector<Directive>& included) {
  std::vector<KeptThing> things;
  for (const Directive& directive : arguments) {
    if (std::find(left_out.begin(), left_out.end(), directive.name) != left_out.end()) {
      continue;
    }
    add(things, {key_of(directive), must_be_once(directive)});
    if (directive.name == "requirepass") {
      add(things, {{"user", {"default"}}, false});
    }
  }
  for (const Directive& directive : included) {
    if (must_be_once(directive)) {
      add(things, {key_of(directive), true});
    }
  }
  return things;
}

std::string mark_kept(std::string_view text, const std::vector<KeptThing>& things) {
  std::string marked;
  std::vector<bool> seen(things.size());
  const auto begin = [&](std::size_t i) {
    if (!seen[i]) {
      append_line(marked, std::string(mark) + render(things[i].key) + '\n');
    }
    seen[i] = true;
  };
  for (const std::string_view line : lines_of(text)) {
    const auto directive = directive_in(line);
    const auto thing = std::find_if(things.begin(), things.end(), [&](const KeptThing& other) {
      return directive && same_thing(other.key, *directive);
    });
    if (thing != things.end()) {
      begin(static_cast<std::size_t>(thing - things.begin()));
      append_line(marked, std::string(before) + std::string(line));
    }
    if (thing == things.end() || !thing->once) {
      append_line(marked, line);
    }
  }
  for (std::size_t i = 0; i < things.size(); ++i) {
    begin(i);
  }
  return marked;
}

std::string without_kept(std::string_view text) {
  std::vector<Directive> things;
  for (const std::string_view line : lines_of(text)) {
    if (auto key = line.starts_with(mark) ? directive_in(line.substr(mark.size())) : std::nullopt) {
      things.push_back(std::move(*key));
    }
  }
  std::string own;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with(before)) {
      append_line(own, line.substr(before.size()));
      continue;
    }
    const auto directive = directive_in(line);
    const bool kept =
        directive && std::any_of(things.begin(), things.end(), [&](const Directive& thing) {
          return same_thing(thing, *directive);
        });
    if (!kept && !line.starts_with(mark)) {
      append_line(own, line);
    }
  }
  return own;
}

}  // namespace dkr
