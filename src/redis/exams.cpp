#include "dkr/redis/exams.hpp"

#include <chrono>
#include <vector>

#include "dkr/core/doctor/exam.hpp"
#include "dkr/redis/connection.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::system_clock;

long long microseconds_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             system_clock::now().time_since_epoch())
      .count();
}

/// The prints are compared with each other only, and leave this program in no form.
std::string print_of(const std::string& password) {
  return identity_of("password " + password);
}

/// Asks for the time by a command of its own, so that nothing else delays the answer.
std::optional<ClockSight> ask_clock(Connection& connection, const std::vector<std::string>& command,
                                    TimePoint deadline) {
  const long long asked = microseconds_now();
  const auto reply = connection.ask(command, deadline);
  const long long told = reply ? time_in(*reply) : -1;
  return told < 0 ? std::nullopt : std::optional(clock_of(told, asked, microseconds_now()));
}

}  // namespace

NodeExam examine_node(const Endpoint& at, const Access& access, TimePoint deadline) {
  auto connection = Connection::open(at, access, deadline);
  if (!connection) {
    return {unanswered<NodeView>(at, connection.error())};
  }
  const auto clock = ask_clock(*connection, {"TIME"}, deadline);
  const auto replies = connection->ask_all(node_exam_queries(), deadline);
  if (!replies) {
    return {unanswered<NodeView>(at, replies.error())};
  }
  NodeExam exam = exam_of_node(at, *replies, print_of);
  exam.process.clock = clock;
  return exam;
}

SentinelExam examine_sentinel(const Endpoint& at, const Access& access, const std::string& group,
                              TimePoint deadline) {
  auto connection = Connection::open(at, access, deadline);
  if (!connection) {
    return {at, connection.error()};
  }
  const auto clock = ask_clock(*connection, {"INFO", "server"}, deadline);
  const auto replies = connection->ask_all(sentinel_exam_queries(group), deadline);
  if (!replies) {
    return {at, replies.error()};
  }
  SentinelExam exam = exam_of_sentinel(at, *replies);
  exam.process.clock = clock;
  return exam;
}

}  // namespace dkr
