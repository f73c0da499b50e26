// What the watcher beside a data node has at work: the note in the volume, the limits of the
// server.

#include <event2/event.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/watch/loop.hpp"
#include "dkr/watch/note_keeper.hpp"
#include "dkr/watch/server_poller.hpp"
#include "support/temp_dir.hpp"
#include "wire/server.hpp"

namespace dkr::test {
namespace {

using std::chrono::steady_clock;

Settings usual_in(const std::filesystem::path& data_dir) {
  Settings settings = parse_settings({}, "/")->settings;
  settings.data_dir.value = data_dir.string();
  return settings;
}

TEST(NoteKeeper, TriesAgainWhatCouldNotBeWritten) {
  const TempDir dir;
  const Settings settings = usual_in(dir.path() / "later");
  const LoopPtr loop = make_loop();
  std::vector<GateNote> written;
  NoteKeeper keeper(*loop, settings, {}, [&](const GateNote& note) { written.push_back(note); });
  const NodeView own;
  const std::vector<Endpoint> me{{"10.0.0.1", 6379}};
  const GateNote fenced{MinReplicas{1, 5}, true};
  const TimePoint now = steady_clock::now();
  keeper.set_gate(fenced);
  keeper.keep_if_due({own, me, {}}, now);
  run(*loop);  // until nothing is under way
  EXPECT_TRUE(written.empty()) << "there is no such directory";
  std::filesystem::create_directory(settings.data_dir.value);
  // What is not done as root can write there.
  std::filesystem::permissions(settings.data_dir.value, std::filesystem::perms::all);
  keeper.keep_if_due({own, me, {}}, now + note_interval - 1ms);
  run(*loop);
  EXPECT_TRUE(written.empty()) << "not in a tight loop";
  keeper.keep_if_due({own, me, {}}, now + note_interval);
  run(*loop);
  EXPECT_EQ(written, std::vector{fenced});
  EXPECT_EQ(read_note(settings)->users_limits, fenced.users_limits);
  EXPECT_TRUE(read_note(settings)->fenced);
}

/// What a server gets that is told to have these limits.
std::string orders_for(const MinReplicas& limits) {
  const TempDir dir;
  const Settings settings = usual_in(dir.path());
  const Listener listener;
  std::string got;
  const LoopPtr loop = make_loop();
  const std::jthread peer([&] {
    const Fd client = listener.accept();
    std::array<char, 1024> block{};
    const ssize_t size = ::read(client.get(), block.data(), block.size());
    got.assign(block.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  });
  ServerPoller poller(*loop, {listener.endpoint(), {}}, [] {});
  bool done = true;
  poller.set_limits(limits, false, [&](bool set) { done = set; });
  run(*loop);  // until the connection is closed
  EXPECT_FALSE(done) << "nobody has answered";
  return got;
}

TEST(ServerPoller, WhatShowsThatLimitsAreOursIsSetFirstAndPutBackLast) {
  const std::string closed = orders_for({no_writes, 1});
  EXPECT_LT(closed.find("min-replicas-to-write"), closed.find("min-replicas-max-lag")) << closed;
  const std::string opened = orders_for({0, 10});
  EXPECT_LT(opened.find("min-replicas-max-lag"), opened.find("min-replicas-to-write")) << opened;
}

}  // namespace
}  // namespace dkr::test
