#include "dkr/app/cli.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

using Name = OwnCommand::Name;

constexpr std::size_t help_width = 100;
constexpr std::size_t flag_column = 34;
constexpr const char* own_flags = "Flags";

constexpr const char* about_all =
    "dkr-redis: PID 1 of a Redis or Valkey container.\n\n"
    "Every setting is an environment variable, and a flag of every command but version, help and\n"
    "completion, which wins over it. A secret is also NAME_FILE, a file that holds it, and as a\n"
    "flag only that.";

constexpr const char* usage_of_all =
    "dkr-redis [SERVER] [CONF] [--directive value ...]\n"
    "                           start redis-server, valkey-server or a sentinel, as run does\n"
    "       dkr-redis COMMAND   do one of these:";

constexpr const char* exit_status_of_all =
    "Exit status: the server's own; 128+n when signal n ended it; 0 or 1 of a probe; 0 to 2 of\n"
    "doctor; 64 usage; 69 nobody answers or can take over; 71 operating system; 78 setting,\n"
    "configuration or volume; 126 not executable; 127 not found.\n\n"
    "dkr-redis COMMAND --help says more about a command. Anything else on the command line is a\n"
    "program that dkr-redis becomes: dkr-redis redis-cli, dkr-redis sh, ...";

/// The help of one command, except its flags.
struct About {
  Name name;
  const char* usage;
  const char* text;
  const char* exit_status;
};

constexpr std::array abouts{
    About{Name::run, "dkr-redis run [FLAGS] [--] [SERVER] [CONF] [--directive value ...]",
          "Starts the server (redis-server or valkey-server, or a sentinel) and stays with it:\n"
          "prepares the volume, finds the role of the node in its group, answers probes, and\n"
          "hands over before a stop. A volume without a configuration gets CONF or\n"
          "REDIS_CONF; --directive value goes to the server.",
          "the server's own; 128+n when signal n ended it; 64 usage; 69 no master in\n"
          "REDIS_BOOT_TIMEOUT_MS; 71 operating system; 78 setting, configuration or volume;\n"
          "126 not executable; 127 no server on PATH."},
    About{Name::plan, "dkr-redis plan [FLAGS] [--] [SERVER] [CONF] [--directive value ...]",
          "Prints what run would do with the same arguments, and does none of it. The group is\n"
          "asked once.",
          "0 printed; 64 usage; 71 operating system; 78 setting, configuration or volume, which\n"
          "run would refuse too; 127 no server on PATH."},
    About{Name::observe, "dkr-redis observe [FLAGS]",
          "Prints what the sentinels and data nodes of the group answer, and whether they could\n"
          "elect a leader for a failover.",
          "0 somebody answers; 69 nobody does; 64 usage; 78 setting."},
    About{Name::status, "dkr-redis status [FLAGS]",
          "Shows the group on one screen: the master and its fence, the replicas and how far they\n"
          "are behind, the sentinels and whether they agree, who would take over, and what has\n"
          "happened last. It works in any container of the group, and from one beside it. A\n"
          "sentinel of several groups shows each, or the one of --group.",
          "0 somebody answers; 69 nobody does; 64 usage; 78 setting. With --watch, what the last\n"
          "screen had."},
    About{Name::handover, "dkr-redis handover [FLAGS]",
          "Makes another node the master and loses nothing: writes wait until it has them all.\n"
          "This node stays, as its replica.",
          "0 done; 69 nobody can take over, or this node is no master; 64 usage; 78 setting."},
    About{
        Name::sentinel,
        "dkr-redis sentinel diff|apply [--file FILE] [FLAGS]\n"
        "       dkr-redis sentinel groups [FLAGS]\n"
        "       dkr-redis sentinel monitor NAME HOST PORT QUORUM [OPTION VALUE]... [FLAGS]\n"
        "       dkr-redis sentinel remove NAME [FLAGS]\n"
        "       dkr-redis sentinel prune [FLAGS]",
        "Finds all sentinels. diff shows who differs in what from REDIS_GROUPS_FILE and, where\n"
        "nothing is wanted, from most others; apply makes all as they are wanted, and shows what\n"
        "differs then. groups shows what they monitor; monitor and remove add and remove one\n"
        "group, with options as in sentinel.conf. prune makes them forget, one after another, the\n"
        "servers that are gone.",
        "0 all are in step; 1 one differs or refuses; 69 one does not answer; 64 usage;\n"
        "78 setting or file."},
    About{
        Name::pause, "dkr-redis pause [--for 30m] [--why TEXT] [FLAGS]",
        "Tells every sentinel of the group that an operator works: until that time nobody fails\n"
        "over, fences, restarts a master in place or changes a role by himself. `handover` and a\n"
        "stop still make another node the master. Again: the new end counts.",
        "0 every sentinel is paused; 69 one is not, or a failover runs; 64 usage;\n"
        "78 setting."},
    About{Name::resume, "dkr-redis resume [FLAGS]",
          "Ends a pause. A master that is down is replaced at once.",
          "0 no sentinel is paused; 69 one still is, or may be; 64 usage; 78 setting."},
    About{Name::probe, "dkr-redis probe live|ready|started [FLAGS]",
          "Says in one line whether the server in this container is live, ready or started. Asks\n"
          "the health endpoint, if there is one, else the server. The flags that PID 1 was\n"
          "started with count too.",
          "0 yes; 1 no; 64 usage; 78 setting."},
    About{
        Name::doctor, "dkr-redis doctor [FLAGS]",
        "Examines the server in this container and its group, and prints what is wrong, the worst\n"
        "first, each with its cure. Changes nothing. What may be a failover or a start under way\n"
        "is looked at twice.",
        "0 nothing, or notes only; 1 a warning; 2 an error; 64 usage; 78 setting."},
    About{Name::version, "dkr-redis version", "Prints the version of dkr-redis.", "0."},
    About{Name::help, "dkr-redis help [COMMAND]", "Prints the help of dkr-redis, or of a command.",
          "0; 64 no such command."},
    About{Name::completion, "dkr-redis completion bash",
          "Prints a completion for bash: source <(dkr-redis completion bash)",
          "0; 64 another shell."}};
static_assert(abouts.size() == own_commands.size());

const About& about(Name name) {
  return *std::find_if(abouts.begin(), abouts.end(),
                       [&](const About& one) { return one.name == name; });
}

bool takes_settings(Name name) {
  return name != Name::version && name != Name::help && name != Name::completion;
}

bool starts_server(Name name) {
  return name == Name::run || name == Name::plan;
}

std::string_view word_of(Name name) {
  return std::find_if(own_commands.begin(), own_commands.end(),
                      [&](const OwnCommandSpec& spec) { return spec.name == name; })
      ->word;
}

/// Returns the words that may follow a command; empty: none, or those of a server.
std::vector<std::string> words_after(Name name) {
  if (name == Name::probe) {
    return {"live", "ready", "started"};
  }
  if (name == Name::sentinel) {
    return {"diff", "apply", "groups", "monitor", "remove", "prune"};
  }
  if (name == Name::completion) {
    return {"bash"};
  }
  std::vector<std::string> words;
  for (const OwnCommandSpec& spec : own_commands) {
    if (name == Name::help) {
      words.emplace_back(spec.word);
    }
  }
  return words;
}

/// Breaks text into lines of at most `width`, between words.
std::string wrapped(const std::string& text, std::size_t width) {
  std::string lines;
  std::size_t used = 0;
  for (const std::string& word : CLI::detail::split(text, ' ')) {
    const bool fits = used + 1 + word.size() <= width;
    lines += (used == 0 ? "" : fits ? " " : "\n") + word;
    used = used == 0 || !fits ? word.size() : used + 1 + word.size();
  }
  return lines;
}

class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string usage) : usage_(std::move(usage)) {
    column_width(flag_column);
  }

  [[nodiscard]] std::string make_usage(const CLI::App* /*app*/,
                                       std::string /*name*/) const override {
    return "Usage: " + usage_ + "\n";
  }
  [[nodiscard]] std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(option->get_description(), help_width - flag_column);
  }
  [[nodiscard]] std::string make_group(std::string group, bool positional,
                                       std::vector<const CLI::Option*> options) const override {
    const std::string text = Formatter::make_group(std::move(group), positional, options);
    return text.substr(text.find_first_not_of('\n'));
  }
  [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                      CLI::AppFormatMode mode) const override {
    return make_usage(app, std::move(name)) + make_subcommands(app, mode) + "\n" +
           make_description(app) + "\n" + make_groups(app, mode) + "\n" + make_footer(app);
  }

 private:
  std::string usage_;
};

std::string help_of(const SettingSpec& spec) {
  std::string text = std::string(spec.name) + ". " + std::string(spec.meaning) +
                     " Accepted: " + accepted(spec) + ".";
  if (!spec.fallback.empty()) {
    text += " Default: " + std::string(spec.fallback) + ".";
  }
  return text;
}

using Texts = std::map<const SettingSpec*, std::string>;

void add_settings(CLI::App& app, Texts& texts) {
  for (const SettingSpec& spec : setting_specs()) {
    std::string& text = texts[&spec];
    CLI::Option* option =
        spec.kind == SettingKind::toggle
            ? app.add_flag(flag_of(spec), text, help_of(spec))
            : app.add_option(flag_of(spec), text, help_of(spec))->type_name("VALUE");
    option->group(std::string(title_of(spec.group)) + " settings");
  }
}

/// The parser of one command, and its result.
struct Parser {
  explicit Parser(Name name) : app(about(name).text) {
    app.formatter(std::make_shared<HelpFormatter>(about(name).usage));
    app.footer(std::string("Exit status: ") + about(name).exit_status);
    app.allow_extras();
    app.prefix_command(starts_server(name));
    app.set_help_flag("-h,--help", "Prints this help.")->group(own_flags);
    if (name == Name::observe || name == Name::status || name == Name::doctor) {
      app.add_flag("--json", line.json, "Prints JSON, for programs.")->group(own_flags);
    }
    if (name == Name::status) {
      app.add_flag("--watch", line.watch, "Shows it again every second, until Ctrl-C.")
          ->group(own_flags);
    }
    if (name == Name::sentinel) {
      app.add_option("--file", line.file, "Reads this in place of REDIS_GROUPS_FILE.")
          ->type_name("FILE")
          ->group(own_flags);
    }
    if (name == Name::pause) {
      app.add_option("--for", line.length, "How long: 90s, 30m, 2h, at most 7d. Default: 30m.")
          ->type_name("TIME")
          ->group(own_flags);
      app.add_option("--why", line.why, "The reason, which `observe` here says.")
          ->type_name("TEXT")
          ->group(own_flags);
    }
    if (name == Name::probe) {
      app.add_option("--role", line.role, "Says no unless the server has this role.")
          ->type_name("master|replica")
          ->group(own_flags);
    }
    if (!words_after(name).empty()) {
      app.add_option("WORD", line.word)->group("");
    }
    if (takes_settings(name)) {
      add_settings(app, texts);
    }
  }

  CommandLine line;
  Texts texts;
  CLI::App app;
};

std::vector<std::string> flags_of(const CLI::App& app, bool only_with_value) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (!only_with_value || option->get_items_expected_min() > 0) {
        flags.push_back("--" + name);
      }
    }
  }
  return flags;
}

/// Returns what is wrong with a word that must not be there; empty if nothing is.
std::string complaint(const Parser& parser, Name name) {
  if (parser.line.rest.empty()) {
    return "";
  }
  const std::string& word = parser.line.rest.front();
  if (!word.starts_with('-')) {
    return starts_server(name) || name == Name::sentinel
               ? ""
               : word + ": " + std::string(word_of(name)) + " takes flags only";
  }
  const std::string flag = word.substr(0, word.find('='));
  const std::string other = nearest(flag, flags_of(parser.app, false));
  return word + ": no such flag" + (is_near(flag, other) ? " (did you mean " + other + "?)" : "") +
         (starts_server(name) ? "; the server's own arguments follow `--`" : "");
}

}  // namespace

Result<CommandLine> parse_command_line(const OwnCommand& command) {
  const std::vector<std::string>& args = command.rest;
  const auto end_of_flags = std::find(args.begin(), args.end(), "--");
  const std::string advice = "; see dkr-redis " + std::string(word_of(command.name)) + " --help";
  Parser parser(command.name);
  CommandLine& line = parser.line;
  try {
    parser.app.parse(
        std::vector<std::string>(std::make_reverse_iterator(end_of_flags), args.rend()));
  } catch (const CLI::CallForHelp&) {
    line.help = true;
    return std::move(line);
  } catch (const CLI::Error& error) {
    return Error{ExitStatus::usage, error.what() + advice};
  }
  line.rest = parser.app.remaining();
  if (const auto wrong = complaint(parser, command.name); !wrong.empty()) {
    return Error{ExitStatus::usage, wrong + advice};
  }
  for (const auto& [spec, text] : parser.texts) {
    if (parser.app.count(flag_of(*spec)) > 0) {
      line.flags[spec] = spec->kind == SettingKind::secret ? RawSetting{"", Origin::flag, text}
                                                           : RawSetting{text, Origin::flag};
    }
  }
  if (end_of_flags != args.end()) {
    line.rest.insert(line.rest.end(), end_of_flags + 1, args.end());
  }
  return std::move(line);
}

std::string help_text() {
  CLI::App app(about_all);
  app.formatter(std::make_shared<HelpFormatter>(usage_of_all));
  app.footer(exit_status_of_all);
  app.set_help_flag();
  for (const OwnCommandSpec& spec : own_commands) {
    app.add_subcommand(std::string(spec.word), std::string(spec.summary))->group("Commands");
  }
  Texts texts;
  add_settings(app, texts);
  return app.help();
}

std::string help_text(Name name) {
  return Parser(name).app.help();
}

std::string suggest_command(std::string_view word) {
  const std::string other = nearest(word, words_after(Name::help));
  return is_near(word, other) ? "; did you mean \"" + other + "\"?" : "";
}

Choices choices_of(Name name) {
  const Parser parser(name);
  return {words_after(name), flags_of(parser.app, false), flags_of(parser.app, true)};
}

}  // namespace dkr
