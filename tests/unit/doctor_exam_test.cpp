// How the answers of a server that `doctor` asks are read.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/doctor/amounts.hpp"
#include "dkr/core/doctor/exam.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;

Reply said(const std::string& words) {
  return {Reply::Kind::text, words, 0, {}};
}

Reply refusal(const std::string& words) {
  return {Reply::Kind::error, words, 0, {}};
}

Reply list(const std::vector<std::string>& words) {
  Reply all;
  all.kind = Reply::Kind::list;
  for (const std::string& word : words) {
    all.items.push_back(said(word));
  }
  return all;
}

const Endpoint at{"10.0.0.1", 6379};
const std::string info =
    "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n"
    "process_id:12\r\nrun_id:abc\r\nconfig_file:/data/redis.conf\r\n# Memory\r\n"
    "used_memory_rss:1048576\r\n# Persistence\r\nrdb_last_bgsave_status:ok\r\n"
    "aof_last_bgrewrite_status:err\r\naof_base_size:500\r\n# Replication\r\nrole:master\r\n";

std::string marked(const std::string& password) {
  return "<" + std::to_string(password.size()) + ">";
}

/// The default user, with these flags.
Reply default_user(const std::vector<std::string>& flags) {
  Reply user = list({"flags", "", "passwords", ""});
  user.items[1] = list(flags);
  return user;
}

/// All commands, but for the second.
Reply commands() {
  Reply all;
  all.kind = Reply::Kind::list;
  for (std::size_t i = 2; i < node_exam_queries().back().size(); ++i) {
    all.items.push_back(i == 3 ? Reply{} : list({"name"}));
  }
  return all;
}

TEST(NodeExam, IsWhatTheAnswersSay) {
  const Reply conf =
      list({"requirepass", "secret", "primaryauth", "other secret", "maxmemory", "100",
            "tcp-backlog", "511", "disable-thp", "yes", "min-replicas-to-write", "1",
            "min-replicas-max-lag", "10", "replica-announce-ip", "redis-1"});
  const NodeExam exam =
      exam_of_node(at, {said(info), conf, default_user({"on"}), commands()}, marked);
  EXPECT_FALSE(exam.view.failure);
  EXPECT_EQ(exam.view.announced, (Endpoint{"redis-1", 6379}));
  EXPECT_EQ(exam.process.run_id, "abc");
  EXPECT_EQ(exam.process.pid, 12);
  EXPECT_EQ(exam.process.conf_file, "/data/redis.conf");
  EXPECT_TRUE(exam.process.version.valkey);
  EXPECT_EQ(exam.process.version.major, 8);
  EXPECT_EQ(exam.process.version.minor, 1);
  EXPECT_EQ(exam.unknown, std::vector<std::string>{"CONFIG"});
  EXPECT_EQ(exam.used, 1 << 20);
  EXPECT_EQ(exam.base_size, 500);
  EXPECT_TRUE(exam.save_failed);
  ASSERT_TRUE(exam.conf);
  EXPECT_TRUE(exam.conf->passwords.wanted);
  EXPECT_EQ(exam.conf->passwords.own, "<6>");
  EXPECT_EQ(exam.conf->passwords.master, "<12>");
  EXPECT_EQ(exam.conf->limits, (MinReplicas{1, 10}));
  EXPECT_EQ(exam.conf->maxmemory, 100);
  EXPECT_EQ(exam.conf->backlog, 511);
  EXPECT_TRUE(exam.conf->shuns_huge_pages);
  EXPECT_EQ(encode(exam).find("secret"), std::string::npos);
  ASSERT_TRUE(decode<NodeExam>(encode(exam)));
  EXPECT_EQ(decode<NodeExam>(encode(exam))->process.pid, 12);
}

TEST(NodeExam, ANodeThatTellsNothingOfItsSettingsIsExaminedWithout) {
  const NodeExam renamed = exam_of_node(
      at, {said(info), refusal("ERR unknown command 'CONFIG'"), {}, commands()}, marked);
  EXPECT_FALSE(renamed.conf);
  EXPECT_EQ(renamed.denied, "");
  const NodeExam denied =
      exam_of_node(at, {said(info), refusal("NOPERM no permission"), {}, {}}, marked);
  EXPECT_EQ(denied.denied, "NOPERM no permission");
  EXPECT_TRUE(denied.unknown.empty());
  EXPECT_TRUE(exam_of_node(at, {refusal("NOAUTH"), {}, {}, {}}, marked).view.failure);
  EXPECT_TRUE(exam_of_node(at, {}, marked).view.failure);
}

TEST(NodeExam, APasswordIsWantedUnlessTheDefaultUserNeedsNone) {
  const auto wanted = [](const Reply& user, const std::string& own) {
    const NodeExam exam =
        exam_of_node(at, {said(info), list({"requirepass", own}), user, {}}, marked);
    return exam.conf->passwords.wanted;
  };
  EXPECT_FALSE(wanted(default_user({"on", "nopass"}), ""));
  EXPECT_TRUE(wanted(default_user({"on"}), ""));
  EXPECT_TRUE(wanted(default_user({"off"}), ""));
  EXPECT_TRUE(wanted(refusal("ERR unknown command"), "secret"));
  EXPECT_FALSE(wanted(refusal("ERR unknown command"), ""));
}

TEST(SentinelExam, IsWhatTheAnswersSay) {
  const SentinelExam exam = exam_of_sentinel(
      at, {said("run_id:abc\r\nprocess_id:3\r\nredis_version:7.0.15\r\n"),
           list({"name", "redis", "failover-timeout", "20000", "parallel-syncs", "1"})});
  EXPECT_FALSE(exam.failure);
  EXPECT_EQ(exam.process.run_id, "abc");
  EXPECT_EQ(exam.process.version.minor, 0);
  EXPECT_EQ(exam.failover_timeout, milliseconds(20'000));
  EXPECT_EQ(exam.parallel_syncs, 1);
  EXPECT_TRUE(exam_of_sentinel(at, {refusal("NOAUTH"), refusal("NOAUTH")}).failure);
  ASSERT_TRUE(decode<SentinelExam>(encode(exam)));
}

TEST(Clock, IsReadFromTimeAndFromInfo) {
  EXPECT_EQ(time_in(list({"1700000000", "250"})), 1'700'000'000'000'250);
  EXPECT_EQ(time_in(said("# Server\r\nserver_time_usec:1700000000000250\r\n")),
            1'700'000'000'000'250);
  EXPECT_EQ(time_in(said("# Server\r\n")), -1);
  EXPECT_EQ(time_in(refusal("ERR")), -1);
  const ClockSight clock = clock_of(5'000'000, 1'000'000, 1'200'000);
  EXPECT_EQ(clock.ahead, milliseconds(3900));
  EXPECT_EQ(clock.doubt, milliseconds(200));
}

TEST(Amounts, AreToldToAPerson) {
  EXPECT_EQ(time_text(milliseconds(800)), "800 ms");
  EXPECT_EQ(time_text(milliseconds(2500)), "2.5 s");
  EXPECT_EQ(time_text(milliseconds(60'000)), "60 s");
  EXPECT_EQ(bytes_text(512), "512 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KB");
  EXPECT_EQ(bytes_text(3LL << 30), "3 GB");
}

}  // namespace
}  // namespace dkr
