#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/base/text.hpp"

/// The one format on the pipes between our processes: a value as one line of words, quoted as in a
/// configuration file. To take part, a struct defines fields_of(), which ties all its fields in
/// order, and an enum defines last_of(), which returns its last value. A struct may also define
/// is_valid(), which rejects values that can be read but make no sense.
namespace dkr {

/// Reads the words of a line one after another.
class LineReader {
 public:
  /// Finds no words unless `line` is exactly one whole line.
  explicit LineReader(std::string_view line);

  /// Returns the next word; nullopt if none is left.
  std::optional<std::string> word();
  [[nodiscard]] std::size_t left() const { return words_.size() - next_; }

 private:
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

/// Appends a word to a line, quoted where needed.
void add_word(std::string& line, std::string_view word);

template <class T, template <class...> class Of>
inline constexpr bool is_a = false;
template <class... Parts, template <class...> class Of>
inline constexpr bool is_a<Of<Parts...>, Of> = true;

template <class T>
void put(std::string& line, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    add_word(line, value);
  } else if constexpr (std::is_integral_v<T>) {
    add_word(line, std::to_string(value));
  } else if constexpr (std::is_enum_v<T>) {
    put(line, static_cast<int>(value));
  } else if constexpr (is_a<T, std::chrono::duration>) {
    put(line, value.count());
  } else if constexpr (is_a<T, std::chrono::time_point>) {
    put(line, value.time_since_epoch());
  } else if constexpr (is_a<T, std::vector>) {
    put(line, value.size());
    for (const auto& item : value) {
      put(line, item);
    }
  } else if constexpr (is_a<T, std::optional>) {
    put(line, value.has_value());
    if (value) {
      put(line, *value);
    }
  } else if constexpr (is_a<T, Result>) {
    put(line, static_cast<bool>(value));
    value ? put(line, *value) : put(line, value.error());
  } else {
    std::apply([&](const auto&... field) { (put(line, field), ...); }, fields_of(value));
  }
}

template <class T>
std::optional<T> take(LineReader& from);

template <class T>
std::optional<T> take_number(LineReader& from, long long least, long long most) {
  const auto word = from.word();
  const auto number = word ? parse_number(*word, least, most) : std::nullopt;
  return number ? std::optional<T>(static_cast<T>(*number)) : std::nullopt;
}

template <class T>
std::optional<T> take_integer(LineReader& from) {
  using Limits = std::numeric_limits<T>;
  constexpr auto most =
      std::min<unsigned long long>(Limits::max(), std::numeric_limits<long long>::max());
  return take_number<T>(from, static_cast<long long>(Limits::min()), static_cast<long long>(most));
}

template <class T>
std::optional<T> take_list(LineReader& from) {
  const auto count = take<std::size_t>(from);
  if (!count || *count > from.left()) {
    return std::nullopt;
  }
  T list;
  while (list.size() < *count) {
    auto item = take<typename T::value_type>(from);
    if (!item) {
      return std::nullopt;
    }
    list.push_back(std::move(*item));
  }
  return list;
}

template <class T, class... Fields>
std::optional<T> take_struct(LineReader& from, const std::tuple<const Fields&...>* /*fields*/) {
  std::tuple<std::optional<Fields>...> taken{take<Fields>(from)...};
  auto whole = std::apply(
      [](auto&... field) {
        return (field && ...) ? std::optional<T>(T{std::move(*field)...}) : std::nullopt;
      },
      taken);
  if constexpr (requires(const T& value) { is_valid(value); }) {
    return whole && is_valid(*whole) ? std::move(whole) : std::nullopt;
  }
  return whole;
}

/// Reads a presence flag, then the value if there is one. Returns nullopt if either cannot be read.
template <class T>
std::optional<T> take_optional(LineReader& from) {
  using Value = typename T::value_type;
  const auto present = take<bool>(from);
  if (!present || !*present) {
    return present ? std::optional<T>(T()) : std::nullopt;
  }
  auto value = take<Value>(from);
  return value ? std::optional<T>(std::in_place, std::move(value)) : std::nullopt;
}

template <class Value, class Why>
std::optional<Result<Value, Why>> take_result(LineReader& from,
                                              const Result<Value, Why>* /*type*/) {
  const auto good = take<bool>(from);
  if (good && *good) {
    auto value = take<Value>(from);
    return value ? std::optional<Result<Value, Why>>(std::move(*value)) : std::nullopt;
  }
  auto why = good ? take<Why>(from) : std::nullopt;
  return why ? std::optional<Result<Value, Why>>(std::move(*why)) : std::nullopt;
}

template <class T>
std::optional<T> take(LineReader& from) {
  if constexpr (std::is_same_v<T, std::string>) {
    return from.word();
  } else if constexpr (std::is_integral_v<T>) {
    return take_integer<T>(from);
  } else if constexpr (std::is_enum_v<T>) {
    return take_number<T>(from, 0, static_cast<int>(last_of(T{})));
  } else if constexpr (is_a<T, std::chrono::duration>) {
    const auto count = take<typename T::rep>(from);
    return count ? std::optional(T(*count)) : std::nullopt;
  } else if constexpr (is_a<T, std::chrono::time_point>) {
    const auto since = take<typename T::duration>(from);
    return since ? std::optional(T(*since)) : std::nullopt;
  } else if constexpr (is_a<T, std::vector>) {
    return take_list<T>(from);
  } else if constexpr (is_a<T, std::optional>) {
    return take_optional<T>(from);
  } else if constexpr (is_a<T, Result>) {
    return take_result(from, static_cast<const T*>(nullptr));
  } else {
    using Fields = decltype(fields_of(std::declval<const T&>()));
    return take_struct<T>(from, static_cast<const Fields*>(nullptr));
  }
}

/// Returns a value as one line, including the newline.
template <class T>
std::string encode(const T& value) {
  std::string line;
  put(line, value);
  return line + '\n';
}

/// Returns the value in a line that encode() wrote; nullopt unless it holds exactly one.
template <class T>
std::optional<T> decode(std::string_view line) {
  LineReader reader(line);
  auto value = take<T>(reader);
  return reader.left() == 0 ? std::move(value) : std::nullopt;
}

}  // namespace dkr
