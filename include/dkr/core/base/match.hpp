#pragma once

#include <cstddef>
#include <type_traits>
#include <variant>

namespace dkr {

/// Calls the visitor with the value that the variant holds. A visitor that misses an alternative
/// does not compile. Unlike std::visit it throws nothing of its own, because it accepts only
/// variants that always hold a value.
template <std::size_t index = 0, class Visitor, class... Alternatives>
auto match(const std::variant<Alternatives...>& variant, const Visitor& visitor) noexcept(
    (std::is_nothrow_invocable_v<const Visitor&, const Alternatives&> && ...)) {
  static_assert((std::is_trivially_copyable_v<Alternatives> && ...), "it always holds a value");
  if constexpr (index + 1 < sizeof...(Alternatives)) {
    if (variant.index() != index) {
      return match<index + 1>(variant, visitor);
    }
  }
  return visitor(*std::get_if<index>(&variant));
}

}  // namespace dkr
