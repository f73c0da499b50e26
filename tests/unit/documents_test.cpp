#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/doctor/finding.hpp"
#include "dkr/core/health/health_format.hpp"
#include "dkr/core/settings/settings_table.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using Names = std::set<std::string>;

std::string whole(const std::string& page) {
  std::ifstream file(std::string(DKR_PAGES) + page);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What a cell of a table names: its `words`, or itself where there are none.
Names names_in(const std::string& cell) {
  Names names;
  for (auto begin = cell.find('`'); begin != std::string::npos;) {
    const auto end = cell.find('`', begin + 1);
    names.insert(cell.substr(begin + 1, end - begin - 1));
    begin = cell.find('`', end + 1);
  }
  return names.empty() ? Names{cell} : names;
}

/// What the first column names, in the table of a page that has this header.
Names first_column(const std::string& page, const std::string& header) {
  Names names;
  std::istringstream lines(whole(page));
  std::string line;
  bool inside = false;
  while (std::getline(lines, line)) {
    if (inside && line.starts_with("| ")) {
      names.merge(names_in(line.substr(2, line.find(" | ") - 2)));
    }
    inside = line.starts_with("|") && (inside || line == header);
  }
  return names;
}

/// The text with % where it names this server.
std::string with_placeholder(std::string text, const Endpoint& server) {
  const std::string name = to_string(server);
  const auto at = text.find(name);
  return at == std::string::npos ? text : text.replace(at, name.size(), "%");
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

/// The table of what `doctor` finds, a row a trouble.
std::string troubles_markdown() {
  std::string rows = "| finding | severity | what is wrong | what helps |\n|---|---|---|---|\n";
  for (const TroubleText& text : trouble_texts()) {
    std::string sentence;
    for (const char one : text.sentence) {
      sentence += one == '%' ? std::string("...") : std::string(1, one);
    }
    rows += "| `" + std::string(text.name) + "` | " + std::string(name_of(text.severity)) + " | " +
            sentence + " | " + std::string(text.cure) + " |\n";
  }
  return rows;
}

/// The metrics of every kind of server.
Names all_metrics() {
  HealthView replica_of_group;
  replica_of_group.kind = HealthView::Kind::node;
  replica_of_group.node = replica(a, b);
  replica_of_group.heard = TimePoint{};
  replica_of_group.lag = 1;
  replica_of_group.group = "redis";
  HealthView sentinel;
  sentinel.kind = HealthView::Kind::sentinel;
  sentinel.groups = {{"redis", a, true, true, "", 1, 1, 1}};
  HealthSite site;
  site.version = "1";
  std::istringstream text(health_metrics(site, replica_of_group, TimePoint{}) +
                          health_metrics(site, sentinel, TimePoint{}));
  Names names;
  for (std::string word; text >> word;) {
    if (word == "HELP" && text >> word) {
      names.insert(word);
    }
  }
  return names;
}

TEST(Documents, HoldTheTableOfSettings) {
  EXPECT_NE(whole("settings.md").find(settings_markdown()), std::string::npos)
      << "docker/settings.md should hold this table:\n"
      << settings_markdown();
}

TEST(Documents, HoldEachCaseOfTheRoleAndNoOther) {
  Names sentences;
  for (const RoleCaseText& text : role_case_texts()) {
    sentences.emplace(text.sentence);
  }
  EXPECT_EQ(first_column("behaviour.md", "| what it finds | at its start | while it runs |"),
            sentences);
}

TEST(Documents, HoldEachReasonOfTheFenceAndNoOther) {
  Names reasons;
  for (int i = 0; i <= static_cast<int>(last_of(FenceReason{})); ++i) {
    reasons.insert(describe(static_cast<FenceReason>(i)));
  }
  EXPECT_EQ(first_column("behaviour.md", "| reason | when |"), reasons);
}

TEST(Documents, HoldEachReasonOfASentinelAndNoOther) {
  Names reasons;
  for (int i = 0; i <= static_cast<int>(last_of(MasterReason{})); ++i) {
    reasons.insert(with_placeholder(describe({{}, static_cast<MasterReason>(i), a}), a));
  }
  EXPECT_EQ(first_column("behaviour.md", "| reason | what happens |"), reasons);
}

TEST(Documents, HoldEachObstacleOfAHandover) {
  const std::string page = whole("behaviour.md");
  for (int i = 1; i <= static_cast<int>(last_of(HandoverObstacle{})); ++i) {
    const HandoverPlan plan{static_cast<HandoverObstacle>(i), a, a, {}, {}};
    const std::string row = "| `no handover: " + with_placeholder(describe(plan), a) + "` |";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
}

TEST(Documents, HoldTheTableOfTroubles) {
  EXPECT_NE(whole("operations.md").find(troubles_markdown()), std::string::npos)
      << "docker/operations.md should hold this table:\n"
      << troubles_markdown();
}

TEST(Documents, HoldEachMetricAndNoOther) {
  EXPECT_EQ(first_column("health.md", "| metric | of | meaning |"), all_metrics());
}

TEST(Documents, HoldEachPageAndNoOther) {
  Names pages = first_column("health.md", "| page | 200 when | otherwise 503 |");
  EXPECT_EQ(pages, Names(health_paths.begin(), health_paths.end()));
}

TEST(Documents, HoldEachExitStatus) {
  const Names listed = first_column("settings.md", "| status | meaning |");
  for (const ExitStatus status :
       {ExitStatus::ok, ExitStatus::usage, ExitStatus::unavailable, ExitStatus::os,
        ExitStatus::config, ExitStatus::not_executable, ExitStatus::not_found}) {
    EXPECT_TRUE(listed.contains(std::to_string(static_cast<int>(status))))
        << static_cast<int>(status);
  }
  EXPECT_EQ(listed.size(), 12U) << "those, 1 and 2, the server's own, and of signals";
}

}  // namespace
}  // namespace dkr
