#pragma once

namespace dkr {

/// Returns how often the kernel has killed a process of this container because memory ran out; -1
/// if unknown. Source: cgroups(7); memory.events of version 2 and memory.oom_control of version 1
/// both have a line "oom_kill N".
long long memory_kills();

/// Returns how many bytes of memory this container may use; -1 if it may use all, or unknown.
/// Source: cgroups(7); memory.max of version 2 and memory.limit_in_bytes of version 1.
long long memory_limit();

}  // namespace dkr
