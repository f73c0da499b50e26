#pragma once

#include <string>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Tells an error, and answers its exit status.
int fail(const Error& error);

/// Writes text to standard output; answers the exit status.
int print(const std::string& text);

}  // namespace dkr
