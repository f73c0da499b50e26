#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/conf/conf.hpp"

namespace dkr {

/// Something that a server is told outside of its file, and that CONFIG REWRITE keeps in the file.
struct KeptThing {
  Directive key;      ///< the name, and what else tells which: the name of a user
  bool once = false;  ///< the server does not start if its file says it, too
};

/// True for what a server must not be told twice: a user, a module.
bool must_be_once(const Directive& directive);

/// Returns what CONFIG REWRITE would keep of a server's arguments and of the files that its own
/// includes. The role, limits and priority are left out: those are decided elsewhere.
std::vector<KeptThing> kept_things(const std::vector<Directive>& arguments,
                                   const std::vector<Directive>& included);

/// Marks in a configuration what is told elsewhere, and remembers the lines that say it there;
/// those that must not be said twice become comments. The marks are comments, which CONFIG REWRITE
/// leaves.
std::string mark_kept(std::string_view text, const std::vector<KeptThing>& things);

/// Returns the configuration as it would be if nothing had been told elsewhere: without what CONFIG
/// REWRITE kept, and with the lines that were there before.
std::string without_kept(std::string_view text);

}  // namespace dkr
