#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/doctor/symptoms.hpp"
#include "dkr/core/view/reply.hpp"

namespace dkr {

/// Returns the commands whose replies exam_of_node() reads.
std::vector<std::vector<std::string>> node_exam_queries();

/// Turns a password into a print: the same for the same password, and not to be turned back.
using MakePrint = std::function<std::string(const std::string& password)>;

/// Parses the replies of a data node. Nothing of what it returns holds a secret.
NodeExam exam_of_node(const Endpoint& at, const std::vector<Reply>& replies,
                      const MakePrint& print);

/// Returns the commands whose replies exam_of_sentinel() reads; an empty group: of none.
std::vector<std::vector<std::string>> sentinel_exam_queries(const std::string& group);

/// Parses the replies of a sentinel.
SentinelExam exam_of_sentinel(const Endpoint& at, const std::vector<Reply>& replies);

/// Returns a clock from what a server told, in microseconds since 1970, and from our own time when
/// it was asked and when it had answered.
ClockSight clock_of(long long told, long long asked, long long answered);

/// Returns the time in microseconds since 1970 that is in a reply to TIME, or to INFO of a
/// sentinel; -1: none.
long long time_in(const Reply& reply);

}  // namespace dkr
