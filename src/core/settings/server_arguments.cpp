#include "dkr/core/settings/server_arguments.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

constexpr std::string_view dashes = "--";

/// Returns the words of `--name value...`; where a quote is left open, the name and the rest.
std::vector<std::string> words_in(const std::string& option) {
  const std::string_view content = std::string_view(option).substr(dashes.size());
  if (auto words = split_conf_line(content)) {
    return std::move(*words);
  }
  const auto end = std::min(content.find(' '), content.size());
  return {std::string(content.substr(0, end)), std::string(trim(content.substr(end)))};
}

/// True for a name that another directive may follow at once.
bool may_stand_alone(const std::string& option) {
  const std::string name = lower(trim(option));
  return name == "--save" || name == "--sentinel";
}

}  // namespace

std::vector<ArgumentGroup> split_server_arguments(const std::vector<std::string>& args) {
  std::vector<ArgumentGroup> groups;
  bool complete = true;
  for (const std::string& arg : args) {
    const bool from_stdin = arg == "-" && &arg == &args.back();
    const bool begins =
        arg.starts_with(dashes) && (complete || may_stand_alone(groups.back().front()));
    if (groups.empty() || begins || from_stdin) {
      groups.emplace_back();
    }
    groups.back().push_back(arg);
    complete = !begins || words_in(arg).size() > 1;
  }
  return groups;
}

std::vector<std::string> words_of(const ArgumentGroup& group) {
  if (!group.front().starts_with(dashes)) {
    return {};
  }
  std::vector<std::string> words = words_in(group.front());
  words.insert(words.end(), group.begin() + 1, group.end());
  return words;
}

}  // namespace dkr
