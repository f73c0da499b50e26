#pragma once

#include <cstddef>
#include <variant>

namespace dkr {

/// Calls the visitor with what the variant holds. An alternative that the visitor does not take
/// does not compile. Unlike std::visit it never throws, for it takes variants that always hold a
/// value: those whose alternatives can be copied without an exception.
template <std::size_t index = 0, class Visitor, class... Alternatives>
auto match(const std::variant<Alternatives...>& variant, const Visitor& visitor) noexcept {
  if constexpr (index + 1 < sizeof...(Alternatives)) {
    if (variant.index() != index) {
      return match<index + 1>(variant, visitor);
    }
  }
  return visitor(*std::get_if<index>(&variant));
}

}  // namespace dkr
