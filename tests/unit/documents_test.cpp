#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "dkr/core/decide/fence.hpp"
#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

std::string whole(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The table of settings as the documents have it, a row a setting.
std::string settings_markdown() {
  std::string rows = "| name | default | meaning | accepted | since |\n|---|---|---|---|---|\n";
  for (const SettingSpec& spec : setting_specs()) {
    const std::string fallback = spec.fallback.empty() ? "unset" : std::string(spec.fallback);
    rows += "| `" + std::string(spec.name) + "` | " + fallback + " | " + std::string(spec.meaning) +
            " | " + accepted(spec) + " | " + std::string(spec.since) + " |\n";
  }
  return rows;
}

TEST(Documents, HoldTheTableOfSettings) {
  EXPECT_NE(whole(DKR_SETTINGS_PAGE).find(settings_markdown()), std::string::npos)
      << "docker/settings.md should hold this table:\n"
      << settings_markdown();
}

TEST(Documents, HoldARowForEachCaseOfTheRole) {
  const std::string page = whole(DKR_BEHAVIOUR_PAGE);
  for (const RoleCaseText& text : role_case_texts()) {
    EXPECT_NE(page.find("| `" + std::string(text.sentence) + "` | "), std::string::npos)
        << "docker/behaviour.md should hold a row for: " << text.sentence;
  }
}

TEST(Documents, HoldARowForEachReasonOfTheFence) {
  const std::string page = whole(DKR_BEHAVIOUR_PAGE);
  for (int i = 0; i <= static_cast<int>(FenceReason::cut_off); ++i) {
    const std::string reason = describe(static_cast<FenceReason>(i));
    EXPECT_NE(page.find("| `" + reason + "` | "), std::string::npos)
        << "docker/behaviour.md should hold a row for: " << reason;
  }
}

}  // namespace
}  // namespace dkr
