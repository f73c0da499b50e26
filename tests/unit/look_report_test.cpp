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
  using enum RoleCase::Kind;
  const std::vector<LookReport> reports{
      {},
      {RoleCase{named_master_silent, named}, {one}, {two, named}, {}},
      {RoleCase{nobody_named}, {}, {named}, {one}},
      {RoleCase{in_place}, {one, two}, {}, {named, two}},
  };
  for (const LookReport& report : reports) {
    const LookReport back = parse_look_report(to_text(report));
    EXPECT_EQ(back.found, report.found);
    EXPECT_EQ(back.sentinels, report.sentinels) << to_text(report);
    EXPECT_EQ(back.peers, report.peers) << to_text(report);
    EXPECT_EQ(back.me, report.me) << to_text(report);
  }
}

TEST(LookReport, LinesThatAreNoneAreLeftOut) {
  for (const char* bad : {"",
                          "\n",
                          "found",
                          "found ",
                          "found nothing",
                          "found alone h",
                          "noise",
                          "peer",
                          "peer h",
                          "peer h 0",
                          "found alone h 0",
                          "peer h 65536",
                          "me h",
                          "me h 0",
                          "peer h x",
                          "peer h 1 2",
                          "other h 1",
                          "peer h;x 1",
                          "sentinel h",
                          "sentinel \"h 1",
                          "\x01\xFF"}) {
    const LookReport report = parse_look_report(bad);
    EXPECT_FALSE(report.found) << bad;
    EXPECT_TRUE(report.sentinels.empty() && report.peers.empty() && report.me.empty()) << bad;
  }
  const LookReport rest = parse_look_report("peer h 0\nsentinel 10.0.0.1 26379\nfound alone");
  EXPECT_EQ(rest.found, RoleCase{RoleCase::Kind::alone}) << "the last line may lack its end";
  EXPECT_EQ(rest.sentinels, (std::vector<Endpoint>{one}));
}

TEST(LookReport, OfAJobThatWasEndedHasFoundNothing) {
  EXPECT_FALSE(parse_look_report("").found);
}

}  // namespace
}  // namespace dkr
