// What a server sends, from the bytes on: as replies to the questions to sentinels, five from each,
// and as those to CONFIG GET.

#include <hiredis.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/core/view/group_format.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/votes.hpp"
#include "dkr/redis/resp.hpp"
#include "fuzz/must.hpp"

namespace dkr::test {
namespace {

constexpr std::size_t questions = 6;
/// What one read() brings: a reply comes in parts.
constexpr std::size_t part = 500;

struct Free {
  void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
  void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};

/// The replies that a connection gives out before it breaks.
std::vector<Reply> received(std::string_view bytes) {
  const std::unique_ptr<redisReader, Free> reader(redisReaderCreate());
  bound(*reader);
  std::vector<Reply> replies;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(part, bytes.size()))) {
    redisReaderFeed(reader.get(), bytes.data(), std::min(part, bytes.size()));
    void* reply = nullptr;
    while (redisReaderGetReply(reader.get(), &reply) == REDIS_OK && reply != nullptr) {
      const std::unique_ptr<redisReply, Free> owned(static_cast<redisReply*>(reply));
      replies.push_back(converted(*owned));
    }
  }
  return replies;
}

/// What the sentinels say that send these replies; the last one breaks off.
GroupView view_of(const std::vector<Reply>& replies) {
  GroupView view;
  for (std::size_t begin = 0; begin <= replies.size(); begin += questions) {
    const std::size_t end = std::min(begin + questions, replies.size());
    const std::vector<Reply> answers(replies.begin() + static_cast<std::ptrdiff_t>(begin),
                                     replies.begin() + static_cast<std::ptrdiff_t>(end));
    const Endpoint at{"10.0.0.9", static_cast<std::uint16_t>(1 + begin / questions)};
    view.sentinels.push_back(sentinel_view(at, answers));
    // The same, by way of a child.
    const auto told = decode<SentinelView>(encode(view.sentinels.back()));
    must(told && to_json({{*told}, {}}) == to_json({{view.sentinels.back()}, {}}));
  }
  return view;
}

void examine(const GroupView& view) {
  must(!describe(view).empty() && !to_json(view).empty());
  const Votes votes = votes_of(view);
  constexpr std::size_t greatest_quorum = std::numeric_limits<int>::max();
  must(votes.gone.size() <= votes.known &&
       votes.needed <= std::max(votes.known + 1, greatest_quorum));
  for (const SentinelView& sentinel : view.sentinels) {
    must(sentinel.quorum >= 0 && sentinel.silence.count() >= 0 && sentinel.down_after.count() >= 0);
    must(sentinel.knows_group == !sentinel.master.host.empty());
  }
  unasked(view, true);
  const Endpoint master = named_by_majority(view).value_or(Endpoint{"10.0.0.1", 6379});
  must(master.port == 0 || decode<MonitorSeed>(encode(seed_of(master, view, "ab"))).has_value());
  must(!describe(choose_master(view, {})).empty());
  must(!describe(plan_handover(view, {master})).empty());
}

/// A master that has just heard all of them.
void fence(const GroupView& view) {
  const TimePoint now = std::chrono::steady_clock::now();
  FenceView known;
  known.own.role = NodeView::Role::master;
  for (const SentinelView& sentinel : view.sentinels) {
    known.sentinels.push_back({sentinel, now});
  }
  const Endpoint me = view.sentinels.front().master;
  static const Settings settings = parse_settings({}, "/")->settings;
  must(settings.fence.value && !describe(judge_fence(settings, known, {me}, now).reason).empty());
}

}  // namespace
}  // namespace dkr::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkr;
  const auto replies = test::received({reinterpret_cast<const char*>(data), size});
  for (const Reply& reply : replies) {
    min_replicas_in(reply);
    announced_in(reply, 6379);
  }
  const GroupView view = test::view_of(replies);
  test::examine(view);
  test::fence(view);
  return 0;
}
