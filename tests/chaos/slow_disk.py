"""A disk on which no fsync of an AOF ever ends, for one server: the thread that does it is held."""

import ctypes
import os
import threading
from pathlib import Path

_SEIZE, _INTERRUPT, _ALL_KINDS = 0x4206, 0x4207, 0x40000000
_THREAD = "bio_aof"
_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


class Held(threading.Thread):
    """Traces the thread until the server ends, because only the tracer can let a dead one go."""

    def __init__(self, server: int) -> None:
        super().__init__(daemon=True)
        self._thread = next(int(task.name) for task in Path(f"/proc/{server}/task").iterdir()
                            if (task / "comm").read_text().startswith(_THREAD))
        self._held = threading.Event()
        self.start()
        if not self._held.wait(2):
            raise RuntimeError("the thread that does fsync cannot be held")

    def run(self) -> None:
        if _libc.ptrace(_SEIZE, self._thread, None, None) != 0 or _libc.ptrace(_INTERRUPT, self._thread, None, None):
            return
        self._held.set()
        try:
            while True:
                _, status = os.waitpid(self._thread, _ALL_KINDS)
                if not os.WIFSTOPPED(status):
                    return
        except ChildProcessError:
            return
