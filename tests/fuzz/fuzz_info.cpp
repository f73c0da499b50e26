// The answer of a data node to INFO.

#include <cstddef>
#include <cstdint>
#include <string>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/view/group_format.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/reply.hpp"
#include "dkr/core/view/votes.hpp"
#include "fuzz/must.hpp"

namespace dkr::test {
namespace {

void examine(const NodeView& node) {
  must(node.keys >= 0 && node.linked_replicas >= 0 && node.offset >= 0 && node.priority >= 0);
  must(node.aof_size >= -1 && node.changes >= -1);
  must(!node.failure == (node.role != NodeView::Role::unknown));
  const auto told = decode<NodeView>(encode(node));
  must(told && encode(*told) == encode(node));
  const GroupView view{{}, {node}};
  must(!describe(view).empty() && !to_json(view).empty());
  unasked(view, true);
  must(!describe(choose_master(view, {})).empty());
}

}  // namespace
}  // namespace dkr::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const dkr::Reply info{dkr::Reply::Kind::text, std::string(data, data + size), 0, {}};
  dkr::test::examine(dkr::node_view({"10.0.0.1", 6379}, info));
  return 0;
}
