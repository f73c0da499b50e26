#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dkr {

/// One line of a configuration: `name value...`. The name is in lower case, as Redis compares it.
struct Directive {
  std::string name;
  std::vector<std::string> values;
};

/// True if two directives set the same thing, so that the later one wins: their names are equal or
/// synonyms (masterauth and Valkey's primaryauth), and so are the user of `user` lines, the
/// file of `loadmodule` lines, and the option and its group of `sentinel` lines.
bool same_thing(const Directive& a, const Directive& b);

/// Returns the last directive that sets the same thing; null if there is none.
const Directive* last_like(const std::vector<Directive>& directives, const Directive& directive);

/// Returns `name value...` as written in a file, quoted where needed, without a newline.
std::string render(const Directive& directive);

/// A redis.conf or sentinel.conf. Lines that are not edited stay the same byte for byte.
/// Source: the format is that of loadServerConfigFromString (config.c).
class Conf {
 public:
  explicit Conf(std::string_view text);

  /// Returns the whole file.
  [[nodiscard]] std::string text() const;

  /// Returns all directives in order, without comments, blank lines and lines that the server
  /// cannot split.
  [[nodiscard]] std::vector<Directive> directives() const;

  /// Makes the directive take effect. Changes nothing if the last line that sets the same thing has
  /// the same values; otherwise replaces that line, or appends one if there is none.
  void set(const Directive& directive);

  /// Removes every line that sets the same thing.
  void remove(const Directive& directive);

  /// Removes every line whose directive meets a condition; it is asked once a line, in order.
  void remove_if(const std::function<bool(const Directive&)>& condition);

  /// Appends a line, even if others set the same thing.
  void append(const Directive& directive);

  /// Keeps `include path` as the last line, marked as ours; without a path removes ours. Lines that
  /// Redis appended after it (CONFIG REWRITE) end up before it.
  void set_overlay(const std::optional<std::string>& path);

 private:
  void end_last_line();

  std::vector<std::string> lines_;  ///< each with its own newline
};

/// Returns the texts of the files that an `include` names, in order; it may be a glob pattern.
using IncludeReader = std::function<std::vector<std::string>(const std::string& pattern)>;

/// Returns the directives of a configuration, with those of its includes in place, in the order in
/// which the server reads them. Includes nested deeper than the server allows are left out.
std::vector<Directive> flatten(const Conf& conf, const IncludeReader& read);

/// Returns the last directive with one of these lower-case names, which is in effect; null: none.
const Directive* last_of(const std::vector<Directive>& directives,
                         std::initializer_list<std::string_view> names);

/// Returns the value in effect of a directive that takes one value, or the fallback.
std::string value_of(const std::vector<Directive>& directives, std::string_view name,
                     std::string_view fallback);

/// Parses server arguments (`--name value... '--name value...'`) as directives.
std::vector<Directive> directives_of_arguments(const std::vector<std::string>& arguments);

}  // namespace dkr
