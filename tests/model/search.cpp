#include "search.hpp"

#include <array>
#include <random>
#include <string>

namespace dkr::model {
namespace {

constexpr Tick first_moment = 4;
constexpr std::array<Tick, 8> distances{1, 2, 4, 7, 12, 18, 24, 48};

constexpr std::array<const char*, 23> group_lines{
    "nodes=3 sentinels=3",
    "nodes=2 sentinels=3",
    "nodes=3 sentinels=3 keeps=rdb",
    "nodes=3 sentinels=3 names=yes",
    "nodes=3 sentinels=3 peers=no",
    "nodes=3 sentinels=3 backup=yes",
    "nodes=2 sentinels=3 backup=yes",
    "nodes=3 sentinels=3 second-address=yes",
    "nodes=3 sentinels=3 keeps=slow-aof",
    "nodes=3 sentinels=3 big=yes",
    "nodes=2 sentinels=3 keeps=rdb backup=yes",
    "nodes=3 sentinels=3 sentinel-volumes=no",
    "nodes=3 sentinels=3 notes=no",
    "nodes=3 sentinels=3 down-after=1",
    "nodes=3 sentinels=5 quorum=3",
    "nodes=2 sentinels=1 quorum=1",
    "nodes=2 sentinels=3 down-after=10 epoch=1",
    "nodes=2 sentinels=3 big=yes",
    "nodes=3 sentinels=3 down-after=10",
    "nodes=3 sentinels=3 seeds=1",
    "nodes=3 sentinels=3 preferred=yes",
    "nodes=3 sentinels=3 plain=yes",
    "nodes=3 sentinels=3 min-replicas=1",
};

/// In a group that lacks one of the hosts a line is left out.
constexpr std::array<const char*, 73> fault_lines{
    "cut m | * for 25",
    "cut m s1 | * for 25",
    "cut m s1 | * for 60",
    "cut m r2 s1 | * for 25",
    "cut m r1 s1 | * for 25",
    "cut r1 | * for 25",
    "cut r1 s2 | * for 25",
    "cut m | r1 r2 for 25",
    "cut r2 | m r1 for 90",
    "cut r1 | m for 25",
    "cut s1 | * for 25",
    "cut m | s1 s2 s3 for 5",
    "block s1 s2 s3 > m for 25",
    "block s1 s2 s3 > m for 5",
    "block m > s1 s2 s3 for 25",
    "block r2 > m r1 for 25",
    "kill m for 1",
    "kill m for 12",
    "kill m for 30",
    "kill r1 for 3",
    "kill r1 for 20",
    "kill s1 for 3",
    "kill s3 for 20",
    "kill m s1 for 12",
    "kill s2 s3 for 12",
    "kill m s2 s3 for 6",
    "kill s1 s2 s3 for 5",
    "power * for 4",
    "power * for 12",
    "power m r1 r2 for 3",
    "power m r1 for 3",
    "power m for 2",
    "lose m for 2",
    "lose m for 12",
    "lose r1 for 1",
    "lose r2 for 1",
    "crash m",
    "crash r1",
    "stop m for 1",
    "stop m for 15",
    "stop r1 for 1",
    "stop r1 for 15",
    "stop m r1 r2 for 3",
    "watcher m",
    "hang m for 3",
    "hang m for 8",
    "hang r1 for 8",
    "failover s1",
    "reset s1",
    "reset s2",
    "move m for 3",
    "move m for 12",
    "move r1 for 3",
    "move r2 for 3",
    "rollback m for 2",
    "rollback r1 for 2",
    "clone m > r1 for 2",
    "clone m > r2 for 2",
    "foreign r1 for 2",
    "drain for 20",
    "save m",
    "save r1",
    "dns m for 25",
    "dns s1 s2 s3 for 25",
    "volume m for 30",
    "password r2 for 60",
    "locked m for 40",
    "vote",
    "kill m for 3",
    "kill m for 90",
    "block s1 s2 s3 > m for 9.5",
    "move m for 1",
    "tilt s1 for 30",
};

Schedule in_group(const Parameters& parameters, std::vector<Fault> faults) {
  Schedule schedule;
  schedule.parameters = parameters;
  schedule.faults = std::move(faults);
  return schedule;
}

Fault later(Fault fault, Tick by) {
  fault.at += by;
  return fault;
}

}  // namespace

const std::vector<Parameters>& groups() {
  static const std::vector<Parameters> all = [] {
    std::vector<Parameters> made;
    for (const char* line : group_lines) {
      made.push_back(parse_parameters(line).value());
    }
    return made;
  }();
  return all;
}

std::vector<Fault> faults_of(const Parameters& parameters) {
  std::vector<Fault> all;
  for (const char* line : fault_lines) {
    const auto parsed =
        parse_schedule("group " + to_text(parameters) + "\n0.0 " + std::string(line) + "\n");
    if (parsed) {
      all.push_back(later(parsed->faults.front(), first_moment));
    }
  }
  return all;
}

void visit_singles(const Visit& visit) {
  for (const Parameters& group : groups()) {
    for (const Fault& fault : faults_of(group)) {
      if (!visit(in_group(group, {fault})) || !visit(in_group(group, {later(fault, 1)}))) {
        return;
      }
    }
  }
}

bool is_faulty(const Parameters& group) {
  return group.keeping == Keeping::slow_aof || !group.volumes || !group.notes ||
         group.sentinels < 3 || group.plain;
}

void visit_pairs(const Parameters& group, const Visit& visit) {
  const auto faults = faults_of(group);
  for (const Fault& one : faults) {
    for (const Fault& other : faults) {
      for (const Tick distance : distances) {
        if (!visit(in_group(group, {one, later(other, distance)}))) {
          return;
        }
      }
    }
  }
}

void visit_triples(unsigned seed, const Visit& visit) {
  std::mt19937 random(seed);
  const auto pick = [&](const auto& all) { return all[random() % all.size()]; };
  while (true) {
    const Parameters group = pick(groups());
    const auto faults = faults_of(group);
    const Tick second_at = pick(distances);
    const Tick third_at = second_at + pick(distances);
    if (!visit(in_group(group, {pick(faults), later(pick(faults), second_at),
                                later(pick(faults), third_at)}))) {
      return;
    }
  }
}

}  // namespace dkr::model
