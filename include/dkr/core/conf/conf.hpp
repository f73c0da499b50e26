#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dkr {

/// One line of a configuration: `name value...`, the name in lower case as Redis compares it.
struct Directive {
  std::string name;
  std::vector<std::string> values;
};

/// Whether two directives set the same thing, so that the later one wins: one name or a synonym of
/// it (masterauth, Valkey's primaryauth); of `user` and `sentinel` lines also the user, or the
/// option and its group.
bool same_thing(const Directive& a, const Directive& b);

/// The last directive that sets the same thing. Null: none.
const Directive* last_like(const std::vector<Directive>& directives, const Directive& directive);

/// `name value...` as it stands in a file, quoted where needed, without a line end.
std::string render(const Directive& directive);

/// A redis.conf or sentinel.conf. What is not edited stays byte for byte.
/// Source: the format is that of loadServerConfigFromString (config.c).
class Conf {
 public:
  explicit Conf(std::string_view text);

  /// The whole file.
  [[nodiscard]] std::string text() const;

  /// Every directive in order; comments, blank lines and lines the server cannot split are left
  /// out.
  [[nodiscard]] std::vector<Directive> directives() const;

  /// Makes the directive hold: nothing changes when the last line that sets the same thing says the
  /// same already, otherwise that line is replaced, or a new one added at the end.
  void set(const Directive& directive);

  /// Takes every line away that sets the same thing.
  void remove(const Directive& directive);

  /// Adds a line at the end, whatever the others say.
  void append(const Directive& directive);

  /// Keeps `include path` as the last line, marked as ours; without a path takes ours away. Lines
  /// that Redis added behind it (CONFIG REWRITE appends) end up before it.
  void set_overlay(const std::optional<std::string>& path);

 private:
  void end_last_line();

  std::vector<std::string> lines_;  ///< each with its own line end
};

/// Gives the texts of the files an `include` names, in order; it may hold a glob pattern.
using IncludeReader = std::function<std::vector<std::string>(const std::string& pattern)>;

/// The directives of a configuration with those of its includes in their places, in the order in
/// which the server reads them. Includes nested deeper than the server would bear are left out.
std::vector<Directive> flatten(const Conf& conf, const IncludeReader& read);

/// The last directive of one of these names (in lower case): the one that holds. Null: none.
const Directive* last_of(const std::vector<Directive>& directives,
                         std::initializer_list<std::string_view> names);

/// The value that holds for a directive that takes one, or the fallback.
std::string value_of(const std::vector<Directive>& directives, std::string_view name,
                     std::string_view fallback);

/// Server arguments (`--name value... --name value...`) as directives.
std::vector<Directive> directives_of_arguments(const std::vector<std::string>& arguments);

}  // namespace dkr
