#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/role.hpp"
#include "views.hpp"

// Rows of the decision on the role of a data node at its start.
namespace dkr {

inline const Endpoint nobody{};

struct RoleRow {
  std::string what;
  LocalData local;
  GroupView view;
  RoleAction action;
  RoleReason reason;
  Endpoint server = nobody;
  std::chrono::milliseconds waited{0};
  std::vector<Endpoint> set_master = {};
  std::vector<Endpoint> peers = {};
  Sequel sequel = Sequel::leave;
};

inline void expect(const std::vector<RoleRow>& rows, const Settings& settings = usual()) {
  for (const RoleRow& row : rows) {
    const RoleDecision decision = decide_role(
        settings, row.local, row.view, {{me}, row.set_master, row.peers, row.waited, row.sequel});
    EXPECT_EQ(decision.action, row.action) << row.what;
    EXPECT_EQ(decision.reason, row.reason) << row.what << ": " << describe(decision);
    EXPECT_EQ(decision.server, row.server) << row.what;
  }
}

}  // namespace dkr
