#include "dkr/core/init/heartbeat.hpp"

#include <gtest/gtest.h>

#include <set>

namespace dkr {
namespace {

TEST(Heartbeat, EachCostComesBackFromItsByte) {
  std::set<char> bytes{to_byte(ServerHung{}), to_byte(IdentityTaken{})};
  for (const CrashCost cost : {CrashCost::nothing, CrashCost::master, CrashCost::quick_master}) {
    const char byte = to_byte(Heartbeat{cost});
    EXPECT_TRUE(bytes.insert(byte).second) << byte;
    const auto event = event_of(byte);
    ASSERT_TRUE(event && std::holds_alternative<Heartbeat>(*event)) << byte;
    EXPECT_EQ(std::get<Heartbeat>(*event).cost, cost);
  }
}

TEST(Heartbeat, AServerThatHangsComesBackFromItsByte) {
  const auto event = event_of(to_byte(ServerHung{}));
  EXPECT_TRUE(event && std::holds_alternative<ServerHung>(*event));
}

TEST(Heartbeat, AnIdentityThatIsTakenComesBackFromItsByte) {
  const auto event = event_of(to_byte(IdentityTaken{}));
  EXPECT_TRUE(event && std::holds_alternative<IdentityTaken>(*event));
}

TEST(Heartbeat, OtherBytesAreNone) {
  for (const char byte : {'\0', ' ', 'x', '\n', '\x7f', '\xff'}) {
    EXPECT_FALSE(event_of(byte)) << static_cast<int>(byte);
  }
}

}  // namespace
}  // namespace dkr
