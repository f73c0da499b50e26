#pragma once

#include <string>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Reads once from standard input, and waits for that. False at its end; an error counts as one.
bool read_stdin(std::string& text);

/// Makes a text our standard input, and so that of the server, at each of its starts.
Result<Done> become_stdin(const std::string& text);

/// Lets the next server read it from the beginning.
void rewind_stdin() noexcept;

/// Returns what a process has in the place of its standard input after become_stdin(); empty if
/// that is something else, or this process may not look.
std::string stdin_of(int pid);

}  // namespace dkr
