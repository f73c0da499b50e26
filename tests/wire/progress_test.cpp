// Whether a server that gives no answer works all the same.

#include "dkr/watch/progress.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>

#include "dkr/platform/process.hpp"
#include "support/deadline.hpp"
#include "support/proc.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint beginning = TimePoint{} + 1h;

TEST(Progress, IsAnAnswerOrWhatIsReadAndWritten) {
  const TempDir folder;
  const Child writer(0, [&] {
    const Fd file(::open((folder.path() / "file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    while (::pwrite(file.get(), "x", 1, 0) == 1) {
      ::usleep(100);
    }
    return 1;
  });
  ASSERT_TRUE(wait_until([&] { return bytes_moved(writer.pid()) > 0; }));
  Progress pulse(writer.pid(), beginning);
  pulse.take({}, beginning + 1s);
  EXPECT_EQ(pulse.alive(), beginning);
  pulse.take(beginning + 2s, beginning + 3s);
  EXPECT_EQ(pulse.alive(), beginning + 2s) << "an answer";

  pulse.take(beginning + 2s, beginning + 10s);
  EXPECT_EQ(pulse.alive(), beginning + 2s) << "nothing to compare with";
  const long long before = bytes_moved(writer.pid());
  ASSERT_TRUE(wait_until([&] { return bytes_moved(writer.pid()) > before; }));
  pulse.take(beginning + 2s, beginning + 11s);
  EXPECT_EQ(pulse.alive(), beginning + 11s) << "it writes";

  writer.signal(SIGSTOP);
  ASSERT_TRUE(wait_until([&] { return ProcStatus(writer.pid()).state() == 'T'; }));
  pulse.take(beginning + 2s, beginning + 20s);
  pulse.take(beginning + 2s, beginning + 21s);
  const TimePoint stopped = pulse.alive();
  pulse.take(beginning + 2s, beginning + 30s);
  EXPECT_EQ(pulse.alive(), stopped) << "it is stopped";
}

TEST(Progress, IsUnknownOfAProcessThatIsGone) {
  Progress pulse(1 << 30, beginning);
  pulse.take({}, beginning + 10s);
  pulse.take({}, beginning + 20s);
  EXPECT_EQ(pulse.alive(), beginning);
}

}  // namespace
}  // namespace dkr::test
