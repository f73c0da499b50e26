#pragma once

#include <string>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Tells an error, and answers its exit code.
int fail(const Error& error);

/// Writes text to standard output; answers the exit code.
int print(const std::string& text);

}  // namespace dkr
