"""A network of its own for one trial: a namespace per host, joined by a bridge in another one.

Nothing of it is connected to this machine's network, so several runs may use the same addresses at
the same time. Sockets get in by `enter`, which moves the calling thread.
"""

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator

NAMESPACES = Path("/run/netns")
SLOW_LINK = Path(__file__).with_name("slow_link.py")
GSO_MAX_SEGS = 65535  # what a device has by default
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Unsupported(Exception):
    """This machine's kernel, or the subject, cannot do it."""


@dataclass(frozen=True)
class Way:
    """From one host to the port of another one's server."""

    start: str
    end: str
    port: int


class Network:
    """Hosts and their addresses. The last number of an address tells whose it is: faults between hosts
    are about all addresses that a host has. `close` undoes everything."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = {host: f"10.77.0.{10 + number}" for number, host in enumerate(hosts)}
        self._bridge = _namespace("bridge")
        self._slow: dict[str, subprocess.Popen[bytes]] = {}
        _remove_leftovers()
        _ip("netns", "add", self._bridge)
        _ip("-n", self._bridge, "link", "add", "bridge", "type", "bridge")
        _ip("-n", self._bridge, "link", "set", "bridge", "up")
        for host in self._hosts:
            self._attach(host)

    def _attach(self, host: str) -> None:
        namespace = self.namespace(host)
        _ip("netns", "add", namespace)
        _ip("-n", self._bridge, "link", "add", f"to-{host}", "type", "veth",
            "peer", "name", "eth0", "netns", namespace)
        _ip("-n", self._bridge, "link", "set", f"to-{host}", "master", "bridge", "up")
        _ip("-n", namespace, "link", "set", "lo", "up")
        _ip("-n", namespace, "address", "add", f"{self._hosts[host]}/16", "dev", "eth0")
        _ip("-n", namespace, "link", "set", "eth0", "up")

    def address(self, host: str) -> str:
        return self._hosts[host]

    def add_address(self, host: str) -> str:
        """A second one beside the first."""
        second = _next(self._hosts[host])
        _ip("-n", self.namespace(host), "address", "replace", f"{second}/16", "dev", "eth0")
        return second

    def move(self, host: str) -> str:
        """Another address instead of the one it has; returns it."""
        old, self._hosts[host] = self._hosts[host], _next(self._hosts[host])
        _ip("-n", self.namespace(host), "address", "delete", f"{old}/16", "dev", "eth0")
        _ip("-n", self.namespace(host), "address", "add", f"{self._hosts[host]}/16", "dev", "eth0")
        return self._hosts[host]

    def switch_off(self, host: str) -> None:
        """Nothing comes from it and nothing gets there, until it is switched on."""
        _ip("-n", self.namespace(host), "link", "set", "eth0", "down")

    def switch_on(self, host: str) -> None:
        _ip("-n", self.namespace(host), "link", "set", "eth0", "up")

    def namespace(self, host: str) -> str:
        return _namespace(host)

    def partition(self, host: str, others: Iterable[str] | None = None) -> None:
        """Nothing passes between the host and those others (all of them when none are named)."""
        for chain, towards in (("INPUT", "-i"), ("OUTPUT", "-o")):
            rule = ["-A", chain, towards, "eth0", "-j", "DROP"]
            if others is None:
                self._iptables(host, *rule)
            else:
                side = "-s" if chain == "INPUT" else "-d"
                for other in others:
                    self._iptables(host, *rule, side, _any_of(self._hosts[other]))

    def block(self, ways: Iterable[Way]) -> None:
        """Nothing passes there, neither of new nor of old connections. Ways may be blocked several times."""
        self._change_ways("-A", ways)

    def unblock(self, ways: Iterable[Way]) -> None:
        """Undoes one `block` of each."""
        self._change_ways("-D", ways)

    def _change_ways(self, change: str, ways: Iterable[Way]) -> None:
        rules: dict[str, list[str]] = {}
        for way in ways:
            for host, other, side in ((way.end, way.start, "--dport"), (way.start, way.end, "--sport")):
                rules.setdefault(host, []).append(
                    f"{change} INPUT -s {_any_of(self._hosts[other])} -p tcp {side} {way.port} -j DROP\n")
        for host, lines in rules.items():
            _run("nsenter", f"--net={NAMESPACES / self.namespace(host)}", "iptables-restore", "--wait", "--noflush",
                 text=f"*filter\n{''.join(lines)}COMMIT\n")

    def keep_silent(self, host: str, port: int) -> None:
        """Questions to that UDP port of the host get no answer, not even that nobody is there."""
        self._iptables(host, "-A", "INPUT", "-p", "udp", "--dport", str(port), "-j", "DROP")

    def mute(self, host: str, other: str, port: int) -> None:
        """What the other sends from that port does not come to the host."""
        self._iptables(host, "-A", "INPUT", "-i", "eth0", "-s", self._hosts[other],
                       "-p", "tcp", "--sport", str(port), "-j", "DROP")

    def heal(self, host: str) -> None:
        """Ends all partitions of the host, and lets it hear everybody."""
        self._iptables(host, "-F")

    def degrade(self, host: str, delay_ms: int, loss_percent: float, seed: int) -> None:
        """From now on what the host sends is late, and some of it is lost, packet by packet; what it
        receives is not. A process between its port and the bridge does that, which ends with this one."""
        port, tap = f"to-{host}", f"slow-{host}"
        _ip("-n", self._bridge, "tuntap", "add", "dev", tap, "mode", "tap", "vnet_hdr")
        self._slow[host] = process = subprocess.Popen(
            ["nsenter", f"--net={NAMESPACES / self._bridge}", sys.executable, str(SLOW_LINK),
             port, tap, str(delay_ms), str(loss_percent), str(seed)], stdin=subprocess.PIPE)
        _ip("-n", self._bridge, "link", "set", tap, "master", "bridge", "up")
        self._wait_until_forwarding(tap, process)
        _ip("-n", self.namespace(host), "link", "set", "eth0", "gso_max_segs", "1")
        _ip("-n", self._bridge, "link", "set", port, "nomaster")

    def restore(self, host: str) -> None:
        """Ends what `degrade` does; what was under way is lost."""
        ended_by_itself = self._slow[host].poll() is not None
        self._end_slow(host)
        _ip("-n", self._bridge, "link", "delete", f"slow-{host}")
        _ip("-n", self._bridge, "link", "set", f"to-{host}", "master", "bridge")
        _ip("-n", self.namespace(host), "link", "set", "eth0", "gso_max_segs", str(GSO_MAX_SEGS))
        if ended_by_itself:
            raise RuntimeError(f"the slow link of {host} did not last")

    def _end_slow(self, host: str) -> None:
        with self._slow.pop(host) as process:
            process.kill()

    def _wait_until_forwarding(self, tap: str, process: subprocess.Popen[bytes]) -> None:
        """The bridge uses the TAP device, which it does from when the process has opened both ends."""
        deadline = time.monotonic() + 10
        while self._port_state(tap) != "forwarding":
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nothing passes at {tap}")
            time.sleep(0.01)

    def _port_state(self, device: str) -> str:
        seen = json.loads(_ip("-n", self._bridge, "-json", "-details", "link", "show", "dev", device))
        return str(seen[0]["linkinfo"]["info_slave_data"]["state"])

    def close(self) -> None:
        for host in list(self._slow):
            self._end_slow(host)
        for namespace in (*map(_namespace, self._hosts), self._bridge):
            if (NAMESPACES / namespace).exists():
                _ip("netns", "delete", namespace)

    def _iptables(self, host: str, *words: str) -> None:
        _run("nsenter", f"--net={NAMESPACES / self.namespace(host)}", "iptables", "-w", *words)


def enter(namespace: str) -> None:
    """From now on the sockets (and children) of this thread are born in that namespace; none is named: here."""
    if not namespace:
        return
    _set_namespace(os.open(NAMESPACES / namespace, os.O_RDONLY | os.O_CLOEXEC))


@contextlib.contextmanager
def inside(namespace: str) -> Iterator[None]:
    """The same for a while, for the main thread."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    enter(namespace)
    try:
        yield
    finally:
        _set_namespace(home)


def _set_namespace(descriptor: int) -> None:
    failed = _libc.setns(descriptor, _CLONE_NEWNET) != 0
    error = ctypes.get_errno()
    os.close(descriptor)
    if failed:
        raise OSError(error, os.strerror(error))


def _namespace(host: str) -> str:
    return f"chaos-{os.getpid()}-{host}"


def _remove_leftovers() -> None:
    """Namespaces of runs that were killed before they could tidy up, and the containers in them: PID 1
    outlives such a run, because the kernel forgets its tie to a parent when it becomes another user."""
    for path in NAMESPACES.glob("chaos-*"):
        made_by = re.match(r"chaos-(\d+)-", path.name)
        if made_by and not Path("/proc", made_by[1]).exists():
            for process in _ip("netns", "pids", path.name).split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)
            _ip("netns", "delete", path.name)


def _next(address: str) -> str:
    first, second, third, whose = address.split(".")
    return f"{first}.{second}.{int(third) + 1}.{whose}"


def _any_of(address: str) -> str:
    """All addresses of the host that has this one."""
    return f"{address}/255.255.0.255"


def _ip(*words: str) -> str:
    return _run("ip", *words)


def _run(*words: str, text: str = "") -> str:
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=10, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
