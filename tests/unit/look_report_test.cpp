#include "dkr/group/look_report.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/watch/member_watcher.hpp"

namespace dkr {
namespace {

const Endpoint one{"10.0.0.1", 26379};
const Endpoint two{"::1", 1};
const Endpoint named{"redis-0.example", 65535};

TEST(LookReport, ComesBackFromItsText) {
  const std::vector<LookReport> reports{
      {},
      {"the sentinels name \"10.0.0.2:6379\", which doesn't answer",
       false,
       {one},
       {two, named},
       {}},
      {"peer 10.0.0.1 1", true, {}, {named}, {one}},
      {"quiet", true, {one, two}, {}, {named, two}},
  };
  for (const LookReport& report : reports) {
    const LookReport back = parse_look_report(to_text(report));
    EXPECT_EQ(back.reason, report.reason);
    EXPECT_EQ(back.quiet, report.quiet) << report.reason;
    EXPECT_EQ(back.sentinels, report.sentinels) << report.reason;
    EXPECT_EQ(back.peers, report.peers) << report.reason;
    EXPECT_EQ(back.me, report.me) << report.reason;
  }
}

TEST(LookReport, LinesThatAreNoneAreLeftOut) {
  for (const char* bad : {"", "\n", "reason", "quiet ", "noise", "peer", "peer h", "peer h 0",
                          "peer h 65536", "me h", "me h 0", "peer h x", "peer h 1 2", "other h 1",
                          "peer h;x 1", "sentinel h", "sentinel \"h 1", "\x01\xFF"}) {
    const LookReport report = parse_look_report(bad);
    EXPECT_TRUE(report.reason.empty() && !report.quiet) << bad;
    EXPECT_TRUE(report.sentinels.empty() && report.peers.empty() && report.me.empty()) << bad;
  }
  const LookReport rest = parse_look_report("reason r\npeer h 0\nsentinel 10.0.0.1 26379\nquiet");
  EXPECT_EQ(rest.reason, "r");
  EXPECT_TRUE(rest.quiet) << "the last line may lack its end";
  EXPECT_EQ(rest.sentinels, (std::vector<Endpoint>{one}));
}

TEST(LookReport, OfAJobThatWasEndedHasNoReason) {
  EXPECT_TRUE(parse_look_report("").reason.empty());
}

}  // namespace
}  // namespace dkr
