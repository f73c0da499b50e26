#include "dkr/core/conf/conf.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/settings/server_arguments.hpp"

namespace dkr {
namespace {

constexpr std::string_view overlay_marker = "# dkr-redis: REDIS_OVERRIDES_FILE, kept last";
constexpr std::string_view include_name = "include";
constexpr int deepest_include = 16;

/// Synonyms; every server knows the first of each pair.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> synonyms{{
    {"masterauth", "primaryauth"},
    {"masteruser", "primaryuser"},
    {"replicaof", "slaveof"},
    {"replica-announce-ip", "slave-announce-ip"},
    {"replica-announce-port", "slave-announce-port"},
    {"replica-priority", "slave-priority"},
    {"min-replicas-to-write", "min-slaves-to-write"},
    {"min-replicas-max-lag", "min-slaves-max-lag"},
}};

std::string_view usual_name(std::string_view name) {
  const auto* found = std::find_if(synonyms.begin(), synonyms.end(),
                                   [name](const auto& pair) { return pair.second == name; });
  return found == synonyms.end() ? name : found->first;
}

/// Returns how many of the first values identify what is set; the others are its value.
std::size_t key_length(const Directive& directive) {
  constexpr std::array<std::string_view, 9> of_no_group{"myid",
                                                        "current-epoch",
                                                        "announce-ip",
                                                        "announce-port",
                                                        "sentinel-user",
                                                        "sentinel-pass",
                                                        "resolve-hostnames",
                                                        "announce-hostnames",
                                                        "deny-scripts-reconfig"};
  if (directive.name == "user" || directive.name == "loadmodule") {
    return 1;
  }
  if (directive.name != "sentinel" || directive.values.empty()) {
    return 0;
  }
  const std::string option = lower(directive.values.front());
  if (option == "known-replica" || option == "known-sentinel") {
    return 4;
  }
  if (option == "rename-command") {
    return 3;
  }
  return std::find(of_no_group.begin(), of_no_group.end(), option) == of_no_group.end() ? 2 : 1;
}

std::optional<Directive> parse_line(std::string_view line) {
  const std::string_view content = trim(line);
  if (content.empty() || content.front() == '#') {
    return std::nullopt;
  }
  auto words = split_conf_line(content);
  if (!words || words->empty()) {
    return std::nullopt;
  }
  Directive directive{lower(words->front()), {}};
  directive.values.assign(words->begin() + 1, words->end());
  return directive;
}

void flatten_into(std::vector<Directive>& all, const Conf& conf, const IncludeReader& read,
                  int depth) {
  for (Directive& directive : conf.directives()) {
    if (directive.name != include_name) {
      all.push_back(std::move(directive));
      continue;
    }
    if (depth == deepest_include || directive.values.empty()) {
      continue;
    }
    for (const std::string& text : read(directive.values.front())) {
      flatten_into(all, Conf(text), read, depth + 1);
    }
  }
}

}  // namespace

bool same_thing(const Directive& a, const Directive& b) {
  const std::size_t length = key_length(a);
  return usual_name(a.name) == usual_name(b.name) && length == key_length(b) &&
         a.values.size() >= length && b.values.size() >= length &&
         std::equal(a.values.begin(), a.values.begin() + static_cast<std::ptrdiff_t>(length),
                    b.values.begin());
}

const Directive* last_like(const std::vector<Directive>& directives, const Directive& directive) {
  const auto found =
      std::find_if(directives.rbegin(), directives.rend(),
                   [&](const Directive& other) { return same_thing(other, directive); });
  return found == directives.rend() ? nullptr : &*found;
}

std::string render(const Directive& directive) {
  std::string line = directive.name;
  for (const std::string& value : directive.values) {
    line += ' ' + quote_conf_argument(value);
  }
  return line;
}

Conf::Conf(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines_.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string Conf::text() const {
  std::string all;
  for (const std::string& line : lines_) {
    all += line;
  }
  return all;
}

std::vector<Directive> Conf::directives() const {
  std::vector<Directive> all;
  for (const std::string& line : lines_) {
    if (auto directive = parse_line(line)) {
      all.push_back(std::move(*directive));
    }
  }
  return all;
}

void Conf::end_last_line() {
  if (!lines_.empty() && !lines_.back().ends_with('\n')) {
    lines_.back() += '\n';
  }
}

void Conf::set(const Directive& directive) {
  const auto last = std::find_if(lines_.rbegin(), lines_.rend(), [&](const std::string& line) {
    const auto current = parse_line(line);
    return current && same_thing(*current, directive);
  });
  if (last != lines_.rend()) {
    if (parse_line(*last)->values != directive.values) {
      *last = render(directive) + '\n';
    }
    return;
  }
  append(directive);
}

void Conf::remove(const Directive& directive) {
  remove_if([&](const Directive& current) { return same_thing(current, directive); });
}

void Conf::remove_if(const std::function<bool(const Directive&)>& condition) {
  std::vector<std::string> kept;
  for (std::string& line : lines_) {
    const auto current = parse_line(line);
    if (!current || !condition(*current)) {
      kept.push_back(std::move(line));
    }
  }
  lines_ = std::move(kept);
}

void Conf::append(const Directive& directive) {
  end_last_line();
  lines_.push_back(render(directive) + '\n');
}

void Conf::set_overlay(const std::optional<std::string>& path) {
  for (auto line = lines_.begin(); line != lines_.end();) {
    if (trim(*line) != overlay_marker) {
      ++line;
      continue;
    }
    line = lines_.erase(line);
    const auto next = line == lines_.end() ? std::nullopt : parse_line(*line);
    if (next && next->name == include_name) {
      line = lines_.erase(line);
    }
  }
  if (!path) {
    return;
  }
  end_last_line();
  lines_.push_back(std::string(overlay_marker) + '\n');
  append({std::string(include_name), {*path}});
}

std::vector<Directive> flatten(const Conf& conf, const IncludeReader& read) {
  std::vector<Directive> all;
  flatten_into(all, conf, read, 0);
  return all;
}

const Directive* last_of(const std::vector<Directive>& directives,
                         std::initializer_list<std::string_view> names) {
  const auto found =
      std::find_if(directives.rbegin(), directives.rend(), [&](const Directive& directive) {
        return std::find(names.begin(), names.end(), directive.name) != names.end();
      });
  return found == directives.rend() ? nullptr : &*found;
}

std::string value_of(const std::vector<Directive>& directives, std::string_view name,
                     std::string_view fallback) {
  const Directive* directive = last_of(directives, {name});
  return directive == nullptr || directive->values.empty() ? std::string(fallback)
                                                           : directive->values.front();
}

std::vector<Directive> directives_of_arguments(const std::vector<std::string>& arguments) {
  std::vector<Directive> all;
  for (const ArgumentGroup& group : split_server_arguments(arguments)) {
    const auto words = words_of(group);
    if (!words.empty()) {
      all.push_back({lower(words.front()), {words.begin() + 1, words.end()}});
    }
  }
  return all;
}

}  // namespace dkr
