#include "dkr/core/view/fleet_view.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/view/pause.hpp"

namespace dkr {
namespace {

GroupOption* quorum_in(std::vector<GroupOption>& options) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [](const auto& option) { return option.name == "quorum"; });
  return found == options.end() ? nullptr : &*found;
}

}  // namespace

std::vector<SeenGroup> seen_groups(const Reply& masters) {
  std::vector<SeenGroup> groups;
  for (const Reply& fields : masters.items) {
    SeenGroup group;
    group.name = field(fields, "name");
    group.master = {canonical_host(field(fields, "ip")),
                    parse_port(field(fields, "port")).value_or(0)};
    group.flags = ServerFlags(field(fields, "flags"));
    group.epoch = static_cast<std::uint64_t>(parse_count(field(fields, "config-epoch"), 0));
    group.sentinels = parse_count(field(fields, "num-other-sentinels"), 0) + 1;
    group.replicas = parse_count(field(fields, "num-slaves"), 0);
    for (const GroupOptionSpec& spec : group_option_specs()) {
      if (spec.told) {
        group.options.push_back({std::string(spec.name), field(fields, spec.name)});
      }
    }
    if (GroupOption* quorum = quorum_in(group.options)) {
      const Quorum has = quorum_in(parse_count(quorum->value, 0));
      group.paused_until = has.paused_until;
      quorum->value = has.paused_until == WallTime{} ? quorum->value : std::to_string(has.own);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

void add_untold(std::vector<SeenGroup>& groups, const std::vector<Directive>& sentinel_conf) {
  std::map<std::pair<std::string, std::string>, std::string> said;  // by option and group
  for (const auto& [name, values] : sentinel_conf) {
    if (name == "sentinel" && values.size() == 3) {
      said[{lower(values[0]), values[1]}] = values[2];
    }
  }
  for (SeenGroup& group : groups) {
    for (const GroupOptionSpec& spec : group_option_specs()) {
      const std::string name(spec.name);
      const auto found = said.find({name, group.name});
      if (!spec.told) {
        const std::string none = spec.kind == GroupOptionSpec::Kind::number ? "0" : "";
        group.options.push_back({name, found == said.end() ? none : found->second});
      }
    }
  }
}

}  // namespace dkr
