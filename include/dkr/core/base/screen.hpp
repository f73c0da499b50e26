#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace dkr {

/// How a piece of text looks where there are colours.
enum class Tone { plain, strong, faint, good, warning, bad };

struct Span {
  std::string text;
  Tone tone = Tone::plain;
};

using ScreenLine = std::vector<Span>;

/// A column of a table.
struct Column {
  std::string title;
  bool right = false;        ///< numbers stand at its right edge
  bool dispensable = false;  ///< left out where the screen is too narrow, the last such one first
};

/// Returns a table with a title line; each row has a span for each column. `width` is that of the
/// screen, 0: any. A column in which every row is empty is left out.
std::vector<ScreenLine> table_lines(const std::vector<Column>& columns,
                                    const std::vector<std::vector<Span>>& rows, std::size_t width);

/// What a screen is written for.
struct ScreenForm {
  bool colour = false;
  std::size_t columns = 0;  ///< what is beyond is cut off; 0: any
  std::size_t rows = 0;     ///< the same
};

/// Returns lines as text. Control characters, which servers may have sent, become `?`.
std::string to_text(const std::vector<ScreenLine>& lines, const ScreenForm& form);

/// Returns text for a terminal that takes the place of the one before, without a blank screen in
/// between; `first` clears the screen.
std::string redrawn(const std::string& text, bool first);

/// Returns a duration in its two greatest units: 12s, 3m12s, 2h5m, 4d3h.
std::string short_age(std::chrono::milliseconds age);

/// Returns a number of bytes in three digits or four: 512, 20.5k, 3.1M.
std::string short_bytes(long long bytes);

/// Returns a time as 2026-01-31T12:00:00Z.
std::string utc_time(std::chrono::system_clock::time_point time);

}  // namespace dkr
