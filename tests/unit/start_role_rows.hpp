#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "views.hpp"

// Rows of the decision on the role of a data node at its start.
namespace dkr {

struct RoleRow {
  std::string what;
  NodeData local;
  GroupView view;
  RoleAction action;
  RoleCase::Kind kind;
  Endpoint server = nobody;
  std::chrono::milliseconds waited{0};
  std::vector<Endpoint> set_master = {};
  std::vector<Endpoint> peers = {};
  AfterEnd after_end = AfterEnd::leave;
  StartMemory learned = {};
};

inline void expect(const std::vector<RoleRow>& rows, const Settings& settings = usual()) {
  for (const RoleRow& row : rows) {
    RoleInputs inputs{{me}, row.set_master, row.peers, row.waited, row.after_end};
    inputs.learned = row.learned;
    const RoleDecision decision = decide_start_role({settings, row.local, row.view, inputs});
    EXPECT_EQ(decision.action, row.action) << row.what;
    EXPECT_EQ(decision.found.kind, row.kind) << row.what << ": " << describe(decision);
    EXPECT_EQ(decision.found.server, row.server) << row.what;
  }
}

}  // namespace dkr
