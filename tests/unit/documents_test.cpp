#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "dkr/core/settings/settings.hpp"

namespace dkr {
namespace {

std::string whole(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Documents, HoldTheTableOfSettings) {
  EXPECT_NE(whole(DKR_SETTINGS_PAGE).find(settings_markdown()), std::string::npos)
      << "docker/settings.md should hold this table:\n"
      << settings_markdown();
}

}  // namespace
}  // namespace dkr
