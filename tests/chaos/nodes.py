"""Data nodes and Sentinels as containers are: a process tree in its host's network, and a volume.

Two subjects with the same configuration: `dkr`, the real binary as PID 1 of a PID namespace, and
`plain`, the server alone, restarted from the configuration it has rewritten itself.
"""

import os
import re
import shutil
import signal
import subprocess
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from network import NAMESPACES, Unsupported

GROUP = "redis"
PORT, SENTINEL_PORT = 6379, 26379
GRACE_S = 10.0  # from SIGTERM to SIGKILL, as `docker stop`
SERVER = f"{os.environ.get('SERVER', 'redis')}-server"
WATCHER = "dkr-redis watch"
NOTE, NOTED_AT_START = "dkr-redis.state", ("version", "group", "min-replicas", "boot")
MOUNTS = {"hosts": "/etc/hosts", "resolv.conf": "/etc/resolv.conf", "boot_id": "/proc/sys/kernel/random/boot_id"}
WATCHER_BACK_S = 20.0  # at most, before a trial breaks


@dataclass(frozen=True)
class StoppedServer:
    """A server that SIGSTOP holds."""

    process: int

    def resume(self) -> None:
        """SIGCONT, unless somebody has ended it meanwhile."""
        if _program(self.process) == SERVER:
            os.kill(self.process, signal.SIGCONT)


@dataclass
class Node:
    """One host's container. Started and ended any number of times; the volume stays."""

    name: str
    namespace: str
    address: str
    volume: Path
    log: Path
    sentinel: bool = False
    announced: str = ""  # the name that the group knows it by, if it goes by names
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False  # started, and not told to end

    @property
    def port(self) -> int:
        return SENTINEL_PORT if self.sentinel else PORT

    def is_at(self, host: str) -> bool:
        """Whether this is its address or its name."""
        return host in (self.address, self.announced)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """As an engine tells it: 128 and the signal's number when one ended PID 1. None: no end yet."""
        code = None if self.process is None else self.process.poll()
        return 128 - code if code is not None and code < 0 else code

    def command(self) -> list[str]:
        """What is executed in the host's network."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}

    def first_process(self) -> int:
        """The container's PID 1, as this machine numbers it."""
        raise NotImplementedError

    def server(self) -> int:
        """The Redis server or Sentinel."""
        raise NotImplementedError

    def watchers(self) -> list[int]:
        """The process that works the fence, if it is there."""
        raise Unsupported("nobody beside the server")

    def has_server(self) -> bool:
        """Whether there is one at this moment."""
        return self.running and any(_program(process) == SERVER for process in self.processes())

    def processes(self) -> list[int]:
        """PID 1 and all below it."""
        found = [self.first_process()]
        for process in found:
            found.extend(_children(process))
        return found

    def start(self) -> None:
        """Starts the container, from the main thread only, whose end would be its end."""
        self.volume.mkdir(exist_ok=True)
        self.wanted = True
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "nsenter", f"--net={NAMESPACES / self.namespace}",
                 *self.command()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment())

    def kill_server(self) -> None:
        os.kill(self.server(), signal.SIGKILL)

    def kill(self) -> None:
        """Ends the whole container at once."""
        self.wanted = False
        if self.process is not None:
            if self.running:
                os.kill(self.first_process(), signal.SIGKILL)
            self.process.wait(5)

    def ask_to_end(self) -> None:
        self.wanted = False
        os.kill(self.first_process(), signal.SIGTERM)

    def tell_all_to_end(self) -> None:
        """SIGTERM to every process, PID 1 last, as an engine or a service manager ends a control group."""
        self.wanted = False
        for process in reversed(self.processes()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)

    def wait_for_end(self) -> None:
        """Returns when the container has ended; kills it when its grace is over."""
        if self.process is None:
            return
        try:
            self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def stop_server(self) -> "StoppedServer":
        server = StoppedServer(self.server())
        os.kill(server.process, signal.SIGSTOP)
        return server

    def stop_all(self) -> list[int]:
        """Stops every process, as `docker pause` does; PID 1 first, which would start others."""
        stopped: list[int] = []
        while fresh := [process for process in self.processes() if process not in stopped]:
            for process in fresh:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
            stopped.extend(fresh)
        return stopped

    def kill_watcher(self) -> float:
        """Returns once there is another; the seconds that took."""
        killed, gone = time.monotonic(), self.end_watcher()
        _soon(lambda: [one for one in self.watchers() if one not in gone],
              f"{self.name}: no other watcher", WATCHER_BACK_S)
        return time.monotonic() - killed

    def end_watcher(self) -> set[int]:
        """The processes that are no watcher any more."""
        watcher = _soon(self.watchers, f"{self.name}: no watcher")[0]
        gone = {watcher, *_children(watcher)}  # the kernel gives PID 1 its children for a moment
        os.kill(watcher, signal.SIGKILL)
        return gone

    def empty_volume(self) -> None:
        for path in self.volume.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def copy_volume(self, to: Path) -> None:
        _copy(self.volume, to)

    def replace_volume(self, by: Path) -> None:
        self.empty_volume()
        _copy(by, self.volume)

    def log_end(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def log_since(self, end: int) -> str:
        """What it has said since the log ended there."""
        return self.log.read_bytes()[end:].decode(errors="replace") if self.log.exists() else ""

    def loading_took_s(self) -> float:
        """How long the server loaded its AOF when it last did."""
        said = re.findall(r"DB loaded from append only file: ([\d.]+) seconds", self.log.read_text())
        if not said:
            raise RuntimeError(f"{self.name} has loaded no AOF")
        return float(said[-1])

    def configure_without(self, *starts: str) -> None:
        """Takes the lines that start so out of it."""
        conf = self.volume / "redis.conf"
        conf.write_text("".join(line for line in conf.read_text().splitlines(True) if not line.startswith(starts)))

    def configure(self, *lines: str) -> None:
        """Adds lines to the configuration in the volume, while the container is down."""
        with (self.volume / "redis.conf").open("a") as conf:
            conf.writelines(f"{line}\n" for line in lines)


@dataclass
class PlainNode(Node):
    """The server and its configuration, written by hand; nobody beside it."""

    conf: str = ""

    def command(self) -> list[str]:
        path = self.volume / ("sentinel.conf" if self.sentinel else "redis.conf")
        if not path.exists():
            path.write_text(self.conf)
        return [SERVER, str(path), *(["--sentinel"] if self.sentinel else [])]

    def first_process(self) -> int:
        assert self.process is not None
        return self.process.pid

    def server(self) -> int:
        return self.first_process()


@dataclass
class DkrNode(Node):
    """dkr-redis as PID 1, told everything by its environment."""

    binary: Path = Path()
    settings: dict[str, str] = field(default_factory=dict)
    etc: Path = Path()  # files that are mounted over those of the container

    def command(self) -> list[str]:
        mounts = "".join(f"mount --bind {self.etc / file} {over} && " for file, over in MOUNTS.items())
        return ["unshare", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc",
                "sh", "-c", f'{mounts} hostname "$0" && exec "$@"', self.name, str(self.binary), SERVER]

    def environment(self) -> dict[str, str]:
        return super().environment() | {"REDIS_DATA_DIR": str(self.volume)} | self.settings

    def refuse_notes(self) -> None:
        """None can be written until the next start, which finds what the last one wrote."""
        lines = self._note.read_text().splitlines(True)
        self._note.unlink()
        self._kept_note.write_text("".join(line for line in lines if line.startswith(NOTED_AT_START)))
        self._note.mkdir()

    def accept_notes(self) -> None:
        if self._note.is_dir():
            self._note.rmdir()
            self._kept_note.rename(self._note)

    @property
    def _note(self) -> Path:
        return self.volume / NOTE

    @property
    def _kept_note(self) -> Path:
        return self.volume / f"{NOTE}.kept"

    def reboot(self) -> None:
        """The machine starts anew, while the container is down."""
        (self.etc / "boot_id").write_text(f"{uuid.uuid4()}\n")

    def first_process(self) -> int:
        assert self.process is not None
        return _soon(lambda: _children(self.process.pid), f"{self.name}: no PID 1")[0]

    def server(self) -> int:
        first = self.first_process()
        return _soon(lambda: [child for child in _children(first) if _program(child) == SERVER],
                     f"{self.name}: no server")[0]

    def watchers(self) -> list[int]:
        return [child for child in _children(self.first_process()) if _program(child) == WATCHER]


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _program(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return ""


def _soon(look: Callable[[], list[int]], complaint: str, seconds: float = 2) -> list[int]:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(0.005)
    return found


def _copy(source: Path, to: Path) -> None:
    subprocess.run(["cp", "-a", "--", f"{source}/.", str(to)], check=True, timeout=30)
