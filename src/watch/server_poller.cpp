#include "dkr/watch/server_poller.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dkr/core/decide/debug_text.hpp"
#include "dkr/core/decide/handover_plan.hpp"

namespace dkr {
namespace {

constexpr const char* to_write_name = "min-replicas-to-write";
constexpr const char* max_lag_name = "min-replicas-max-lag";

/// True if COMMAND INFO does not know the one command that it was asked about.
bool is_unknown_command(const Reply& info) {
  return info.kind == Reply::Kind::list && info.items.size() == 1 && info.items[0].items.empty();
}

}  // namespace

ServerPoller::ServerPoller(event_base& loop, const OwnServer& server, std::function<void()> changed)
    : changed_(std::move(changed)), link_(loop, server.at, server.access) {
  view_.at = server.at;
}

void ServerPoller::poll(TimePoint now, std::chrono::milliseconds limit) {
  link_.poll({{"INFO"}, {"CONFIG", "GET", "min-replicas-*"}}, now, limit,
             [this](const std::vector<Reply>& replies) {
               if (replies.empty()) {
                 failure_ = link_.failure().text;
                 objects_ = is_objection(link_.failure());
               }
               if (!replies.empty() || link_.failure().kind == Failure::Kind::refused_by_server) {
                 spoke_ = link_.polled();
               }
               if (!replies.empty()) {
                 read(replies);
                 changed_();
               }
               changes_.trace([&] {
                 return "the server: " + (failure_.empty() ? debug_text(view_) : failure_);
               });
             });
}

void ServerPoller::read(const std::vector<Reply>& replies) {
  NodeView view = node_view(view_.at, replies[0]);
  limits_.reset();
  objects_ = view.failure && is_objection(*view.failure);
  if (view.failure) {
    failure_ = view.failure->text;
    return;
  }
  view_ = std::move(view);
  heard_ = link_.polled();
  limits_ = min_replicas_in(replies[1]);
  failure_ = limits_ ? "" : "CONFIG GET: " + replies[1].text;
}

void ServerPoller::examine(const std::function<void(const std::string& complaint)>& tell) {
  const auto lag = std::to_string(limits_.value_or(MinReplicas{}).max_lag);
  link_.ask({{"CONFIG", "SET", max_lag_name, lag},
             {"CLIENT", "PAUSE", "0", "WRITE"},
             {"COMMAND", "INFO", "REPLICAOF"}},
            [tell](const std::vector<Reply>& replies) {
              constexpr std::array<const char*, 3> commands{"CONFIG SET", "CLIENT PAUSE WRITE",
                                                            "COMMAND"};
              for (std::size_t i = 0; i < replies.size(); ++i) {
                if (replies[i].kind == Reply::Kind::error && !lacks_write_pause(replies[i])) {
                  tell(std::string(commands.at(i)) + ": " + replies[i].text);
                }
              }
              if (replies.size() == 3 && is_unknown_command(replies[2])) {
                tell("REPLICAOF: it has no such command");
              }
            });
}

void ServerPoller::set_limits(const MinReplicas& limits, bool keep,
                              const std::function<void(bool)>& done) {
  std::vector<std::vector<std::string>> commands{
      {"CONFIG", "SET", max_lag_name, std::to_string(limits.max_lag)},
      {"CONFIG", "SET", to_write_name, std::to_string(limits.to_write)}};
  if (refuse_all(limits)) {
    // The value that shows that the limits are not the user's is set first, and restored last.
    std::swap(commands[0], commands[1]);
  }
  if (keep) {
    commands.push_back({"CONFIG", "REWRITE"});
  }
  link_.ask(commands, [this, limits, done](const std::vector<Reply>& replies) {
    if (replies.empty()) {
      return done(false);
    }
    const auto refused = std::find_if(replies.begin(), replies.begin() + 2, [](const Reply& reply) {
      return reply.kind == Reply::Kind::error;
    });
    if (refused == replies.begin() + 2) {
      limits_ = limits;
      return done(true);
    }
    failure_ = "CONFIG SET: " + refused->text;
    done(false);
  });
}

}  // namespace dkr
