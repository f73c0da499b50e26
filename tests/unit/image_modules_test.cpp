#include "dkr/core/conf/image_modules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dkr {
namespace {

using Args = std::vector<std::string>;

struct ModuleRow {
  std::string what;
  Args args;
  std::string conf;
  Args expected;
  bool sentinel = false;
};

TEST(ImageModules, AreLoadedOnceByADataNode) {
  const std::string json = "/usr/local/lib/redis/modules/rejson.so";
  const std::string bloom = "/usr/local/lib/redis/modules/redisbloom.so";
  const Args load_json{"--loadmodule", json};
  const Args both{"--loadmodule", json, "--loadmodule", bloom};
  const std::vector<ModuleRow> rows{
      {"nothing is said", {}, "", both},
      {"arguments stay first",
       {"--port", "1"},
       "",
       {"--port", "1", "--loadmodule", json, "--loadmodule", bloom}},
      {"standard input stays last", {"-"}, "", {"--loadmodule", json, "--loadmodule", bloom, "-"}},
      {"the file says one", {}, "loadmodule " + bloom + "\n", load_json},
      {"with its own arguments", {}, "loadmodule " + bloom + " x 1\n", load_json},
      {"as the entrypoint writes it",
       {},
       "loadmodule /usr/local/lib/redis/modules//redisbloom.so\n",
       load_json},
      {"in capitals", {}, "LoadModule " + bloom + "\n", load_json},
      {"another module is said", {}, "loadmodule /other/rejson.so\n", both},
      {"a sentinel", {}, "", {}, true},
  };
  for (const ModuleRow& row : rows) {
    ServerCommand command{"", "", row.args, row.sentinel};
    add_modules(command, {json, bloom}, Conf(row.conf).directives());
    EXPECT_EQ(command.args, row.expected) << row.what;
  }
  ServerCommand command;
  add_modules(command, {}, {});
  EXPECT_TRUE(command.args.empty());
}

}  // namespace
}  // namespace dkr
