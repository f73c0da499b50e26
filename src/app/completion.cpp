#include "dkr/app/completion.hpp"

#include <string_view>

#include "dkr/app/cli.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

/// bash treats the = in --flag=value as a word of its own.
constexpr const char* head = R"(_dkr_redis() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $COMP_CWORD:${COMP_WORDS[1]}:$prev in
)";

/// If nothing fits, bash completes file names.
constexpr const char* tail = R"(  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _dkr_redis dkr-redis
)";

template <class Words>
std::string joined(const Words& words, const std::string& between) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : between) + std::string(word);
  }
  return text;
}

std::string line(const std::string& pattern, const std::string& words) {
  return "    " + pattern + ") words='" + words + "' ;;\n";
}

}  // namespace

std::string bash_completion() {
  std::string first;
  std::string values = line("*:--role", "master replica");
  for (const SettingSpec& spec : setting_specs()) {
    if (spec.kind == SettingKind::choice) {
      values += line("*:" + flag_of(spec), joined(spec.choices, " "));
    }
  }
  std::string words;
  std::string flags =
      line("*:" + joined(choices_of(OwnCommand::Name::run).flags_with_value, "|*:"), "");
  for (const OwnCommandSpec& spec : own_commands) {
    const std::string command(spec.word);
    const Choices choices = choices_of(spec.name);
    first += command + " ";
    if (!choices.words.empty()) {
      words += line("2:" + command + ":*", joined(choices.words, " ") + " --help");
    }
    flags += line("*:" + command + ":*", joined(choices.flags, " "));
  }
  return head + line("1:*", first + "--help --version") + words + values + flags + tail;
}

}  // namespace dkr
