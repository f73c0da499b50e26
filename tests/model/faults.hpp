#pragma once

#include <span>
#include <string_view>

#include "world.hpp"

namespace dkr::model {

/// Hosts as bits.
using Hosts = unsigned;

/// What a fault is about.
enum class Target {
  nothing,
  node,      ///< data nodes
  sentinel,  ///< sentinels
  hosts,     ///< of either kind
  sides,     ///< two groups of hosts
};

struct Fault {
  Index kind = 0;  ///< in fault_kinds()
  Tick at = 0;
  Hosts first = 0;
  Hosts second = 0;  ///< the other side
  Tick lasts = 0;    ///< 0: it is over at once

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// A row of the table of faults.
struct FaultKind {
  std::string_view name;
  std::string_view between;  ///< what stands between two sides
  Target target;
  bool lasts;
  std::string_view meaning;
  void (*begin)(World&, const Fault&);
  void (*end)(World&, const Fault&);  ///< null: nothing has to be undone
};

std::span<const FaultKind> fault_kinds();
Index fault_named(std::string_view name);

/// All hosts of a world.
Hosts everybody(const Parameters& parameters);

}  // namespace dkr::model
