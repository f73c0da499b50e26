#pragma once

#include <string>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Logs an error, and returns its exit status.
int fail(const Error& error);

/// Writes text to standard output; returns the exit status.
int print(const std::string& text);

}  // namespace dkr
