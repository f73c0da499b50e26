#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "run.hpp"

namespace dkr::model {

/// The groups that are searched.
const std::vector<Parameters>& groups();

/// Every fault that the search tries in a group, at its first moment.
std::vector<Fault> faults_of(const Parameters& parameters);

/// Takes a schedule; false: that is enough.
using Visit = std::function<bool(const Schedule&)>;

/// All schedules of one fault, at two moments, in every group.
void visit_singles(const Visit& visit);
/// True if a group has a fault for good: its disks do not keep up, its sentinels forget everything
/// when they end or are too few, its notes cannot be written, or nobody watches over one of its
/// nodes. One more makes two.
bool is_faulty(const Parameters& group);
/// All of two faults at several distances in one group.
void visit_pairs(const Parameters& group, const Visit& visit);
/// Some of three faults, the same ones for the same seed; without an end.
void visit_triples(unsigned seed, const Visit& visit);

}  // namespace dkr::model
