#pragma once

#include <csignal>
#include <cstdint>

namespace dkr::test {

// Raw calls: the C library keeps the signals 32 and 33 to itself.

/// Sets the mask of this thread: bit n-1 stands for signal n.
void set_mask(std::uint64_t blocked);

/// SIG_DFL or SIG_IGN for one signal; nothing happens where that is impossible.
void set_disposition(int signal, void (*handler)(int));

/// The same for all signals.
void set_dispositions(void (*handler)(int));

/// Takes one pending signal of a set, waiting for it; returns its number.
int take_signal(std::uint64_t set, siginfo_t& info);

/// Sends a signal to a process, or to a process group if negative.
void send(pid_t pid, int signal);

}  // namespace dkr::test
