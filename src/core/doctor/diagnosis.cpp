#include "dkr/core/doctor/diagnosis.hpp"

#include <algorithm>

#include "dkr/core/doctor/here_diagnosis.hpp"
#include "dkr/core/doctor/nodes_diagnosis.hpp"
#include "dkr/core/doctor/sentinels_diagnosis.hpp"

namespace dkr {
namespace {

template <class Server>
bool answers(const Server& server) {
  return !server.failure;
}

bool anybody_answers(const GroupSymptoms& group) {
  const auto& [sentinels, nodes] = group.view;
  return std::any_of(sentinels.begin(), sentinels.end(), answers<SentinelView>) ||
         std::any_of(nodes.begin(), nodes.end(), answers<NodeView>);
}

}  // namespace

std::vector<Finding> diagnose(const Symptoms& symptoms) {
  std::vector<Finding> found;
  if (symptoms.here) {
    diagnose_server(*symptoms.here, symptoms.machine, found);
  } else if (std::none_of(symptoms.groups.begin(), symptoms.groups.end(), anybody_answers)) {
    found.push_back({Trouble::nobody_answers, {}});
  }
  for (const GroupSymptoms& group : symptoms.groups) {
    diagnose_sentinels(group, found);
    diagnose_nodes(group, symptoms.here, found);
  }
  diagnose_times(symptoms, found);
  std::vector<Finding> once;
  for (Finding& finding : found) {
    if (std::find(once.begin(), once.end(), finding) == once.end()) {
      once.push_back(std::move(finding));
    }
  }
  return once;
}

}  // namespace dkr
