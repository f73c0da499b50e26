"""How the faults of tests/model/faults.cpp are done to a real group. `FAULTS` holds them by their names."""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Callable

from group import GROUP, ask, info, wait_for
from nodes import NOTE, DkrNode, Node
from resp import Refused
from scenarios import FOREIGN_KEYS
from schedules import Fault
from stage import Stage, aofs, kept_in, size_of
from volumes import freeze, thaw

OTHER_GROUP = "other"
LOCKED = "user default on nopass ~* &* +@all -config"
JUMPS_S = 2.5    # a Sentinel that has not run for so long tilts
UNTOLD = 1024  # bytes; a copy of a volume that lacks no more looks like the volume
SETTLED_S = 1.5  # when volumes are as they are at the beginning of a schedule

Do = Callable[[Stage, Fault], None]


@dataclass(frozen=True)
class Kind:
    """What is done at the beginning of a fault and at its end; what leads to it at `leads_at`; and what has
    to be prepared before the schedule begins."""

    begin: Do
    end: Do | None = None
    leads_at: Callable[[Fault], float] = lambda fault: fault.at
    lead: Do | None = None
    prepare: Do | None = None


def _nodes(stage: Stage, fault: Fault) -> list[Node]:
    return [stage.nodes[host] for host in fault.first]


def _cut(stage: Stage, fault: Fault) -> None:
    stage.block(fault.first, fault.second)
    stage.block(fault.second, fault.first)


def _end_cut(stage: Stage, fault: Fault) -> None:
    stage.unblock(fault.first, fault.second)
    stage.unblock(fault.second, fault.first)


def _block(stage: Stage, fault: Fault) -> None:
    stage.block(fault.first, fault.second)


def _unblock(stage: Stage, fault: Fault) -> None:
    stage.unblock(fault.first, fault.second)


def _kill(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.wait_until_behind(node)
    for node in _nodes(stage, fault):
        node.kill()
        if node.sentinel and not stage.parameters.sentinel_volumes:
            node.empty_volume()
        stage.back_after(node, fault.lasts)


def _note_aofs(stage: Stage, fault: Fault) -> None:
    stage.written = {file: file.stat().st_size for node in _nodes(stage, fault) for file in aofs(node)}


def _power(stage: Stage, fault: Fault) -> None:
    """What was written to the AOFs within the last second is lost, and the hosts are off."""
    for node in _nodes(stage, fault):
        stage.group.network.switch_off(node.name)
    _kill(stage, fault)
    for node in _nodes(stage, fault):
        if isinstance(node, DkrNode):
            node.reboot()
        for file in aofs(node):
            with file.open("r+b") as aof:
                aof.truncate(stage.written.get(file, 0))


def _lose(stage: Stage, fault: Fault) -> None:
    _kill(stage, fault)
    for node in _nodes(stage, fault):
        node.empty_volume()


def _crash(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.wait_until_behind(node)
        with suppress(OSError):
            node.kill_server()


def _stop(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.stop(node, fault.lasts)


def _watcher(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        with suppress(OSError):
            node.end_watcher()


def _hang(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.hung[node.name] = node.stop_server()


def _end_hang(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.hung[node.name].resume()


def _failover(stage: Stage, fault: Fault) -> None:
    stage.forced = time.monotonic()
    for sentinel in _nodes(stage, fault):
        with suppress(OSError, Refused):
            ask(sentinel, "SENTINEL", "FAILOVER", GROUP)


def _tell(order: str) -> Do:
    def tell(stage: Stage, fault: Fault) -> None:
        for sentinel in _nodes(stage, fault):
            ask(sentinel, "SENTINEL", order, GROUP)
    return tell


def _move(stage: Stage, fault: Fault) -> None:
    _kill(stage, fault)
    for node in _nodes(stage, fault):
        stage.group.move(node)


def _keep_copies(stage: Stage, fault: Fault) -> None:
    for node in stage.data():
        node.copy_volume(stage.copy_of(node))


def _rollback(stage: Stage, fault: Fault) -> None:
    _kill(stage, fault)
    for node in _nodes(stage, fault):
        copy = stage.copy_of(node)
        if size_of(node.volume) - size_of(copy) <= UNTOLD:
            stage.excuse(kept_in(node.volume) - kept_in(copy))
        node.replace_volume(copy)


def _clone(stage: Stage, fault: Fault) -> None:
    origin = stage.nodes[fault.first[0]]
    copy = stage.group.folder / "clone"
    origin.copy_volume(copy)
    for host in fault.second:
        node = stage.nodes[host]
        node.kill()
        node.replace_volume(copy)
        stage.back_after(node, fault.lasts)


def _fill_foreign(stage: Stage, fault: Fault) -> None:
    foreign = stage.group.foreign
    foreign.start()
    wait_for("the foreign node answers", 10, lambda: ask(foreign, "PING") == "PONG")
    stage.group.preload(foreign, foreign.name, FOREIGN_KEYS)


def _end_foreign(stage: Stage, fault: Fault) -> None:
    _fill_foreign(stage, fault)
    stage.group.foreign.ask_to_end()
    stage.group.foreign.wait_for_end()


def _foreign(stage: Stage, fault: Fault) -> None:
    _lose(stage, fault)
    for node in _nodes(stage, fault):
        node.replace_volume(stage.group.foreign.volume)
        (node.volume / NOTE).unlink(missing_ok=True)
        priorities = stage.group.settings.priorities
        node.configure(*(f"replica-priority {priorities[name]}" for name in priorities if name == node.name))


def _drain(stage: Stage, fault: Fault) -> None:
    stage.drains = True


def _end_drain(stage: Stage, fault: Fault) -> None:
    stage.drains = False


def _save(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        ask(node, "BGSAVE")


def _silence_names(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.trouble(fault, node)
        stage.group.silence_names(node)


def _tell_names(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.group.end_silence(node)


def _freeze(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        stage.trouble(fault, node)
        freeze(node.volume)


def _thaw(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        thaw(node.volume)


def _another_password(stage: Stage, fault: Fault) -> None:
    """From its next start on. The sentinels are refused, too."""
    for node in _nodes(stage, fault):
        stage.trouble(fault, node)
        node.settings["REDIS_PASSWORD"] = "another"
        _restart(stage, node)


def _end_password(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        node.kill()
        del node.settings["REDIS_PASSWORD"]
        node.configure_without("requirepass", "masterauth", "user default")
        stage.back_after(node, 0)


def _restart(stage: Stage, node: Node) -> None:
    if node.running:
        node.kill()
        stage.back_after(node, 0)


def _lock(stage: Stage, fault: Fault) -> None:
    """CONFIG is refused, by which the watcher works; to everybody, now and after a start."""
    for node in _nodes(stage, fault):
        stage.trouble(fault, node)
        node.configure(LOCKED)
        ask(node, "ACL", "SETUSER", "default", "-config")


def _unlock(stage: Stage, fault: Fault) -> None:
    for node in _nodes(stage, fault):
        node.configure_without("user default")
        with suppress(OSError):
            ask(node, "ACL", "SETUSER", "default", "+config")


def _jump(stage: Stage, fault: Fault) -> None:
    stage.jumping = [sentinel.stop_server() for sentinel in _nodes(stage, fault)]


def _tilt(stage: Stage, fault: Fault) -> None:
    for server in stage.jumping:
        server.resume()
    for sentinel in _nodes(stage, fault):
        wait_for(f"{sentinel.name} tilts", 1, lambda: info(sentinel)["sentinel_tilt"] == "1")


def _monitor_other(stage: Stage, fault: Fault) -> None:
    """Another group, of one node, that all Sentinels have in common."""
    _fill_foreign(stage, fault)
    for sentinel in stage.group.sentinels.values():
        ask(sentinel, "SENTINEL", "MONITOR", OTHER_GROUP, stage.group.foreign.address, stage.group.foreign.port, 2)
        ask(sentinel, "SENTINEL", "SET", OTHER_GROUP, "down-after-milliseconds", 1000)
    for sentinel in stage.group.sentinels.values():
        wait_for(f"{sentinel.name} knows the others", 20, lambda: int(
            stage.group.known(sentinel, OTHER_GROUP)["num-other-sentinels"]) == len(stage.group.sentinels) - 1)


def _end_other(stage: Stage, fault: Fault) -> None:
    stage.group.foreign.kill()


def _vote(stage: Stage, fault: Fault) -> None:
    """It happens by itself about now."""


FAULTS = {
    "cut": Kind(_cut, _end_cut),
    "block": Kind(_block, _unblock),
    "kill": Kind(_kill),
    "power": Kind(_power, leads_at=lambda fault: fault.at - 1, lead=_note_aofs),
    "lose": Kind(_lose),
    "crash": Kind(_crash),
    "stop": Kind(_stop),
    "watcher": Kind(_watcher),
    "hang": Kind(_hang, _end_hang),
    "failover": Kind(_failover),
    "reset": Kind(_tell("RESET")),
    "remove": Kind(_tell("REMOVE")),
    "move": Kind(_move),
    "rollback": Kind(_rollback, leads_at=lambda fault: SETTLED_S, lead=_keep_copies),
    "clone": Kind(_clone),
    "foreign": Kind(_foreign, prepare=_end_foreign),
    "drain": Kind(_drain, _end_drain),
    "save": Kind(_save),
    "dns": Kind(_silence_names, _tell_names),
    "password": Kind(_another_password, _end_password),
    "locked": Kind(_lock, _unlock),
    "volume": Kind(_freeze, _thaw),
    "vote": Kind(_vote, leads_at=lambda fault: fault.at - 1.5, lead=_end_other, prepare=_monitor_other),
    "tilt": Kind(_tilt, leads_at=lambda fault: fault.at - JUMPS_S, lead=_jump),
}
