#pragma once

namespace dkr {

/// What to do when the server of a group's master crashes.
enum class OnCrash { automatic, restart, failover, exit };

enum class LogLevel { trace, debug, info, warn, error, critical, off };
enum class LogFormat { text, json };

}  // namespace dkr
