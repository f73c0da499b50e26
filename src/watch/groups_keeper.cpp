#include "dkr/watch/groups_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/group/groups_file.hpp"
#include "dkr/platform/atomic_file.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using Kind = GroupDifference::Kind;

GroupWishes read_wishes(const Settings& settings) {
  GroupWishes wishes;
  auto groups = settings.groups_file.given
                    ? read_groups(settings.groups_file.value)
                    : Result<std::vector<WantedGroup>>(std::vector<WantedGroup>{});
  if (!groups) {
    wishes.failure = groups.error().text;
    return wishes;
  }
  wishes.wanted = with_settings(std::move(*groups), settings);
  if (const auto conf = read_file(volume_conf_path(settings, true), Links::refused);
      conf && *conf) {
    for (const WantedGroup& group : wishes.wanted) {
      wishes.untold.push_back({group.name});
    }
    add_untold(wishes.untold, Conf(**conf).directives());
  }
  return wishes;
}

std::string print_of(const GroupWishes& wishes) {
  return std::to_string(std::hash<std::string>{}(encode(wishes)));
}

std::string key_of(const GroupDifference& difference) {
  return difference.group + ' ' + difference.wanted.name + ' ' + difference.wanted.value;
}

}  // namespace

GroupsKeeper::GroupsKeeper(event_base& loop, const Settings& settings, Link& sentinel)
    : settings_(settings),
      is_wanted_(settings.groups_file.given || !with_settings({}, settings).empty()),
      sentinel_(sentinel),
      reader_(loop),
      finder_(loop) {}

void GroupsKeeper::read_if_due(TimePoint now) {
  reader_.end_after(watcher_job_timeout, now);
  finder_.end_after(watcher_job_timeout, now);
  if (reader_.busy() || (read_ && now - *read_ < groups_file_interval)) {
    return;
  }
  // An answer that says the same as the last is empty.
  const auto work = [this] {
    GroupWishes wishes = read_wishes(settings_);
    return print_of(wishes) == print_ ? std::optional<GroupWishes>() : std::move(wishes);
  };
  const auto done = [this](const std::optional<std::optional<GroupWishes>>& answer) {
    read_ = steady_clock::now();
    if (answer && *answer) {
      take(**answer);
    }
  };
  reader_.start(work, done, now);
}

void GroupsKeeper::take(const GroupWishes& wishes) {
  print_ = print_of(wishes);
  if (!wishes.failure.empty()) {
    log::error("no group is changed: REDIS_GROUPS_FILE=" + wishes.failure);
    return;
  }
  if (encode(wishes_.wanted) != encode(wishes.wanted)) {
    tried_.clear();
    refusals_.clear();
  }
  wishes_ = wishes;
}

std::vector<SeenGroup> GroupsKeeper::completed(std::vector<SeenGroup> seen) const {
  for (SeenGroup& group : seen) {
    if (const SeenGroup* more = find_group(wishes_.untold, group.name)) {
      group.options.insert(group.options.end(), more->options.begin(), more->options.end());
    }
  }
  return seen;
}

bool GroupsKeeper::is_due(const GroupDifference& difference, TimePoint now) {
  const auto tried = tried_.find(key_of(difference));
  return !difference.fails_over &&
         (tried == tried_.end() ||
          (difference.kind != Kind::untold && now - tried->second >= group_order_interval));
}

void GroupsKeeper::keep(const std::vector<SeenGroup>& seen, const std::optional<TimePoint>& heard,
                        TimePoint now) {
  if (!is_wanted_) {
    return;
  }
  read_if_due(now);
  if (!heard || *heard <= told_ || pending_ > 0) {
    return;
  }
  std::vector<WantedGroup> missing;
  std::map<std::string, std::vector<GroupDifference>> others;  // by group
  for (const GroupDifference& difference : differences(wishes_.wanted, completed(seen))) {
    if (!is_due(difference, now)) {
      continue;
    }
    if (difference.kind == Kind::missing) {
      missing.push_back(*find_group(wishes_.wanted, difference.group));
    } else {
      others[difference.group].push_back(difference);
    }
  }
  for (const auto& [name, some] : others) {
    set(*find_group(wishes_.wanted, name), some, now);
  }
  if (!missing.empty()) {
    find_masters(missing, now);
  }
}

void GroupsKeeper::find_masters(const std::vector<WantedGroup>& groups, TimePoint now) {
  const auto work = [this, &groups] { return find_first_masters(settings_, groups); };
  const auto done = [this](const std::optional<std::vector<FirstMaster>>& masters) {
    for (const FirstMaster& master : masters.value_or(std::vector<FirstMaster>())) {
      take(master);
    }
  };
  finder_.start(work, done, now);
}

void GroupsKeeper::take(const FirstMaster& master) {
  const GroupDifference missing{Kind::missing, master.group};
  tried_[key_of(missing)] = steady_clock::now();
  const WantedGroup* group = find_group(wishes_.wanted, master.group);
  if (group == nullptr || !group->first_master) {
    return;  // It is wanted no more.
  }
  if (master.at) {
    return monitor(*group, master);
  }
  if (std::exchange(refusals_[master.group], master.reason) != master.reason) {
    log::warn("waits for the first master of group " + master.group + ": " + master.reason);
  }
}

void GroupsKeeper::ask(const std::vector<std::vector<std::string>>& commands,
                       const Link::Answer& answer) {
  ++pending_;
  sentinel_.ask(commands, [this, answer](const std::vector<Reply>& replies) {
    --pending_;
    told_ = steady_clock::now();
    answer(replies);
  });
}

void GroupsKeeper::set(const WantedGroup& group, const std::vector<GroupDifference>& differences,
                       TimePoint now) {
  std::vector<std::vector<std::string>> commands;
  for (const GroupDifference& difference : differences) {
    tried_[key_of(difference)] = now;
    commands.push_back(commands_for(difference, group).front());
  }
  ask(commands, [this, name = group.name, differences](const std::vector<Reply>& replies) {
    std::string done;
    for (std::size_t i = 0; i < replies.size(); ++i) {
      tell_result(differences[i], replies[i], done);
    }
    if (!done.empty()) {
      log::info("told the sentinel what is wanted: group " + name + ": " + done);
    }
  });
}

void GroupsKeeper::tell_result(const GroupDifference& difference, const Reply& reply,
                               std::string& done) {
  if (reply.kind != Reply::Kind::error) {
    done += (done.empty() ? "" : "; ") + clause_of(difference);
  } else if (std::exchange(refusals_[key_of(difference)], reply.text) != reply.text) {
    log::warn("the sentinel refused what is wanted: " + describe(difference) + ": " + reply.text);
  }
}

void GroupsKeeper::monitor(const WantedGroup& group, const FirstMaster& master) {
  const GroupDifference missing{Kind::missing, group.name};
  ask(commands_for(missing, group, *master.at),
      [this, missing, master](const std::vector<Reply>& replies) {
        const auto refused = std::find_if(replies.begin(), replies.end(), [](const Reply& reply) {
          return reply.kind == Reply::Kind::error;
        });
        std::string done;
        tell_result(missing, refused == replies.end() ? Reply{} : *refused, done);
        if (!replies.empty() && !done.empty()) {
          log::info("told the sentinel what is wanted: " + describe(missing) + ", monitors " +
                    to_string(*master.at) + ", for " + master.reason);
        }
      });
}

}  // namespace dkr
