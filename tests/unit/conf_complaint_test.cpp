#include "dkr/core/conf/conf_complaint.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace dkr {
namespace {

struct ComplaintRow {
  std::string what;
  std::string output;
  std::optional<std::string> complaint;
};

std::string fatal(const std::string& line, const std::string& why) {
  return "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at "
         "line "
         "2\n>>> '" +
         line + "'\n" + why + "\n";
}

TEST(ConfComplaint, IsOneLineWithoutSecrets) {
  const std::string unknown = "Bad directive or wrong number of arguments";
  const std::vector<ComplaintRow> rows{
      {"a value", fatal("appendonly true", "argument must be 'yes' or 'no'"),
       "appendonly: argument must be 'yes' or 'no'"},
      {"a directive", fatal("appendoly yes", unknown), "appendoly: " + unknown},
      {"without a value", fatal("maxmemory", unknown), "maxmemory: " + unknown},
      {"an argument of Redis 7", fatal("port \"x\"", "argument couldn't be parsed into an integer"),
       "port: argument couldn't be parsed into an integer"},
      {"a password", fatal("requirepass open sesame", "wrong number of arguments"), "requirepass"},
      {"a user", fatal("user app >sesame", "Error in user declaration '>sesame'"), "user"},
      {"a file",
       "6:C 30 Nov 2026 # Fatal error, can't open config file '/x.conf': Permission denied\n",
       "can't open config file '/x.conf': Permission denied"},
      {"only the question", fatal("dkr-redis-asks yes", unknown), {}},
      {"only the question, quoted", fatal("dkr-redis-asks \"yes\"", unknown), {}},
      {"nothing", "Ready to accept connections\n", {}},
      {"cut off", "*** FATAL CONFIG FILE ERROR ***\n>>> 'port x'", {}},
      {"no output", "", {}},
  };
  for (const ComplaintRow& row : rows) {
    EXPECT_EQ(complaint_in(row.output), row.complaint) << row.what;
  }
}

}  // namespace
}  // namespace dkr
