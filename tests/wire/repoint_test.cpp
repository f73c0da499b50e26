// How real sentinels take the word of a node that it is the master.

#include "dkr/core/decide/repoint.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "dkr/core/settings/environment.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"
#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;

TimePoint soon() {
  return std::chrono::steady_clock::now() + 5s;
}

const Settings& of_group() {
  constexpr std::array<std::string_view, 1> entries{"REDIS_GROUP=g"};
  static const Settings settings = parse_settings(read_environment(entries).raw, "/")->settings;
  return settings;
}

/// What Sentinel forgets with a group, or what cannot be set while it runs.
constexpr std::array<std::string_view, 7> kept{"sentinel down-after-milliseconds g 7000",
                                               "sentinel parallel-syncs g 3",
                                               "sentinel auth-pass g s3cret",
                                               "sentinel rename-command g CONFIG CFG",
                                               "sentinel notification-script g /bin/true",
                                               "sentinel client-reconfig-script g /bin/true",
                                               "sentinel master-reboot-down-after-period g 5000"};

std::string monitoring(const Endpoint& master) {
  std::string text =
      "sentinel monitor g " + master.host + ' ' + std::to_string(master.port) + " 2\n";
  for (const std::string_view line : kept) {
    text += std::string(line) + '\n';
  }
  return text + "sentinel config-epoch g 4\nsentinel known-replica g 127.0.0.1 1\n";
}

SentinelView view_of(const SentinelServer& sentinel) {
  return ask_sentinel(sentinel.endpoint(), of_group(), soon());
}

bool knows(const SentinelServer& sentinel, std::size_t others) {
  return view_of(sentinel).sentinels.size() == others;
}

/// What a look would make of one sentinel.
Repointing one(const SentinelServer& sentinel, bool to_forget = false) {
  const SentinelView view = view_of(sentinel);
  return {view.at, view.sentinels.empty() ? KnownServer{} : view.sentinels.front(), to_forget};
}

std::string tell(const Repointing& whom, const Endpoint& master, std::uint64_t epoch = 5) {
  return repoint(whom, of_group(), master, epoch, soon());
}

void expect_settings(const SentinelServer& sentinel, const Endpoint& master) {
  const std::string now = sentinel.configuration();
  for (const std::string_view line : kept) {
    EXPECT_NE(now.find(line), std::string::npos) << line << " of\n" << now;
  }
  EXPECT_NE(now.find("sentinel monitor g 127.0.0.1 " + std::to_string(master.port) + " 2\n"),
            std::string::npos)
      << now;
}

TEST(Repoint, SentinelsKeepTheirSettingsAndTeachOneThatReturns) {
  const RedisServer before;
  const RedisServer after;
  std::array<SentinelServer, 3> all{SentinelServer(monitoring(before.endpoint())),
                                    SentinelServer(monitoring(before.endpoint())),
                                    SentinelServer(monitoring(before.endpoint()))};
  for (const SentinelServer& sentinel : all) {
    ASSERT_TRUE(wait_until([&] { return knows(sentinel, 2); }));
  }
  all[2].stop();
  for (std::size_t which = 0; which < 2; ++which) {
    EXPECT_EQ(tell(one(all.at(which)), after.endpoint()), "OK");
    EXPECT_EQ(view_of(all.at(which)).master, after.endpoint());
    EXPECT_EQ(view_of(all.at(which)).config_epoch, 5U);
  }
  all[2].start();
  EXPECT_TRUE(wait_until([&] { return view_of(all[2]).master == after.endpoint(); }));
  for (const SentinelServer& sentinel : all) {
    expect_settings(sentinel, after.endpoint());
    EXPECT_TRUE(knows(sentinel, 2));
    EXPECT_EQ(view_of(sentinel).replicas.size(), 2U) << "the old master, and the one that it knew";
  }
}

TEST(Repoint, ASentinelThatKnowsNoOtherKnowsNoneAfterIt) {
  const RedisServer after;
  SentinelServer sentinel(monitoring({"127.0.0.1", free_port()}));
  EXPECT_EQ(tell(one(sentinel), after.endpoint()), "OK");
  expect_settings(sentinel, after.endpoint());
  EXPECT_TRUE(knows(sentinel, 0));
  EXPECT_EQ(view_of(sentinel).replicas.size(), 2U);
  sentinel.stop();
  sentinel.start();
  EXPECT_TRUE(knows(sentinel, 0)) << sentinel.configuration();
}

TEST(Repoint, ItForgetsServersOnlyIfItIsTold) {
  const RedisServer after;
  SentinelServer sentinel(monitoring({"127.0.0.1", free_port()}));
  EXPECT_EQ(tell(one(sentinel, true), after.endpoint()), "OK");
  EXPECT_TRUE(view_of(sentinel).replicas.empty());
  sentinel.stop();
  sentinel.start();
  EXPECT_TRUE(view_of(sentinel).replicas.empty());
  expect_settings(sentinel, after.endpoint());
}

TEST(Repoint, ANameThatItCannotLookUpChangesNothing) {
  const Endpoint old{"127.0.0.1", free_port()};
  for (const bool resolves : {false, true}) {
    const SentinelServer sentinel((resolves ? "sentinel resolve-hostnames yes\n" : "") +
                                  monitoring(old));
    const auto answer = tell(one(sentinel), {"no-such-name.invalid", 6379});
    EXPECT_EQ(answer, "ERR Invalid IP address or hostname specified");
    const SentinelView view = view_of(sentinel);
    EXPECT_EQ(view.master, old);
    EXPECT_EQ(view.config_epoch, 4U);
    expect_settings(sentinel, old);
    EXPECT_EQ(sentinel.configuration().find("trial"), std::string::npos);
    EXPECT_EQ(tell(one(sentinel), {"localhost", 7}), resolves ? "OK" : answer);
    EXPECT_EQ(sentinel.configuration().find("trial"), std::string::npos);
  }
}

TEST(Repoint, WhatIsNotTakenIsSaid) {
  const Endpoint old{"127.0.0.1", free_port()};
  const SentinelServer sentinel(monitoring(old));
  const Endpoint other{"127.0.0.1", 7};
  EXPECT_EQ(tell(one(sentinel), other, 4), "it still names " + to_string(old));
  EXPECT_EQ(tell(one(sentinel), other), "OK");
  EXPECT_EQ(tell(one(sentinel), other), "OK") << "it was told already";
  const SentinelServer empty("");
  EXPECT_EQ(tell(one(empty), other), "it does not know the group");
  EXPECT_EQ(empty.configuration().find("monitor"), std::string::npos);
}

TEST(Repoint, ASentinelThatForgotTheGroupTakesTheSettingsOfAnother) {
  const RedisServer master;
  const SentinelServer other(monitoring(master.endpoint()));
  const SentinelServer sentinel("");
  const auto remind = [&](const Endpoint& named) {
    return start_monitoring(sentinel.endpoint(), other.endpoint(), of_group(), named, soon());
  };
  EXPECT_EQ(remind({"no-such-name.invalid", 1}), "ERR Invalid IP address or hostname specified");
  EXPECT_FALSE(view_of(sentinel).knows_group);
  EXPECT_EQ(remind(master.endpoint()), "OK");
  const SentinelView view = view_of(sentinel);
  EXPECT_EQ(view.master, master.endpoint());
  EXPECT_EQ(view.quorum, 2);
  EXPECT_EQ(view.down_after, 7000ms);
  EXPECT_NE(sentinel.configuration().find("sentinel parallel-syncs g 3"), std::string::npos);
  EXPECT_EQ(remind(master.endpoint()), "ERR Duplicate master name.") << "somebody else was faster";
  EXPECT_TRUE(wait_until([&] { return view_of(sentinel).config_epoch == 4; }));
}

}  // namespace
}  // namespace dkr::test
