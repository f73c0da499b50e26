#include "dkr/core/doctor/finding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "dkr/core/base/json.hpp"
#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

using enum Trouble;
using enum Severity;

constexpr std::array<TroubleText, static_cast<std::size_t>(clocks_differ) + 1> texts{{
    {nobody_answers, error, true, "nobody-answers",
     "there is no server here, and nobody of a group answers",
     "run it in a container of the group, or give it REDIS_SENTINEL_SERVICE_HOST"},
    {server_silent, error, true, "server-silent", "the server here does not answer: %",
     "read its log; `dkr-redis probe live` says whether only a restart helps"},
    {login_refused, error, false, "login-refused", "dkr-redis cannot log in to %: %",
     "give every node of the group the same REDIS_PASSWORD, REDIS_USERNAME and "
     "REDIS_SENTINEL_PASSWORD"},
    {access_denied, error, false, "access-denied", "dkr-redis may not look at the settings of %: %",
     "let its user INFO, CONFIG, REPLICAOF and CLIENT, or give it one of its own (REDIS_USERNAME)"},
    {command_missing, error, false, "command-missing", "% has no command %",
     "take its rename-command out of the configuration; an ACL can keep others from it"},
    {without_dkr_redis, error, false, "without-dkr-redis",
     "the server here, process %, runs without dkr-redis: nothing prepares, watches or hands it "
     "over",
     "start it as `exec dkr-redis redis-server ...`"},
    {conf_not_rewritable, error, false, "conf-not-rewritable",
     "the server cannot rewrite its configuration %: %",
     "keep it in a volume that the server's user may write to, and mount a folder, not the file"},
    {volume_shared, error, true, "volume-shared", "another server uses the volume %: %",
     "stop one of the two, and give each a volume of its own"},
    {announced_unresolved, error, true, "announced-unresolved",
     "this node announces %, which has no address here: %",
     "make that name known to all containers of the group, or announce another "
     "(REDIS_ANNOUNCE_HOST)"},
    {announced_elsewhere, error, true, "announced-elsewhere",
     "this node announces %, where another server answers",
     "give each node a REDIS_ANNOUNCE_HOST and REDIS_ANNOUNCE_PORT of its own"},
    {announced_silent, warning, true, "announced-silent",
     "this node announces %, where nobody answers: %",
     "let that address lead here, from all containers of the group and from this one"},
    {masterauth_missing, error, false, "masterauth-missing",
     "% has no masterauth, and could not follow %, which wants a password",
     "set REDIS_PASSWORD on it, or `masterauth` in its configuration"},
    {masterauth_wrong, error, false, "masterauth-wrong",
     "the masterauth of % is not the password of %, which it could not follow",
     "set the same REDIS_PASSWORD on all nodes"},
    {save_failed, error, true, "save-failed", "% could not save its data the last time",
     "read its log: the disk is full, or the fork was refused"},
    {disk_full, error, false, "disk-full", "the disk of % is nearly full: % of % are free",
     "make it larger, or remove what is not needed there"},
    {disk_small, warning, false, "disk-small",
     "the disk of % has % free: too little for another file of %, as each rewrite or save makes",
     "make it larger: twice the data, and something to spare"},
    {maxmemory_above_limit, error, false, "maxmemory-above-limit",
     "maxmemory is %, and % have no more than %: the kernel kills the server first",
     "lower maxmemory, or give the container more memory"},
    {maxmemory_near_limit, warning, false, "maxmemory-near-limit",
     "maxmemory is %, which leaves too little of the % of this container for buffers, and for "
     "copies while it saves",
     "lower maxmemory to half of the limit"},
    {maxmemory_unset, warning, false, "maxmemory-unset",
     "this container may use %, and maxmemory is not set: the kernel kills the server when it has "
     "more",
     "set maxmemory to half of the limit, and choose a maxmemory-policy"},
    {memory_kills, warning, false, "memory-kills",
     "the kernel has killed % processes of this container, for lack of memory",
     "give the container more memory, or set or lower maxmemory"},
    {overcommit, warning, false, "overcommit",
     "vm.overcommit_memory is %, and the server may have %, more than half of this machine: the "
     "fork of a save may be refused",
     "set vm.overcommit_memory=1 on the machine"},
    {huge_pages, warning, false, "huge-pages",
     "the kernel gives transparent huge pages to all programs, and the server takes them: a save "
     "copies far more memory, and stalls it",
     "set `disable-thp yes`, or write madvise to /sys/kernel/mm/transparent_hugepage/enabled"},
    {backlog_cut, warning, false, "backlog-cut",
     "net.core.somaxconn is %, less than tcp-backlog %: clients that connect all at once are "
     "refused",
     "raise it: `docker run --sysctl net.core.somaxconn=...`, or in the pod's securityContext"},
    {stop_too_short, warning, false, "stop-too-short",
     "REDIS_STOP_TIMEOUT_MS is %, too short for a handover and a last save",
     "give a stop 9 s or more, and the engine some seconds more than that (docker stop -t, "
     "stop_grace_period, terminationGracePeriodSeconds)"},
    {fence_too_late, error, false, "fence-too-late",
     "REDIS_FENCE_AFTER_MS is %, and the sentinels replace a master after %: writes until then "
     "may be lost",
     "unset it: half of the time of the sentinels is then used"},
    {probe_before_failover, warning, false, "probe-before-failover",
     "a master that hangs is restarted by its liveness probe after %, and the sentinels would "
     "replace it after %: each restart keeps it the master",
     "make REDIS_DOWN_AFTER_MS shorter, or REDIS_LIVE_TIMEOUT_MS longer"},
    {paused, note, false, "paused", "the group % is paused until %: nobody replaces its master",
     "`dkr-redis resume` ends it sooner"},
    {no_sentinel, error, true, "no-sentinel",
     "no sentinel of the group % answers: nobody replaces its master",
     "start the sentinels, or correct REDIS_SENTINEL_SERVICE_HOST"},
    {masters_differ, error, true, "masters-differ",
     "the sentinels of % disagree: one names %, another %",
     "see that they reach each other; if it stays so, their logs say why"},
    {two_masters, error, true, "two-masters", "the group % has two masters, % and %",
     "look for one that runs without dkr-redis, or without REDIS_SENTINEL_SERVICE_HOST"},
    {master_silent, error, true, "master-silent", "the master of %, %, does not answer: %",
     "start it, or wait for the failover; without one, read the log of a sentinel"},
    {master_unseen, error, true, "master-unseen",
     "sentinel % counts the master % as down, which answers here",
     "give the sentinel the password of the data nodes, and a way to that address"},
    {writes_refused, error, true, "writes-refused",
     "the master % refuses writes: its fence is closed", "`dkr-redis probe ready` there says why"},
    {no_majority, error, true, "no-majority",
     "only % of the % sentinels that are known to % answer, and a failover needs %",
     "start them; let the others forget those that are gone for good (dkr-redis sentinel prune)"},
    {quorum_too_high, error, false, "quorum-too-high",
     "the quorum of % is %, more than its sentinels, which are %: no failover is possible",
     "set it to more than half of the sentinels (REDIS_QUORUM)"},
    {quorum_of_one, warning, false, "quorum-of-one",
     "the quorum of % is 1 of %: one sentinel with a bad network starts failovers that nothing "
     "needs",
     "set it to more than half of the sentinels (REDIS_QUORUM)"},
    {too_few_sentinels, warning, false, "too-few-sentinels",
     "the sentinels of % are %: when one fails, no failover is possible",
     "run three, on three machines"},
    {even_sentinels, note, false, "even-sentinels",
     "the sentinels of % are %, and survive the loss of no more than % would",
     "run one more, or one less"},
    {sentinel_silent, warning, true, "sentinel-silent", "sentinel % of % does not answer: %",
     "start it; if it is gone for good, let the others forget it (dkr-redis sentinel prune)"},
    {sentinel_without_group, warning, true, "sentinel-without-group",
     "sentinel % does not know the group %",
     "give it the group's name (REDIS_GROUP), and start it"},
    {sentinel_tilts, warning, true, "sentinel-tilts",
     "sentinel % only observes for now (TILT): its clock or its process stood still",
     "give it a processor of its own, and its machine a clock that does not jump"},
    {sentinels_differ, warning, true, "sentinels-differ",
     "the sentinels of % have different settings: % is %",
     "give all of them the same settings, and start them again"},
    {down_after_short, warning, false, "down-after-short",
     "the sentinels of % replace a master after %: one PING that is late is enough",
     "set REDIS_DOWN_AFTER_MS to 3000 or more"},
    {failover_timeout_short, warning, false, "failover-timeout-short",
     "the sentinels of % give a failover up after %, less than an election may take",
     "set REDIS_FAILOVER_TIMEOUT to 10000 or more"},
    {node_silent, warning, true, "node-silent", "node % of % does not answer: %",
     "start it; if it is gone for good, let the sentinels forget it (dkr-redis sentinel prune)"},
    {replica_unlinked, warning, true, "replica-unlinked", "replica % has no link to its master %",
     "read its log: the network, the password or the version of the server"},
    {no_successor, warning, true, "no-successor",
     "no replica can take over from the master of %, %",
     "run another data node, with a replica-priority above 0"},
    {min_replicas, warning, false, "min-replicas",
     "min-replicas-to-write of % is %, in a group of % data nodes: the loss of one stops all "
     "writes",
     "run one more data node, or leave the writes to the fence (min-replicas-to-write 0)"},
    {cannot_follow, error, false, "cannot-follow",
     "% is % and cannot follow the master %, which is %",
     "run one version in all nodes; upgrade the replicas first, and the master last"},
    {cannot_follow_later, warning, false, "cannot-follow-later",
     "% is % and could not follow %, which is %, once that is the master",
     "end the upgrade: run one version in all nodes"},
    {clocks_differ, warning, true, "clocks-differ", "the clock of % differs by % from that of %",
     "run a time service on each machine: keys expire by the clock, earlier on one than on "
     "another"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (static_cast<std::size_t>(texts.at(i).what) != i || texts.at(i).cure.empty()) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "each trouble has its texts at its place");

std::string filled(std::string_view text, const std::vector<std::string>& details) {
  std::string all;
  auto next = details.begin();
  for (const char one : text) {
    if (one == '%' && next != details.end()) {
      all += *next++;
    } else {
      all += one;
    }
  }
  return all;
}

Severity severity_of(const Finding& finding) {
  return text_of(finding.what).severity;
}

std::vector<Finding> worst_first(std::vector<Finding> findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return severity_of(a) > severity_of(b);
  });
  return findings;
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case note:
      return "note";
    case warning:
      return "warning";
    case error:
      return "error";
  }
  return {};
}

std::span<const TroubleText> trouble_texts() {
  return texts;
}

const TroubleText& text_of(Trouble what) {
  return texts.at(static_cast<std::size_t>(what));
}

std::string sentence_of(const Finding& finding) {
  return filled(text_of(finding.what).sentence, finding.details);
}

std::string cure_of(const Finding& finding) {
  return std::string(text_of(finding.what).cure);
}

std::vector<Finding> lasting(const std::vector<Finding>& before, std::vector<Finding> last) {
  std::erase_if(last, [&](const Finding& finding) {
    const auto is_same = [&](const Finding& other) {
      return other.what == finding.what &&
             (other.details.empty() || other.details.front() == finding.details.front());
    };
    return text_of(finding.what).passes && std::none_of(before.begin(), before.end(), is_same);
  });
  return last;
}

bool may_pass(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return text_of(finding.what).passes; });
}

std::string describe(const std::vector<Finding>& findings, const std::vector<std::string>& unseen) {
  std::string text;
  for (const Finding& finding : worst_first(findings)) {
    text += std::string(name_of(severity_of(finding))) + ": " + sentence_of(finding) + "\n  " +
            cure_of(finding) + "\n";
  }
  text += findings.empty() ? "nothing found\n" : "";
  for (const std::string& one : unseen) {
    text += (&one == &unseen.front() ? "not examined: " : "; ") + one;
  }
  return text + (unseen.empty() ? "" : "\n");
}

std::string to_json(const std::vector<Finding>& findings, const std::vector<std::string>& unseen) {
  const std::string list = json_array(worst_first(findings), [](const Finding& finding) {
    return JsonObject()
        .text("severity", name_of(severity_of(finding)))
        .text("finding", text_of(finding.what).name)
        .text("sentence", sentence_of(finding))
        .text("cure", cure_of(finding))
        .str();
  });
  return JsonObject()
      .raw("findings", list)
      .raw("unseen", json_array(unseen, [](const std::string& one) { return quote_json(one); }))
      .str();
}

int status_of(const std::vector<Finding>& findings) {
  int worst = 0;
  for (const Finding& finding : findings) {
    worst = std::max(worst, static_cast<int>(severity_of(finding)));
  }
  return worst;
}

}  // namespace dkr
