"""The program in the client's pod that writes and measures, from outside."""

import json
import subprocess
from typing import Any

from cluster import KUBECTL, Missed, Namespace


class Measuring:
    """Writes from the begin of a `with` until `end`."""

    def __init__(self, space: Namespace, beside: str | None = None) -> None:
        """`beside` is the place of a plain server, HOST:PORT, which is written to as well."""
        self._process = subprocess.Popen(
            [KUBECTL, "-n", space.name, "exec", "-i", "client", "--", "python3", "-B", "/client/measure.py", *([beside] if beside else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def __enter__(self) -> "Measuring":
        self._line()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def fault(self) -> None:
        self._tell("fault")

    def written(self) -> int:
        """How many writes were acknowledged by now."""
        return int(self._tell("written"))

    def end(self) -> dict[str, Any]:
        output, _ = self._process.communicate(timeout=120)
        lines = output.splitlines()
        if not lines:
            raise Missed("the client in its pod told nothing")
        figures: dict[str, Any] = json.loads(lines[-1])
        return figures

    def _tell(self, word: str) -> str:
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n")
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise Missed("the client in its pod has ended")
        return line.strip()
