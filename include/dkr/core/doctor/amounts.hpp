#pragma once

#include <chrono>
#include <string>

namespace dkr {

/// Returns a time for a person: `800 ms`, `2.5 s`.
std::string time_text(std::chrono::milliseconds time);

/// Returns a number of bytes for a person: `512 B`, `1.5 GB`, of 1024 each.
std::string bytes_text(long long bytes);

}  // namespace dkr
