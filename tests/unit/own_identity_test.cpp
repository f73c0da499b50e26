#include "dkr/core/decide/own_identity.hpp"

#include <gtest/gtest.h>

#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

constexpr TimePoint start{};
const Endpoint a{"10.0.0.1", 26379};
const Endpoint b{"10.0.0.2", 26379};
const Endpoint c{"10.0.0.3", 26379};
const std::string id(40, 'a');

TEST(Hello, IsReadAsSentinelsWriteIt) {
  const auto hello = parse_hello("10.0.0.1,26379," + id + ",3,redis,10.0.0.9,6379,2");
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->from, a);
  EXPECT_EQ(hello->id, id);
  const auto six = parse_hello("fd00:0::1,7," + id + ",0,redis,fd00::2,6379,0");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->from, (Endpoint{"fd00::1", 7}));
}

TEST(Hello, OfAnotherFormIsNone) {
  const std::string good = "10.0.0.1,26379," + id + ",3,redis,10.0.0.9,6379,2";
  for (const std::string& text :
       {std::string(), std::string("x"), good + ",1", good.substr(0, good.rfind(',')),
        "10.0.0.1,70000," + id + ",3,redis,10.0.0.9,6379,2",
        "a b,26379," + id + ",3,redis,10.0.0.9,6379,2",
        std::string("10.0.0.1,26379,,3,redis,10.0.0.9,6379,2"),
        std::string("10.0.0.1,26379,xyz,3,redis,10.0.0.9,6379,2"), std::string(100, ',')}) {
    EXPECT_FALSE(parse_hello(text)) << text;
  }
}

TEST(Identity, IsOursWhileOneAddressSaysHello) {
  IdentityEar ear;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ear.hear(a, {a}, start + i * sentinel_hello_interval), IdentityOwner::ours);
  }
  EXPECT_EQ(ear.hear(b, {a, b}, start + 5 * sentinel_hello_interval), IdentityOwner::ours)
      << "the address has changed";
  EXPECT_EQ(ear.hear(b, {a, b}, start + 6 * sentinel_hello_interval), IdentityOwner::ours);
  EXPECT_EQ(ear.hear(a, {a, b}, start + 6 * sentinel_hello_interval + hello_memory),
            IdentityOwner::ours)
      << "and has changed back, much later";
}

/// Two sentinels say hello in turn; returns what the one at `me` finds at each.
std::vector<IdentityOwner> found(const std::vector<Endpoint>& me,
                                 const std::vector<Endpoint>& heard) {
  IdentityEar ear;
  std::vector<IdentityOwner> all;
  TimePoint now = start;
  for (const Endpoint& from : heard) {
    all.push_back(ear.hear(from, me, now += 1s));
  }
  return all;
}

TEST(Identity, IsGivenUpByOneOfTwo) {
  using enum IdentityOwner;
  const std::vector<Endpoint> heard{a, b, a, b};
  EXPECT_EQ(found({a}, heard), (std::vector{ours, ours, disputed, disputed}));
  EXPECT_EQ(found({b}, heard), (std::vector{ours, ours, theirs, theirs}));
  EXPECT_EQ(found({c}, heard), (std::vector{ours, ours, theirs, theirs}))
      << "who does not know its own address cannot tell that it is the first";
  EXPECT_EQ(found({a}, {a, b, c, a, b, c}),
            (std::vector{ours, ours, ours, disputed, disputed, disputed}));
  EXPECT_EQ(found({c}, {a, b, c, a, b, c}),
            (std::vector{ours, ours, ours, theirs, theirs, theirs}));
}

TEST(Identity, IsGivenUpInTheEndIfTheOtherOneDoesNot) {
  IdentityEar ear;
  IdentityOwner last = IdentityOwner::ours;
  int seconds = 0;
  for (; last != IdentityOwner::theirs && seconds < 1000; ++seconds) {
    last = ear.hear(seconds % 2 == 0 ? a : b, {a}, start + seconds * 1s);
  }
  EXPECT_EQ(last, IdentityOwner::theirs);
  EXPECT_NEAR(seconds, identity_grace / 1s, 5);
  EXPECT_EQ(ear.other_than({a}), b);
  EXPECT_EQ(ear.other_than({a, b}), Endpoint{});
}

}  // namespace
}  // namespace dkr
