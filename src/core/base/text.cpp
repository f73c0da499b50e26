#include "dkr/core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

namespace dkr {
namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

/// A reader over text. Check done() before every peek() and take().
struct Cursor {
  std::string_view text;
  std::size_t at = 0;

  [[nodiscard]] bool done() const { return at >= text.size(); }
  [[nodiscard]] char peek() const { return text[at]; }
  char take() { return text[at++]; }
};

bool shell_double_quoted(Cursor& in, std::string& word) {
  while (!in.done()) {
    const char c = in.take();
    if (c == '"') {
      return true;
    }
    if (c != '\\') {
      word += c;
      continue;
    }
    if (in.done()) {
      return false;
    }
    const char escaped = in.take();
    if (std::string_view("\"\\$`").find(escaped) == std::string_view::npos) {
      word += '\\';
    }
    if (escaped != '\n') {
      word += escaped;
    }
  }
  return false;
}

bool shell_single_quoted(Cursor& in, std::string& word) {
  const auto end = in.text.find('\'', in.at);
  if (end == std::string_view::npos) {
    return false;
  }
  word += in.text.substr(in.at, end - in.at);
  in.at = end + 1;
  return true;
}

/// Reads the word at the cursor. Returns false if a quote is left open or a backslash comes last.
bool shell_word(Cursor& in, std::string& word) {
  while (!in.done() && !is_blank(in.peek())) {
    const char c = in.take();
    bool closed = true;
    if (c == '\'') {
      closed = shell_single_quoted(in, word);
    } else if (c == '"') {
      closed = shell_double_quoted(in, word);
    } else if (c == '\\') {
      closed = !in.done();
      if (closed) {
        word += in.take();
      }
    } else {
      word += c;
    }
    if (!closed) {
      return false;
    }
  }
  return true;
}

char conf_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

/// Reads the XX of "\xXX"; nullopt unless two hexadecimal digits follow.
std::optional<char> conf_hex(Cursor& in) {
  if (in.at + 3 > in.text.size() || in.peek() != 'x') {
    return std::nullopt;
  }
  unsigned value = 0;
  const char* first = in.text.data() + in.at + 1;
  const auto [end, error] = std::from_chars(first, first + 2, value, 16);
  if (error != std::errc{} || end != first + 2) {
    return std::nullopt;
  }
  in.at += 3;
  return static_cast<char>(value);
}

/// Reads up to the closing quote. Returns false unless a blank or the end follows it, as in Redis.
bool conf_quoted(Cursor& in, char quote, std::string& word) {
  while (!in.done()) {
    const char c = in.take();
    if (c == quote) {
      return in.done() || is_blank(in.peek());
    }
    if (c != '\\' || in.done()) {
      word += c;
    } else if (quote == '"') {
      const auto byte = conf_hex(in);
      word += byte ? *byte : conf_escape(in.take());
    } else {
      word += in.peek() == '\'' ? in.take() : c;
    }
  }
  return false;
}

}  // namespace

std::optional<std::vector<std::string>> split_shell_words(std::string_view text) {
  std::vector<std::string> words;
  Cursor in{text};
  while (true) {
    while (!in.done() && is_blank(in.peek())) {
      in.take();
    }
    if (in.done()) {
      return words;
    }
    if (!shell_word(in, words.emplace_back())) {
      return std::nullopt;
    }
  }
}

std::optional<std::vector<std::string>> split_conf_line(std::string_view line) {
  std::vector<std::string> words;
  Cursor in{line};
  while (true) {
    while (!in.done() && is_blank(in.peek())) {
      in.take();
    }
    if (in.done()) {
      return words;
    }
    std::string& word = words.emplace_back();
    while (!in.done() && !is_blank(in.peek())) {
      const char c = in.take();
      if (c != '"' && c != '\'') {
        word += c;
      } else if (!conf_quoted(in, c, word)) {
        return std::nullopt;
      }
    }
  }
}

std::string quote_conf_argument(std::string_view argument) {
  const auto plain = [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '\\';
  };
  if (!argument.empty() && std::all_of(argument.begin(), argument.end(), plain)) {
    return std::string(argument);
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : argument) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (byte < ' ' || byte == 0x7f) {
      quoted += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xfU]};
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string quote_json(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr unsigned first_printable = 0x20;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < first_printable) {
      quoted += "\\u00";
      quoted += digits[code >> 4U];
      quoted += digits[code & 15U];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return result;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view ends = " \t\r\n";
  const auto first = text.find_first_not_of(ends);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(ends) - first + 1);
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string in_one_line(std::string_view lines) {
  std::string text;
  for (const char letter : trim(lines)) {
    text += letter == '\n' ? "; " : std::string(1, letter);
  }
  return text;
}

bool is_reference(std::string_view text) {
  return (text.starts_with("${") && text.find('}') == text.size() - 1) ||
         (text.starts_with("$(") && text.find(')') == text.size() - 1) ||
         (text.starts_with("{{") && text.find("}}") == text.size() - 2);
}

bool is_no_value(std::string_view text) {
  constexpr std::array<std::string_view, 9> words{
      "null", "undefined", "nil", "<nil>", "<null>", "<no value>", "(null)", "''", "\"\""};
  return is_reference(text) || std::find(words.begin(), words.end(), lower(text)) != words.end();
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

bool is_near(std::string_view word, std::string_view other) {
  constexpr std::size_t letters = 3;
  return edit_distance(word, other) <= std::max<std::size_t>(1, word.size() / letters);
}

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
  return *std::min_element(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return edit_distance(word, a) < edit_distance(word, b);
  });
}

std::optional<long long> parse_number(std::string_view text, long long least, long long most) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return std::nullopt;
  }
  return value;
}

int parse_count(std::string_view text, int otherwise) {
  return static_cast<int>(
      parse_number(text, 0, std::numeric_limits<int>::max()).value_or(otherwise));
}

std::optional<long long> parse_bytes(std::string_view text) {
  using Unit = std::pair<std::string_view, long long>;
  constexpr long long binary = 1024;
  constexpr long long decimal = 1000;
  constexpr std::array units{Unit{"", 1},
                             Unit{"b", 1},
                             Unit{"k", decimal},
                             Unit{"kb", binary},
                             Unit{"m", decimal * decimal},
                             Unit{"mb", binary * binary},
                             Unit{"g", decimal * decimal * decimal},
                             Unit{"gb", binary * binary * binary}};
  constexpr long long most = 1LL << 62;
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const auto& [name, size] : units) {
    if (name == lower(text.substr(digits))) {
      const auto number = parse_number(text.substr(0, digits), 0, most / size);
      return number ? std::optional(*number * size) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace dkr
