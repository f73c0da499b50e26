#include "dkr/core/base/screen.hpp"

#include <algorithm>
#include <string_view>

namespace dkr {
namespace {

constexpr std::size_t gap = 2;

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::warning:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[1;31m";
  }
  return "";
}

bool is_control(char c) {
  const auto code = static_cast<unsigned char>(c);
  constexpr unsigned char first_printable = 0x20;
  constexpr unsigned char last_printable = 0x7e;
  return code < first_printable || code > last_printable;
}

struct Layout {
  std::vector<std::size_t> shown;   ///< columns
  std::vector<std::size_t> widths;  ///< of all columns

  [[nodiscard]] std::size_t width() const {
    std::size_t sum = shown.empty() ? 0 : (shown.size() - 1) * gap;
    for (const std::size_t column : shown) {
      sum += widths[column];
    }
    return sum;
  }
};

Layout layout_of(const std::vector<Column>& columns, const std::vector<std::vector<Span>>& rows,
                 std::size_t width) {
  Layout layout;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t longest = 0;
    for (const auto& row : rows) {
      longest = std::max(longest, row[i].text.size());
    }
    layout.widths.push_back(std::max(longest, columns[i].title.size()));
    if (longest > 0) {
      layout.shown.push_back(i);
    }
  }
  for (std::size_t i = columns.size(); i-- > 0 && width != 0 && layout.width() > width;) {
    if (columns[i].dispensable) {
      std::erase(layout.shown, i);
    }
  }
  return layout;
}

/// Pads a cell; the last one of a line has no blanks behind it.
ScreenLine padded(const Span& cell, std::size_t width, bool right, bool last) {
  const std::string blanks(width - std::min(width, cell.text.size()), ' ');
  const std::string between(last ? 0 : gap, ' ');
  if (right) {
    return {{blanks, Tone::plain}, cell, {between, Tone::plain}};
  }
  return {cell, {(last ? "" : blanks) + between, Tone::plain}};
}

std::string two_units(long long great, const char* unit, long long small, const char* part) {
  return std::to_string(great) + unit + (small == 0 ? std::string() : std::to_string(small) + part);
}

}  // namespace

std::vector<ScreenLine> table_lines(const std::vector<Column>& columns,
                                    const std::vector<std::vector<Span>>& rows, std::size_t width) {
  const Layout layout = layout_of(columns, rows, width);
  std::vector<Span> titles;
  titles.reserve(columns.size());
  for (const Column& column : columns) {
    titles.push_back({column.title, Tone::faint});
  }
  std::vector<std::vector<Span>> all{titles};
  all.insert(all.end(), rows.begin(), rows.end());
  std::vector<ScreenLine> lines;
  for (const auto& row : all) {
    ScreenLine line;
    for (const std::size_t i : layout.shown) {
      const ScreenLine cell =
          padded(row[i], layout.widths[i], columns[i].right, i == layout.shown.back());
      line.insert(line.end(), cell.begin(), cell.end());
    }
    while (!line.empty() && line.back().text.find_first_not_of(' ') == std::string::npos) {
      line.pop_back();
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string to_text(const std::vector<ScreenLine>& lines, const ScreenForm& form) {
  std::string text;
  const bool cut = form.rows != 0 && lines.size() > form.rows;
  for (std::size_t i = 0; i < (cut ? form.rows : lines.size()); ++i) {
    const bool rest = cut && i + 1 == form.rows;
    std::size_t room = form.columns == 0 ? std::string::npos : form.columns;
    for (const Span& span : rest ? ScreenLine{{"...", Tone::faint}} : lines[i]) {
      std::string part = span.text.substr(0, room);
      std::replace_if(part.begin(), part.end(), is_control, '?');
      room -= room == std::string::npos ? 0 : part.size();
      const std::string_view code = form.colour && !part.empty() ? code_of(span.tone) : "";
      text += code;
      text += part;
      text += code.empty() ? "" : "\x1b[0m";
    }
    text += '\n';
  }
  return text;
}

std::string redrawn(const std::string& text, bool first) {
  std::string drawn = first ? "\x1b[H\x1b[2J" : "\x1b[H";
  for (const char c : text) {
    drawn += c == '\n' ? "\x1b[K\n" : std::string(1, c);
  }
  return drawn + "\x1b[J";
}

std::string short_age(std::chrono::milliseconds age) {
  constexpr long long minute = 60;
  constexpr long long hour = 60 * minute;
  constexpr long long day = 24 * hour;
  const long long all = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  if (all < minute) {
    return std::to_string(all) + "s";
  }
  if (all < hour) {
    return two_units(all / minute, "m", all % minute, "s");
  }
  return all < day ? two_units(all / hour, "h", all % hour / minute, "m")
                   : two_units(all / day, "d", all % day / hour, "h");
}

std::string short_bytes(long long bytes) {
  constexpr long long step = 1000;
  constexpr long long plain = 10'000;
  constexpr long long tenth = 10;
  if (bytes < plain) {
    return std::to_string(bytes);
  }
  constexpr std::string_view units = "kMGTPE";
  long long size = step;
  std::size_t unit = 0;
  while (bytes / size >= step && unit + 1 < units.size()) {
    size *= step;
    ++unit;
  }
  const long long tenths = bytes / (size / tenth);
  return std::to_string(tenths / tenth) + "." + std::to_string(tenths % tenth) + units[unit];
}

std::string utc_time(std::chrono::system_clock::time_point time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto two = [](auto number) {
    const std::string text = std::to_string(number);
    return text.size() < 2 ? "0" + text : text;
  };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day())) +
         "T" + two(clock.hours().count()) + ":" + two(clock.minutes().count()) + ":" +
         two(clock.seconds().count()) + "Z";
}

}  // namespace dkr
