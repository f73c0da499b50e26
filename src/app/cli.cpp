#include "dkr/app/cli.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>

namespace dkr {
namespace {

constexpr const char* description =
    "dkr-redis: PID 1 of a Redis or Valkey container.\n\n"
    "  dkr-redis [redis-server|valkey-server] [CONF] [--directive value ...]\n"
    "                         start the server and stay with it\n"
    "  dkr-redis run [flags] [--] [the same]\n"
    "  dkr-redis plan [flags] [--] [the same]\n"
    "                         say what run would do; touch nothing\n"
    "  dkr-redis observe [flags] [--json]\n"
    "                         say what sentinels and data nodes of the group answer\n"
    "  dkr-redis handover [flags]\n"
    "                         make another node the master; lose nothing\n"
    "  dkr-redis probe live|ready|started [--role master|replica] [flags]\n"
    "                         say whether the server here is; exit code 0 or 1\n"
    "  dkr-redis version      print our version\n"
    "  dkr-redis PROGRAM ...  become another program (redis-cli, sh, ...)\n\n"
    "Every setting is an environment variable, and a flag of run, plan, observe, handover and\n"
    "probe that wins over it. A secret is also NAME_FILE, a file that holds it, and only that\n"
    "as a flag.";

constexpr const char* exit_codes =
    "Exit codes: the server's own; 128+n when signal n ended it; 0 or 1 of a probe; 64 usage;\n"
    "69 nobody answers or can take over; 71 operating system; 78 setting, configuration or\n"
    "volume; 126 not executable; 127 not found.";

using Texts = std::map<const SettingSpec*, std::string>;

std::string help_of(const SettingSpec& spec) {
  std::string text = std::string(spec.name) + ". " + std::string(spec.meaning) +
                     " Accepted: " + accepted(spec) + ".";
  if (!spec.fallback.empty()) {
    text += " Default: " + std::string(spec.fallback) + ".";
  }
  return text;
}

void add_flags(CLI::App& app, Texts& texts) {
  app.set_help_flag();
  app.prefix_command();
  app.footer(exit_codes);
  for (const SettingSpec& spec : setting_specs()) {
    std::string& text = texts[&spec];
    if (spec.kind == SettingKind::toggle) {
      app.add_flag(flag_of(spec), text, help_of(spec));
    } else {
      app.add_option(flag_of(spec), text, help_of(spec))->type_name("VALUE");
    }
  }
}

}  // namespace

Result<RunLine> parse_run_line(const std::vector<std::string>& args) {
  const auto end_of_flags = std::find(args.begin(), args.end(), "--");
  CLI::App app;
  Texts texts;
  add_flags(app, texts);
  try {
    app.parse(std::vector<std::string>(std::make_reverse_iterator(end_of_flags), args.rend()));
  } catch (const CLI::Error& error) {
    return Error{ExitCode::usage, std::string(error.what()) + "; see dkr-redis --help"};
  }
  RunLine line{{}, app.remaining()};
  if (!line.rest.empty() && line.rest.front().starts_with('-')) {
    return Error{ExitCode::usage, line.rest.front() +
                                      ": no such flag; the server's own arguments follow `--`; see "
                                      "dkr-redis --help"};
  }
  for (const SettingSpec& spec : setting_specs()) {
    if (app.count(flag_of(spec)) > 0) {
      const std::string& text = texts[&spec];
      line.flags[&spec] = spec.kind == SettingKind::secret ? RawSetting{"", Origin::flag, text}
                                                           : RawSetting{text, Origin::flag};
    }
  }
  if (end_of_flags != args.end()) {
    line.rest.insert(line.rest.end(), end_of_flags + 1, args.end());
  }
  return line;
}

std::string help_text() {
  CLI::App app(description, "dkr-redis");
  Texts texts;
  add_flags(app, texts);
  return app.help();
}

}  // namespace dkr
