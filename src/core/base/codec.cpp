#include "dkr/core/base/codec.hpp"

namespace dkr {

LineReader::LineReader(std::string_view line) {
  if (!line.empty() && line.find('\n') == line.size() - 1) {
    words_ = split_conf_line(line).value_or(std::vector<std::string>());
  }
}

std::optional<std::string> LineReader::word() {
  return left() == 0 ? std::nullopt : std::optional(std::move(words_[next_++]));
}

void add_word(std::string& line, std::string_view word) {
  line += (line.empty() ? "" : " ") + quote_conf_argument(word);
}

}  // namespace dkr
