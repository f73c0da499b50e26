#include "dkr/core/health/health_format.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/base/json.hpp"
#include "dkr/core/view/pause.hpp"

namespace dkr {
namespace {

using Kind = HealthView::Kind;
using Role = NodeView::Role;
using Label = std::pair<std::string_view, std::string_view>;

constexpr std::array probes{Probe::live, Probe::started, Probe::ready};
constexpr std::array gates{Gate::open, Gate::guarded, Gate::closed};
constexpr std::array roles{"master", "replica", "sentinel"};

std::size_t index_of(std::string_view path) {
  const auto* found = std::find(health_paths.begin(), health_paths.end(), path);
  return static_cast<std::size_t>(found - health_paths.begin());
}

std::string_view name_of(Gate gate) {
  switch (gate) {
    case Gate::open:
      return "open";
    case Gate::guarded:
      return "guarded";
    case Gate::closed:
      return "closed";
  }
  return {};
}

/// Returns the role of the server; empty if not known yet.
std::string_view role_of(const HealthView& view) {
  if (view.kind == Kind::sentinel) {
    return "sentinel";
  }
  const bool known = view.kind == Kind::node && view.node.role != Role::unknown;
  return known ? name_of(view.node.role) : std::string_view();
}

bool is_member(const HealthView& view) {
  return view.kind == Kind::node && !view.group.empty();
}

Verdict judge(const HealthSite& site, Probe probe, const HealthView& view, TimePoint now) {
  ProbeQuery query = site.limits;
  query.probe = probe;
  return judge_probe(query, view, now);
}

/// Builds metrics in the text format of Prometheus.
class Families {
 public:
  /// Begins a metric; its samples follow.
  Families& family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "dkr_redis_" + std::string(name);
    text_ += "# HELP " + name_ + ' ' + std::string(help) + "\n# TYPE " + name_ + ' ' +
             std::string(type) + '\n';
    return *this;
  }
  Families& sample(const std::string& value, const std::vector<Label>& labels = {}) {
    text_ += name_;
    for (const auto& [name, label] : labels) {
      text_ += (&label == &labels.front().second ? "{" : ",") + std::string(name) + "=\"" +
               escaped(label) + '"';
    }
    text_ += (labels.empty() ? " " : "} ") + value + '\n';
    return *this;
  }
  Families& sample(long long value, const std::vector<Label>& labels = {}) {
    return sample(std::to_string(value), labels);
  }
  void gauge(std::string_view name, long long value, std::string_view help) {
    family(name, "gauge", help).sample(value);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '\n') {
        out += "\\n";
      } else {
        out += c == '\\' || c == '"' ? std::string{'\\', c} : std::string(1, c);
      }
    }
    return out;
  }

  std::string text_;
  std::string name_;
};

void add_server(Families& to, const HealthSite& site, const HealthView& view, TimePoint now) {
  to.family("build_info", "gauge", "Version of dkr-redis.").sample(1, {{"version", site.version}});
  for (const Probe probe : probes) {
    to.gauge(name_of(probe), judge(site, probe, view, now).good ? 1 : 0,
             "Whether the probe of this name says yes.");
  }
  to.family("role", "gauge", "The role that the server has.");
  for (const char* role : roles) {
    to.sample(role == role_of(view) ? 1 : 0, {{"role", role}});
  }
  to.gauge("server_up", is_heard(view, now) ? 1 : 0, "Whether the server answers.");
  to.family("server_crashes_total", "counter", "Crashes of the server since the container began.")
      .sample(view.crashes);
  const std::chrono::duration<double> silence = now - view.alive;
  to.family("server_silence_seconds", "gauge", "Since the server answered or showed progress.")
      .sample(std::to_string(view.kind == Kind::waiting ? 0.0 : silence.count()));
}

void add_node(Families& to, const HealthView& view) {
  const NodeView& node = view.node;
  to.gauge("loading", node.loading ? 1 : 0, "Whether the server loads its data.");
  to.gauge("keys", node.keys, "Keys in all databases.");
  to.gauge("linked_replicas", node.linked_replicas, "Replicas that are linked to this server.");
  to.gauge("replication_offset_bytes", node.offset, "Place in the history of the data.");
  if (node.role == Role::replica) {
    to.gauge("link_up", node.link_up ? 1 : 0, "Whether this replica is linked to its master.");
  }
  if (node.role == Role::replica && view.lag) {
    to.gauge("replication_lag_bytes", *view.lag, "What this replica has still to get.");
  }
}

void add_member(Families& to, const HealthView& view) {
  const Standing& standing = view.standing;
  to.family("fence", "gauge", "Which writes the fence lets in.");
  for (const Gate gate : gates) {
    to.sample(view.gate == gate ? 1 : 0, {{"state", name_of(gate)}});
  }
  to.gauge("paused", view.paused_until == WallTime{} ? 0 : 1, "Whether the group is paused.");
  to.gauge("named", standing.names_me ? 1 : 0, "Whether the sentinels name this node.");
  to.gauge("sentinels_known", static_cast<long long>(standing.known), "Sentinels of the group.");
  to.gauge("sentinels_reached", static_cast<long long>(standing.reached),
           "Sentinels that answer this node.");
  to.gauge("votes_needed", static_cast<long long>(standing.needed),
           "Sentinels that a failover needs.");
}

void add_groups(Families& to, const HealthView& view) {
  using Value = long long (*)(const MonitoredGroup&);
  const auto add = [&](std::string_view name, std::string_view help, Value value) {
    to.family(name, "gauge", help);
    for (const MonitoredGroup& group : view.groups) {
      to.sample(value(group), {{"group", group.name}});
    }
  };
  add("group_master_up", "Whether this sentinel reaches the master.",
      [](const auto& group) { return group.master_up ? 1LL : 0LL; });
  add("group_paused", "Whether this sentinel is paused for the group.",
      [](const auto& group) { return group.paused_until == WallTime{} ? 0LL : 1LL; });
  add("group_can_fail_over", "Whether enough sentinels are in reach for a failover.",
      [](const auto& group) { return group.can_fail_over ? 1LL : 0LL; });
  add("group_replicas", "Replicas that this sentinel knows.",
      [](const auto& group) { return static_cast<long long>(group.replicas); });
  add("group_sentinels", "Sentinels that this one knows, and itself.",
      [](const auto& group) { return static_cast<long long>(group.sentinels); });
  add("group_quorum", "Sentinels that have to find the master down.",
      [](const auto& group) { return static_cast<long long>(group.quorum); });
}

void add_requests(Families& to, const HealthCounts& counts) {
  constexpr std::array<const char*, 3> codes{"200", "503", "other"};
  to.family("health_requests_total", "counter",
            "Requests that this process has answered, by page and status.");
  for (std::size_t page = 0; page < counts.size(); ++page) {
    for (std::size_t code = 0; code < codes.size(); ++code) {
      if (const auto number = counts.at(page).at(code); number != 0) {
        const std::string_view path = page < health_paths.size() ? health_paths.at(page) : "other";
        to.sample(static_cast<long long>(number), {{"page", path}, {"code", codes.at(code)}});
      }
    }
  }
}

/// Returns the end of a pause; null if there is none.
std::string json_of(WallTime paused_until) {
  return paused_until == WallTime{} ? "null" : quote_json(to_text(paused_until));
}

std::string json_of(const Verdict& verdict) {
  return JsonObject().yes_or_no("yes", verdict.good).text("reason", verdict.line).str();
}

std::string json_of(const MonitoredGroup& group) {
  return JsonObject()
      .text("name", group.name)
      .text("master", to_string(group.master))
      .yes_or_no("master_up", group.master_up)
      .yes_or_no("can_fail_over", group.can_fail_over)
      .text("votes", group.votes)
      .number("replicas", group.replicas)
      .number("sentinels", group.sentinels)
      .number("quorum", group.quorum)
      .raw("paused_until", json_of(group.paused_until))
      .str();
}

std::string node_json(const HealthView& view) {
  const NodeView& node = view.node;
  JsonObject object;
  object.yes_or_no("loading", node.loading).number("keys", node.keys);
  object.number("linked_replicas", node.linked_replicas).number("offset", node.offset);
  object.text("replication_id", node.replication_id);
  if (node.role == Role::replica) {
    object.text("master", to_string(node.master)).yes_or_no("link_up", node.link_up);
    object.yes_or_no("synchronizing", node.synchronizing);
    object.raw("lag_bytes", view.lag ? std::to_string(*view.lag) : "null");
  }
  return object.str();
}

std::string member_json(const HealthView& view) {
  const Standing& standing = view.standing;
  JsonObject object;
  object.text("name", view.group).text("fence", name_of(view.gate));
  object.text("fence_reason", view.gate_reason);
  object.raw("paused_until", json_of(view.paused_until));
  object.raw("master", standing.named ? quote_json(to_string(*standing.named)) : "null");
  object.yes_or_no("named", standing.names_me);
  object.number("sentinels_known", static_cast<long long>(standing.known));
  object.number("sentinels_reached", static_cast<long long>(standing.reached));
  return object.number("votes_needed", static_cast<long long>(standing.needed)).str();
}

}  // namespace

void count(HealthCounts& counts, std::string_view path, int status) {
  constexpr int good = 200;
  constexpr int bad = 503;
  const std::size_t column = status == good ? 0 : (status == bad ? 1 : 2);
  ++counts.at(index_of(path)).at(column);
}

std::string health_json(const HealthSite& site, const HealthView& view, TimePoint now) {
  JsonObject object;
  object.text("version", site.version).text("role", role_of(view));
  for (const Probe probe : probes) {
    object.raw(name_of(probe), json_of(judge(site, probe, view, now)));
  }
  object.number("crashes", view.crashes).text("failure", view.failure);
  if (view.kind == Kind::node) {
    object.raw("node", node_json(view));
  }
  if (is_member(view)) {
    object.raw("group", member_json(view));
  }
  if (view.kind == Kind::sentinel) {
    object.raw("groups", json_array(view.groups, [](const auto& group) { return json_of(group); }));
  }
  return object.str();
}

std::string health_metrics(const HealthSite& site, const HealthView& view, TimePoint now) {
  Families all;
  add_server(all, site, view, now);
  if (view.kind == Kind::node && view.heard) {
    add_node(all, view);
  }
  if (is_member(view)) {
    add_member(all, view);
  }
  if (!view.groups.empty()) {
    add_groups(all, view);
  }
  add_requests(all, site.counts);
  return all.take();
}

}  // namespace dkr
