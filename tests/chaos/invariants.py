"""What must hold of a group whatever is done to it: the invariants of tests/model/invariants.hpp that can
be measured. I3, what a single copy of all data drops, cannot: what it costs in the end is I1."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Sequence

import network
from group import CLIENT, ask, in_place, info
from nodes import Node, PlainNode
from probe import Probe, overlaps
from resp import Refused
from stage import Stage

MEASURED = frozenset({1, 2, 4, 5, 6, 7})
LOOK_S = 0.5
SHUT_S, ASTRAY_S, UNDECIDED_S, SERVICE_S = 3.0, 8.0, 45.0, 55.0  # patience; a look takes up to 6 s
FENCE_S = 1.0  # masters may overlap for so long and down-after, when a failover was asked for
ACTS = "failover_in_progress"  # a flag of Sentinel's
USUAL_PRIORITY = 100
PEER_WAIT_S = 20  # as the model has it
REFUSES_ALL = 2147483646  # min-replicas-to-write from which on our fence is closed, or a handover runs
Violations = dict[int, str]


@dataclass(frozen=True)
class Seen:
    """What all said at one moment; only those that answered are there."""

    infos: dict[str, dict[str, str]]
    limits: dict[str, int]
    names: dict[str, str]  # whom a Sentinel names
    flags: dict[str, list[str]]


class Observer(threading.Thread):
    """Looks at everybody twice a second. `violations` are the first of each kind."""

    def __init__(self, stage: Stage, probes: Sequence[Probe]) -> None:
        super().__init__(daemon=True)
        self.violations: Violations = {}
        self._stage = stage
        self._probes = probes
        self.foreign_until = 0.0  # when a node that takes part last had data of its own
        self._since: dict[str, float] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        network.enter(self._stage.group.network.namespace(CLIENT))
        while not self._ended.wait(LOOK_S):
            self._look(look(self._stage))

    def end(self) -> None:
        self._ended.set()
        self.join(10)

    def _look(self, seen: Seen) -> None:
        stage = self._stage
        for node in stage.data():
            foreign = stage.is_foreign(node)
            self.foreign_until = time.monotonic() if foreign else self.foreign_until
            self._hold(5, f"{node.name} refuses writes, and nothing is wrong with it", SHUT_S,
                       self._is_shut(seen, node) and (foreign or is_wanted(stage, seen, node))
                       and not lacks_all(seen, node))
            self._hold(7, f"{node.name} still waits for its role", UNDECIDED_S, _is_undecided(node))
        self._hold(6, "most sentinels name an address that nobody has", ASTRAY_S, self._is_astray(seen))
        self._hold(4, "for long nobody takes writes, though somebody could", 0, self._is_out_of_service())

    def _hold(self, invariant: int, text: str, patience_s: float, wrong: bool) -> None:
        if not wrong:
            self._since.pop(text, None)
        elif time.monotonic() - self._since.setdefault(text, time.monotonic()) > patience_s:
            self.violations.setdefault(invariant, text)

    def _is_shut(self, seen: Seen, node: Node) -> bool:
        """A node that does not tell its limits is shut when it says that it wants replicas."""
        refuses = any(probe.wants_replicas() for probe in self._probes if probe.name == node.name)
        limit = seen.limits.get(node.name, REFUSES_ALL if refuses else 0)
        return is_serving_master(seen.infos.get(node.name, {})) and limit >= REFUSES_ALL

    def _is_astray(self, seen: Seen) -> bool:
        stage = self._stage
        nobody = [name for name, host in seen.names.items()
                  if not stage.group.node_at(host) and ACTS not in seen.flags[name]]
        master = any(is_serving_master(told) and stage.is_with_most(stage.group.data[name])
                     for name, told in seen.infos.items())
        return master and 2 * len(nobody) > len(stage.group.sentinels)

    def _is_out_of_service(self) -> bool:
        stage = self._stage
        if (time.monotonic() - stage.disturbed < SERVICE_S or not stage.is_whole()
                or any(probe.is_open() for probe in self._probes)):
            return False
        running = [sentinel for sentinel in stage.group.sentinels.values() if sentinel.running]
        whole = any(node.has_server() and not stage.missing(node, list(stage.safe)) for node in stage.data())
        return whole and 2 * len(running) > len(stage.group.sentinels)


def look(stage: Stage) -> Seen:
    seen = Seen({}, {}, {}, {})
    for node in stage.data():
        with suppress(OSError, Refused):
            seen.infos[node.name] = info(node)
            seen.limits[node.name] = int(ask(node, "CONFIG", "GET", "min-replicas-to-write")[1])
    for sentinel in stage.group.sentinels.values():
        with suppress(OSError, Refused):
            known = stage.group.known(sentinel)
            seen.names[sentinel.name], seen.flags[sentinel.name] = known["ip"], known["flags"].split(",")
            if info(sentinel)["sentinel_tilt"] == "1":  # it does nothing
                seen.flags[sentinel.name] = [flag for flag in seen.flags[sentinel.name] if flag != ACTS]
    return seen


def is_serving_master(told: dict[str, str]) -> bool:
    return told.get("role") == "master" and told["loading"] == "0"


def lacks_all(seen: Seen, node: Node) -> bool:
    """Whether it has no keys, and another one has some, or may show some yet."""
    having = [name for name, told in seen.infos.items() if "db0" in told]
    waits = node.name in seen.infos and int(seen.infos[node.name]["uptime_in_seconds"]) < PEER_WAIT_S
    return (waits or bool(having)) and node.name not in having


def is_wanted(stage: Stage, seen: Seen, node: Node) -> bool:
    """Whether most Sentinels name it, reach it, and are at rest."""
    if any("s_down" in flags or ACTS in flags for flags in seen.flags.values()):
        return False
    naming = [sentinel for name, host in seen.names.items() if node.is_at(host)
              and stage.can(sentinel := stage.group.sentinels[name], node) and stage.can(node, sentinel)]
    return 2 * len(naming) > len(stage.group.sentinels)


def _is_undecided(node: Node) -> bool:
    with suppress(OSError):
        return node.running and not node.has_server()
    return False


# At the end

def judge_masters(stage: Stage, probes: Sequence[Probe], begin: float) -> Violations:
    """Two nodes of the group took writes at the same time since then. Of a server without dkr-redis that
    is nobody's fault."""
    ours = [probe for probe in probes if not isinstance(stage.group.data[probe.name], PlainNode)
            and not stage.is_foreign(stage.group.data[probe.name])]
    limit_s = 0.0 if stage.forced is None else stage.group.settings.down_after_ms / 1000 + FENCE_S
    found = [(until - since, since - begin) for since, until in overlaps(ours, begin) if until - since > limit_s]
    return {2: f"two nodes took writes for {max(found)[0]:.2f} s, at {max(found)[1]:.1f}"} if found else {}


def judge_writes(stage: Stage) -> Violations:
    """What is gone that two nodes had, or is back though it was taken away."""
    master = stage.group.master()
    left = [stage.group.data[master]] if master else list(stage.data())
    lost, back = set(stage.safe), set(stage.drained)
    for node in left:
        lost &= stage.missing(node, stage.safe)
        back &= stage.missing(node, list(stage.drained))
    back = set(stage.drained) - back
    if lost or back:
        return {1: f"{len(lost)} of {len(stage.safe)} writes are lost that two nodes had"
                + (f", {len(back)} keys are back" if back else "")}
    return {}


def complaint(stage: Stage, probes: Sequence[Probe]) -> str:
    """What is not as it should be in the end; empty: all is."""
    nodes = [stage.group.data[probe.name] for probe in probes if probe.is_open()]
    masters = [node for node in nodes if not stage.is_foreign(node)]
    if len(masters) != 1:
        return f"{' and '.join(node.name for node in masters) or 'nobody'} takes writes"
    master = masters[0]
    for name, host in look(stage).names.items():
        if not master.is_at(host):
            return f"{name} names {host}, not {master.name}"
    return next(filter(None, (_complaint(stage, node, master) for node in stage.data())), "")


def _complaint(stage: Stage, node: Node, master: Node) -> str:
    if stage.is_foreign(node):
        return ""
    if not in_place(node, None if node is master else master):
        return f"{node.name} is not linked to {master.name}"
    for name, value in (("replica-priority", stage.group.settings.priorities.get(node.name, USUAL_PRIORITY)),
                        ("min-replicas-to-write", stage.parameters.min_replicas)):
        if (now := ask(node, "CONFIG", "GET", name)[1]) != str(value):
            return f"{node.name} has {name} {now}, not {value}"
    return ""


def unknowing(stage: Stage) -> Violations:
    """Sentinels that do not know the group."""
    known = look(stage).names
    unknown = [name for name, sentinel in stage.group.sentinels.items() if sentinel.running and name not in known]
    return {6: f"{', '.join(unknown)} does not know the group"} if unknown else {}


def is_at_rest(stage: Stage) -> bool:
    """Whether the Sentinels know all there is to know, in the same epoch, and none acts."""
    try:
        known = [stage.group.known(sentinel) for sentinel in stage.group.sentinels.values()]
    except (OSError, Refused):
        return False
    return (len({one["config-epoch"] for one in known}) == 1
            and all(one["flags"] == "master" and int(one["num-other-sentinels"]) == len(known) - 1 for one in known))
