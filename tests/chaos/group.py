"""The standard group of a trial: three data nodes, three Sentinels, and what they say of themselves."""

import contextlib
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence

import nodes
from keys import numbered
from network import Network
from nodes import GROUP, DkrNode, Node, PlainNode
from policy import RestartPolicy
from resp import Connection, Refused
from writers import Writer

DATA = ("n1", "n2", "n3")
SENTINELS = ("s1", "s2", "s3")
FOREIGN, CLIENT = "foreign", "client"
PRELOADED = 2000
REPOSITORY = Path(__file__).resolve().parents[2]

# Lines that follow the configuration we ship: what is kept of the data, and more.
AOF = ""
RDB_ONLY = "appendonly no\nsave 3600 1"
NOTHING_KEPT = 'appendonly no\nsave ""'
USERS_LIMITS = "min-replicas-to-write 1\nmin-replicas-max-lag 10"

# Subjects whose replicas find their master without help.
JOINS_BY_ITSELF: frozenset[str] = frozenset({"dkr"})


@dataclass(frozen=True)
class Settings:
    """What a trial may vary."""

    subject: str
    binary: Path
    down_after_ms: int
    failover_timeout_ms: int = 180000
    more_conf: str = AOF
    long: bool = False
    watch_at_most_s: float = 60
    members: tuple[str, ...] = DATA  # the data nodes there are
    two_addresses: bool = False  # of the first Sentinel


@dataclass(frozen=True)
class Server:
    """One run of a server, its container's PID 1, and values of its configuration that are in force."""

    run_id: str
    first_process: int
    limits: tuple[str, ...]  # min-replicas
    priority: tuple[str, ...]


class Group:
    """All hosts of a trial. The faults of a scenario are done to it, from the main thread."""

    def __init__(self, network: Network, folder: Path, settings: Settings,
                 chance: random.Random) -> None:
        self.network = network
        self.folder = folder
        self.settings = settings
        self.chance = chance
        self._conf = self._write_conf()
        self.data = {name: self._make(name) for name in settings.members}
        self.sentinels = {name: self._make(name, sentinel=True) for name in SENTINELS}
        self.foreign = self._make(FOREIGN)
        self.writers: Sequence[Writer] = ()
        self.policy = RestartPolicy(self.everybody(), say)

    def everybody(self) -> list[Node]:
        return [*self.data.values(), *self.sentinels.values(), self.foreign]

    def sentinel_addresses(self) -> list[str]:
        return [sentinel.address for sentinel in self.sentinels.values()]

    # Setting up

    def set_up(self) -> None:
        """Everything runs, is linked, holds the preloaded keys and knows each other."""
        for node in self.data.values():
            node.start()
        master = self.data["n1"]
        # A replica's first synchronization waits 5 s for others; that is none of what is measured.
        wait_for("n1 answers", 10,
                 lambda: ask(master, "CONFIG", "SET", "repl-diskless-sync-delay", 0) == "OK")
        for node in self.data.values():
            wait_for(f"{node.name} answers", 10, lambda: ask(node, "PING") == "PONG")
        if self.settings.subject not in JOINS_BY_ITSELF:
            self._attach()
        wait_for("replicas are linked", 20, self._linked)
        ask(master, "CONFIG", "SET", "repl-diskless-sync-delay", 5)
        self.preload(master)
        for node in self.data.values():
            wait_for(f"{node.name} has the keys", 10, lambda: ask(node, "DBSIZE") == PRELOADED)
        for sentinel in self.sentinels.values():
            sentinel.start()
        for sentinel in self.sentinels.values():
            wait_for(f"{sentinel.name} knows all", 40, lambda: self._knows_all(sentinel))

    def preload(self, node: Node, prefix: str = "preloaded", keys: int = PRELOADED) -> None:
        with Connection(node.address, node.port, 5) as connection:
            connection.pipeline([("SET", key, 1) for key in numbered(prefix, keys)])

    def _attach(self) -> None:
        master = self.data["n1"]
        for node in list(self.data.values())[1:]:
            ask(node, "REPLICAOF", master.address, master.port)
            ask(node, "CONFIG", "REWRITE")

    def _linked(self) -> bool:
        return all(info(node).get("master_link_status") == "up" for node in list(self.data.values())[1:])

    def _knows_all(self, sentinel: Node) -> bool:
        known = self.known(sentinel)
        return (known["num-slaves"], known["num-other-sentinels"], known["flags"]) == (
            str(len(self.data) - 1), "2", "master")

    # What is the case

    def known(self, sentinel: Node) -> dict[str, str]:
        """What a Sentinel holds about the group's master."""
        reply = ask(sentinel, "SENTINEL", "MASTER", GROUP)
        return dict(zip(reply[::2], reply[1::2]))

    def priorities(self, sentinel: Node) -> dict[str, str]:
        """What a Sentinel holds about its replicas' priorities, by their addresses."""
        replicas = [dict(zip(one[::2], one[1::2])) for one in ask(sentinel, "SENTINEL", "REPLICAS", GROUP)]
        return {one["ip"]: one["slave-priority"] for one in replicas}

    def named(self) -> str | None:
        """The data node that most Sentinels name."""
        votes = [name for sentinel in self.sentinels.values() if (name := self._named_by(sentinel))]
        return next((name for name in votes if votes.count(name) > len(self.sentinels) // 2), None)

    def master(self) -> str | None:
        """The node that is the master after all: named and one, else the only one there is."""
        masters = [name for name, node in self.data.items() if role(node) == "master"]
        named = self.named()
        return named if named in masters else masters[0] if len(masters) == 1 else None

    def health(self) -> str | None:
        """The master, when all Sentinels name it and every other running node is its linked replica."""
        named = {self._named_by(sentinel) for sentinel in self.sentinels.values()}
        master = named.pop()
        if named or master is None or not self.data[master].running:
            return None
        address = self.data[master].address
        for name, node in self.data.items():
            if node.running and not _in_place(node, None if name == master else address):
                return None
        return master

    def servers(self) -> dict[str, Server]:
        """Of the data nodes that answer."""
        found = {}
        for name, node in self.data.items():
            with contextlib.suppress(OSError, Refused):
                found[name] = Server(info(node)["run_id"], node.first_process(),
                                     tuple(ask(node, "CONFIG", "GET", "min-replicas-*")),
                                     tuple(ask(node, "CONFIG", "GET", "replica-priority")))
        return found

    def epoch(self) -> int:
        """Rises with every failover."""
        return max(map(self._epoch_of, self.sentinels.values()))

    def _epoch_of(self, sentinel: Node) -> int:
        try:
            return int(self.known(sentinel)["config-epoch"])
        except (OSError, Refused):
            return 0

    def _named_by(self, sentinel: Node) -> str | None:
        try:
            address = ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", GROUP)
        except (OSError, Refused):
            return None
        return next((name for name, node in self.data.items()
                     if address and node.address == address[0]), None)

    def wait_for_another_master(self, than: str, seconds: float) -> None:
        wait_for(f"a master other than {than}", seconds, lambda: self.named() not in (None, than))

    # Before a fault

    @contextlib.contextmanager
    def writers_rest(self) -> Iterator[None]:
        """Nothing is written, and the replicas have all that was acknowledged."""
        with contextlib.ExitStack() as resting:
            for writer in self.writers:
                resting.enter_context(writer.writing)
            wait_for("replicas have every write", 5, self._caught_up)
            yield

    def _caught_up(self) -> bool:
        seen = [info(node) for node in self.data.values()]
        return len({(one["master_replid"], one["master_repl_offset"]) for one in seen}) == 1

    # Making nodes

    def _write_conf(self) -> Path:
        """The configuration of a new volume, for both subjects: the one we ship."""
        text = (REPOSITORY / "docker/redis.conf").read_text()
        text += f"\n{self.settings.more_conf}\n"
        path = self.folder / "redis.conf"
        path.write_text(text)
        return path

    def _make(self, name: str, sentinel: bool = False) -> Node:
        volume = self.folder / name
        volume.mkdir()
        common = (name, self.network.namespace(name), self.network.address(name), volume,
                  self.folder / f"{name}.log", sentinel)
        if self.settings.subject == "plain":
            conf = self._sentinel_conf() if sentinel else self._conf.read_text()
            return PlainNode(*common, conf=conf.replace("dir /data", f"dir {volume}"))
        settings = {"REDIS_CONF": str(self._conf)}
        if name != FOREIGN:
            settings |= self._dkr_settings(sentinel)
        return DkrNode(*common, binary=self.settings.binary, settings=settings)

    def _dkr_settings(self, sentinel: bool) -> dict[str, str]:
        settings = {
            "REDIS_GROUP": GROUP,
            "REDIS_SENTINEL_SERVICE_HOST": ",".join(self._sentinel_seeds()),
            "REDIS_PEERS": ",".join(map(self.network.address, DATA)),
            "REDIS_MASTER_HOST": self.network.address("n1"),
        }
        if sentinel:
            settings |= {
                "SENTINEL": "1",
                "REDIS_DOWN_AFTER_MS": str(self.settings.down_after_ms),
                "REDIS_FAILOVER_TIMEOUT": str(self.settings.failover_timeout_ms),
            }
        return settings

    def _sentinel_seeds(self) -> list[str]:
        second = [self.network.add_address(SENTINELS[0])] if self.settings.two_addresses else []
        return [*second, *map(self.network.address, SENTINELS)]

    def _sentinel_conf(self) -> str:
        return "\n".join((
            f"port {nodes.SENTINEL_PORT}", "dir /data", "protected-mode no",
            f"sentinel monitor {GROUP} {self.network.address('n1')} {nodes.PORT} 2",
            f"sentinel down-after-milliseconds {GROUP} {self.settings.down_after_ms}",
            f"sentinel failover-timeout {GROUP} {self.settings.failover_timeout_ms}",
            f"sentinel parallel-syncs {GROUP} 1", ""))


def ask(node: Node, *words: str | int) -> Any:
    with Connection(node.address, node.port) as connection:
        return connection.call(*words)


def info(node: Node) -> dict[str, str]:
    lines = ask(node, "INFO").splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def role(node: Node) -> str | None:
    """None when it does not answer."""
    try:
        return info(node)["role"] if node.running else None
    except (OSError, Refused):
        return None


def _in_place(node: Node, follows: str | None) -> bool:
    try:
        seen = info(node)
    except (OSError, Refused):
        return False
    if seen["loading"] != "0":
        return False
    if follows is None:
        return seen["role"] == "master"
    return (seen["role"], seen.get("master_host"), seen.get("master_link_status")) == ("slave", follows, "up")


def wait_for(what: str, seconds: float, condition: Callable[[], bool]) -> None:
    """Returns when it is so; TimeoutError when it is not so in time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (OSError, Refused):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def say(text: str) -> None:
    """A line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
