#pragma once

#include <string>
#include <vector>

namespace dkr {

/// The arguments that make one directive: `--name value...`, where the name and values may share a
/// word (`--name value`); or what comes before the first directive, or a last `-`.
using ArgumentGroup = std::vector<std::string>;

/// Splits a server's arguments as the server reads them. A word with dashes that follows a name
/// without a value is the value, but `--save` and `--sentinel` may stand alone. Joined, the groups
/// are the arguments again. Source: main() in server.c.
std::vector<ArgumentGroup> split_server_arguments(const std::vector<std::string>& args);

/// Returns the name, without dashes, and the values of a directive; empty for any other group.
std::vector<std::string> words_of(const ArgumentGroup& group);

}  // namespace dkr
