#include "dkr/core/init/heartbeat.hpp"

#include <cstddef>
#include <string_view>

namespace dkr {
namespace {

/// One letter for each CrashCost, in order.
constexpr std::string_view costs = ".mq";
constexpr char hung_byte = 'h';
constexpr char taken_byte = 'i';

}  // namespace

char to_byte(const Heartbeat& heartbeat) noexcept {
  return costs[static_cast<std::size_t>(heartbeat.cost)];
}

char to_byte(const ServerHung& /*hung*/) noexcept {
  return hung_byte;
}

char to_byte(const IdentityTaken& /*taken*/) noexcept {
  return taken_byte;
}

std::optional<Event> event_of(char byte) noexcept {
  if (byte == hung_byte) {
    return ServerHung{};
  }
  if (byte == taken_byte) {
    return IdentityTaken{};
  }
  const auto at = costs.find(byte);
  return at == std::string_view::npos ? std::nullopt
                                      : std::optional<Event>(Heartbeat{static_cast<CrashCost>(at)});
}

}  // namespace dkr
