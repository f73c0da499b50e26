#include "parameters.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <variant>

#include "dkr/core/base/text.hpp"

namespace dkr::model {
namespace {

constexpr long long most = 60;
constexpr std::array<std::string_view, 3> keeping_names{"aof", "slow-aof", "rdb"};

/// A row of the header: its name, and where the value is.
struct Row {
  std::string_view name;
  std::variant<Index Parameters::*, int Parameters::*, bool Parameters::*, Keeping Parameters::*>
      value;
};

constexpr std::array<Row, 18> rows{{{"nodes", &Parameters::nodes},
                                    {"sentinels", &Parameters::sentinels},
                                    {"quorum", &Parameters::quorum},
                                    {"down-after", &Parameters::down_after},
                                    {"epoch", &Parameters::epoch},
                                    {"keeps", &Parameters::keeping},
                                    {"names", &Parameters::names},
                                    {"peers", &Parameters::peers},
                                    {"backup", &Parameters::backup},
                                    {"preferred", &Parameters::preferred},
                                    {"plain", &Parameters::plain},
                                    {"min-replicas", &Parameters::min_replicas},
                                    {"seeds", &Parameters::seeds},
                                    {"second-address", &Parameters::second_address},
                                    {"big", &Parameters::big},
                                    {"sentinel-volumes", &Parameters::volumes},
                                    {"notes", &Parameters::notes},
                                    {"refuses", &Parameters::refuses}}};

std::string text_of(Index value) {
  return std::to_string(value);
}
std::string text_of(int value) {
  return std::to_string(value);
}
std::string text_of(bool value) {
  return value ? "yes" : "no";
}
std::string text_of(Keeping value) {
  return std::string(keeping_names.at(static_cast<Index>(value)));
}

bool read(std::string_view text, Index& to) {
  const auto number = parse_number(text, 1, most);
  to = static_cast<Index>(number.value_or(0));
  return number.has_value();
}
bool read(std::string_view text, int& to) {
  const auto number = parse_number(text, 0, most);
  to = static_cast<int>(number.value_or(0));
  return number.has_value();
}
bool read(std::string_view text, bool& to) {
  to = text == "yes";
  return to || text == "no";
}
bool read(std::string_view text, Keeping& to) {
  const auto* const found = std::find(keeping_names.begin(), keeping_names.end(), text);
  to = static_cast<Keeping>(found - keeping_names.begin());
  return found != keeping_names.end();
}

bool take(Parameters& parameters, const std::string& word) {
  const auto equals = word.find('=');
  const auto* const row = std::find_if(
      rows.begin(), rows.end(), [&](const Row& one) { return one.name == word.substr(0, equals); });
  return row != rows.end() && equals != std::string::npos &&
         std::visit([&](auto member) { return read(word.substr(equals + 1), parameters.*member); },
                    row->value);
}

}  // namespace

bool is_such(const Parameters& group, const Parameters& kind) {
  const Parameters usual;
  return std::all_of(rows.begin(), rows.end(), [&](const Row& row) {
    return std::visit(
        [&](auto member) { return kind.*member == usual.*member || kind.*member == group.*member; },
        row.value);
  });
}

std::string to_text(const Parameters& parameters) {
  const Parameters usual;
  std::string line;
  for (const Row& row : rows) {
    std::visit(
        [&](auto member) {
          const bool always = row.name == "nodes" || row.name == "sentinels";
          if (always || parameters.*member != usual.*member) {
            line += (line.empty() ? "" : " ") + std::string(row.name) + "=" +
                    text_of(parameters.*member);
          }
        },
        row.value);
  }
  return line;
}

std::optional<Parameters> parse_parameters(std::string_view line) {
  Parameters parameters;
  std::istringstream words{std::string(line)};
  for (std::string word; words >> word;) {
    if (!take(parameters, word)) {
      return std::nullopt;
    }
  }
  const bool fits = parameters.nodes <= 3 && parameters.sentinels <= 5;
  return fits ? std::optional(parameters) : std::nullopt;
}

}  // namespace dkr::model
