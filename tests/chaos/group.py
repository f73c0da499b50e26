"""The standard group of a trial: three data nodes, three Sentinels, and what they say of themselves."""

import contextlib
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence

import nodes
from keys import numbered
from network import Network, Way
from nodes import GROUP, DkrNode, Node, PlainNode
from policy import RestartPolicy
from resp import Connection, Refused
from writers import Writer

DATA = ("n1", "n2", "n3")
SENTINELS = ("s1", "s2", "s3")
FOREIGN, CLIENT = "foreign", "client"
DNS_PORT = 53
PRELOADED = 2000
SYNC_DELAY_S = 1  # of docker/redis.conf
REPOSITORY = Path(__file__).resolve().parents[2]

# Lines that follow the configuration we ship: what is kept of the data, and more.
AOF = ""
RDB_ONLY = "appendonly no\nsave 3600 1"
NOTHING_KEPT = 'appendonly no\nsave ""'
USERS_LIMITS = "min-replicas-to-write 1\nmin-replicas-max-lag 10"


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
    two_addresses: bool = False  # of each Sentinel
    names: bool = False  # the group goes by host names
    peers: bool = True  # all are told of the data nodes
    seeds: int = len(SENTINELS)  # so many Sentinels are told to the others
    plain: tuple[str, ...] = ()  # data nodes without dkr-redis
    priorities: Mapping[str, int] = field(default_factory=dict)  # of data nodes that have their own
    more: Mapping[str, str] = field(default_factory=dict)  # more settings of dkr-redis


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
        self._silent: set[str] = set()  # hosts that cannot look names up
        network.keep_silent(CLIENT, DNS_PORT)
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
        # A replica's first synchronization waits for others; that is none of what is measured.
        wait_for("n1 answers", 10,
                 lambda: ask(master, "CONFIG", "SET", "repl-diskless-sync-delay", 0) == "OK")
        for node in self.data.values():
            wait_for(f"{node.name} answers", 10, lambda: ask(node, "PING") == "PONG")
        wait_for("replicas are linked", 20, self._linked)
        ask(master, "CONFIG", "SET", "repl-diskless-sync-delay", SYNC_DELAY_S)
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

    def _linked(self) -> bool:
        return all(info(node).get("master_link_status") == "up" for node in list(self.data.values())[1:])

    def _knows_all(self, sentinel: Node) -> bool:
        known = self.known(sentinel)
        return (known["num-slaves"], known["num-other-sentinels"], known["flags"]) == (
            str(len(self.data) - 1), "2", "master")

    # What is the case

    def known(self, sentinel: Node, group: str = GROUP) -> dict[str, str]:
        """What a Sentinel holds about a group's master."""
        reply = ask(sentinel, "SENTINEL", "MASTER", group)
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
        for name, node in self.data.items():
            if node.running and not in_place(node, None if name == master else self.data[master]):
                return None
        return master

    def servers(self) -> dict[str, Server]:
        """Of the data nodes that answer."""
        found = {}
        for name, node in self.data.items():
            with contextlib.suppress(OSError, Refused):
                found[name] = Server(info(node)["run_id"], node.first_process(),
                                     tuple(sorted(ask(node, "CONFIG", "GET", "min-replicas-*"))),
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
        return self.node_at(address[0]) if address else None

    def node_at(self, host: str) -> str | None:
        """The data node with this address or name."""
        return next((name for name, node in self.data.items() if node.is_at(host)), None)

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

    def _write_conf(self, name: str) -> Path:
        """The configuration of a new volume, for both subjects: the one we ship."""
        text = (REPOSITORY / "docker/redis.conf").read_text()
        text += f"\n{self.settings.more_conf}\n"
        if name in self.settings.priorities:
            text += f"replica-priority {self.settings.priorities[name]}\n"
        path = self.folder / f"{name}.conf"
        path.write_text(text)
        return path

    def _write_etc(self, name: str, sentinel: bool) -> Path:
        """The files by which a host looks names up. The name service behind them never answers. A Sentinel
        would wait for that and do nothing else: to it the service is not there."""
        etc = self.folder / f"{name}.etc"
        etc.mkdir()
        service = "127.0.0.1" if sentinel else self.network.address(CLIENT)
        (etc / "resolv.conf").write_text(f"nameserver {service}\n")
        (etc / "hosts").write_text(self._hosts(name))
        return etc

    def _hosts(self, name: str) -> str:
        """Its own name, as an engine has it in there, and those that the name service would know."""
        known = [] if name in self._silent else [*DATA, *SENTINELS]
        lines = [f"{self.network.address(host)} {announced(host)}\n" for host in known]
        return "".join(["127.0.0.1 localhost\n", f"{self.network.address(name)} {name}\n", *lines])

    def silence_names(self, node: Node) -> None:
        """The name service does not answer that host any more."""
        self._silent.add(node.name)
        self._tell_names()

    def end_silence(self, node: Node) -> None:
        self._silent.discard(node.name)
        self._tell_names()

    def move(self, node: Node) -> None:
        """Another address, while the container is away."""
        node.address = self.network.move(node.name)
        self._tell_names()

    def _tell_names(self) -> None:
        for node in self.everybody():
            if isinstance(node, DkrNode):
                (node.etc / "hosts").write_text(self._hosts(node.name))

    def address(self, host: str) -> str:
        """Of a host that is called by its name or its address."""
        return next((node.address for node in self.everybody() if node.is_at(host)), host)

    def _make(self, name: str, sentinel: bool = False) -> Node:
        volume = self.folder / name
        volume.mkdir()
        common = (name, self.network.namespace(name), self.network.address(name), volume,
                  self.folder / f"{name}.log", sentinel)
        conf = self._write_conf(name)
        if self.settings.subject == "plain" or name in self.settings.plain:
            text = self._sentinel_conf() if sentinel else conf.read_text()
            if not sentinel and name not in (DATA[0], FOREIGN):
                text += f"replicaof {self.network.address(DATA[0])} {nodes.PORT}\n"
            return PlainNode(*common, conf=text.replace("dir /data", f"dir {volume}"))
        settings = {"REDIS_CONF": str(conf)}
        if name != FOREIGN:
            settings |= self._dkr_settings(name, sentinel)
        node = DkrNode(*common, announced=settings.get("REDIS_ANNOUNCE_HOST", ""), binary=self.settings.binary,
                       settings=settings, etc=self._write_etc(name, sentinel))
        node.reboot()
        return node

    def _dkr_settings(self, name: str, sentinel: bool) -> dict[str, str]:
        called = announced if self.settings.names else self.network.address
        settings = {
            "REDIS_GROUP": GROUP,
            "REDIS_SENTINEL_SERVICE_HOST": ",".join(self._sentinel_seeds()),
            "REDIS_MASTER_HOST": called("n1"),
            **self.settings.more,
        }
        if self.settings.peers:
            settings["REDIS_PEERS"] = ",".join(map(called, self.settings.members))
        if self.settings.names:
            settings["REDIS_ANNOUNCE_HOST"] = called(name)
        if sentinel:
            settings |= {
                "SENTINEL": "1",
                "REDIS_DOWN_AFTER_MS": str(self.settings.down_after_ms),
                "REDIS_FAILOVER_TIMEOUT": str(self.settings.failover_timeout_ms),
            }
        return settings

    def _sentinel_seeds(self) -> list[str]:
        told = SENTINELS[:self.settings.seeds]
        second = map(self.network.add_address, told) if self.settings.two_addresses else []
        return [*second, *map(self.network.address, told)]

    def _sentinel_conf(self) -> str:
        return "\n".join((
            f"port {nodes.SENTINEL_PORT}", "dir /data", "protected-mode no",
            f"sentinel monitor {GROUP} {self.network.address('n1')} {nodes.PORT} 2",
            f"sentinel down-after-milliseconds {GROUP} {self.settings.down_after_ms}",
            f"sentinel failover-timeout {GROUP} {self.settings.failover_timeout_ms}",
            f"sentinel parallel-syncs {GROUP} 1", ""))


def ways(starts: Iterable[Node], ends: Iterable[Node]) -> list[Way]:
    """From each of the first to each of the others."""
    others = list(ends)
    return [Way(start.name, end.name, end.port) for start in starts for end in others if start is not end]


def announced(name: str) -> str:
    """How the group calls a host when it goes by names."""
    return f"host-{name}"


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


def in_place(node: Node, follows: Node | None) -> bool:
    """Whether it is a linked replica of that one, or a master when there is none to follow."""
    try:
        seen = info(node)
    except (OSError, Refused):
        return False
    if seen["loading"] != "0":
        return False
    if follows is None:
        return seen["role"] == "master"
    linked = (seen["role"], seen.get("master_link_status")) == ("slave", "up")
    return linked and follows.is_at(seen["master_host"])


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
