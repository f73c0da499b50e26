#include "dkr/app/this_container.hpp"

#include <string>
#include <utility>
#include <vector>

#include "dkr/app/default_conf.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/conf/image_modules.hpp"
#include "dkr/core/conf/kept_arguments.hpp"
#include "dkr/core/conf/member_access.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/settings/settings_table.hpp"
#include "dkr/group/groups_file.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/platform/volume.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

/// Reads a file outside of the volume: as the user of the server or, where that one may not, as
/// whoever we are.
Result<std::optional<std::string>> read_given(const std::string& path) {
  auto text = read_file(path, Links::followed);
  if (text) {
    return text;
  }
  const OwnEyes eyes;
  return read_file(path, Links::followed);
}

/// Reads a file that a setting names and that must exist.
Result<std::string> required_file(Setting<std::string> Settings::*setting,
                                  const std::string& path) {
  auto text = read_given(path);
  if (!text) {
    return refused(setting, path, text.error().text + "; accepted is a readable file");
  }
  if (!*text) {
    return refused(setting, path, "no such file; accepted is a readable file");
  }
  return std::move(**text);
}

/// Takes the groups file at its usual place where it is there. One that a sentinel was given must
/// be.
Result<Done> find_groups_file(Settings& settings, bool sentinel) {
  Setting<std::string>& file = settings.groups_file;
  if (file.given && sentinel) {
    const auto text = required_file(&Settings::groups_file, file.value);
    return text ? Result<Done>(Done{}) : text.error();
  }
  const auto there = exists(file.value);
  file.given = file.given || (there && *there);
  return Done{};
}

/// Finds what a volume without a configuration starts with. A path on the command line is copied
/// where it is not used as given: for a sentinel and for a member of a group, which rewrite it.
Result<ConfSource> find_fallback(const Settings& settings, const ServerCommand& command) {
  using Home = ConfSource::Home;
  if (!command.conf_path.empty()) {
    auto text = read_given(command.conf_path);
    if (!text || !*text) {
      return Error{ExitStatus::config, command.conf_path + ": " +
                                           (text ? "no such file" : text.error().text) +
                                           "; accepted is a readable file"};
    }
    return ConfSource{Home::fallback, command.conf_path, std::move(**text)};
  }
  if (command.sentinel) {
    return ConfSource{Home::fallback, "", ""};
  }
  const std::string& fallback = settings.conf.value;
  if (!settings.conf.given) {
    if (auto there = exists(fallback); there && !*there) {
      return ConfSource{Home::fallback, "", std::string(default_conf)};
    }
  }
  auto text = required_file(&Settings::conf, fallback);
  if (!text) {
    return text.error();
  }
  return ConfSource{Home::fallback, fallback, std::move(*text)};
}

/// Returns the file that the copy in the volume may be of; nullopt if there is none.
std::optional<NamedConf> named_conf(const Settings& settings, const ServerCommand& command) {
  const bool by_path = !command.conf_path.empty();
  if (!by_path && command.sentinel) {
    return std::nullopt;
  }
  const std::string& path = by_path ? command.conf_path : settings.conf.value;
  auto text = read_file(path, Links::followed);
  return NamedConf{path, text ? std::move(*text) : std::nullopt, by_path || settings.conf.given};
}

Result<ConfSource> find_conf(const Settings& settings, const ServerCommand& command, bool member) {
  using Home = ConfSource::Home;
  if (!command.conf_path.empty() && !command.sentinel && !member) {
    // If it cannot be read, the server will say so: it reads the file as another user.
    auto text = read_file(command.conf_path, Links::followed);
    const bool known = text && *text;
    return ConfSource{Home::given, command.conf_path, known ? std::move(**text) : std::string(),
                      !known};
  }
  const std::string path = volume_conf_path(settings, command.sentinel);
  auto ours = read_file(path, Links::refused);
  if (!ours) {
    return ours.error();
  }
  return *ours ? Result<ConfSource>(ConfSource{Home::volume, path, std::move(**ours), false,
                                               named_conf(settings, command)})
               : find_fallback(settings, command);
}

/// Returns the directives of a configuration, of the user's own arguments and of the overlay.
std::vector<Directive> said_by(const ConfSource& source, const Container& container,
                               const IncludeReader& read) {
  const bool given = source.home == ConfSource::Home::given;
  Conf conf(given ? source.text : without_kept(source.text));
  for (const auto& args : {extra_arguments(container.settings), container.command.args}) {
    for (const Directive& directive : directives_of_arguments(args)) {
      conf.append(directive);
    }
  }
  conf.set_overlay(overlay_of(container.settings));
  return flatten(conf, read);
}

/// Returns the scripts of the groups that a sentinel is told of; none if that file has an error.
std::vector<Directive> scripts_of(const Container& container) {
  const auto& file = container.settings.groups_file;
  const auto groups = container.conf.sentinel && file.given
                          ? read_groups(file.value)
                          : Result<std::vector<WantedGroup>>(std::vector<WantedGroup>{});
  return groups ? script_directives(*groups) : std::vector<Directive>{};
}

/// A member is reached, and logged in to, as the others of its group do.
std::optional<OwnServer> member_server(const std::optional<Endpoint>& at,
                                       const Settings& settings) {
  return at ? std::optional(OwnServer{*at, node_access(settings)}) : std::nullopt;
}

}  // namespace

Result<Container> this_container(Settings settings, ServerCommand command) {
  auto note = read_note(settings);
  if (!note) {
    return note.error();
  }
  if (!settings.group.given && !note->group.empty()) {
    settings.group.value = note->group;
  }
  command.sentinel = command.sentinel || settings.sentinel.value;
  if (settings.overrides_file.given) {
    auto overlay = required_file(&Settings::overrides_file, settings.overrides_file.value);
    if (!overlay) {
      return overlay.error();
    }
  }
  if (auto there = find_groups_file(settings, command.sentinel); !there) {
    return there.error();
  }
  const bool member = !command.sentinel && is_member(settings, note->group);
  auto source = find_conf(settings, command, member);
  if (!source) {
    return source.error();
  }
  Container container{std::move(settings), std::move(command), std::move(*note), {}, {}, {}};
  const auto read = [&](const std::string& pattern) {
    return read_matching(absolute_path(pattern, container.settings.data_dir.value));
  };
  add_modules(container.command, programs_matching(std::string(image_modules_folder) + "/*.so"),
              said_by(*source, container, read));
  container.conf = make_server_conf(container.settings, container.command, container.note,
                                    std::move(*source), read);
  container.conf.scripts = scripts_of(container);
  if (member && !gives_password(container.settings)) {
    container.settings.password.value = told_password(container.conf);
  }
  container.server =
      own_endpoint(container.conf.effective, container.conf.sentinel, container.settings);
  container.own = member ? member_server(container.server, container.settings)
                         : own_server(container.conf, container.settings);
  return container;
}

}  // namespace dkr
