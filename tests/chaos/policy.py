"""What an engine's restart policy does: a container that ends by itself is started again."""

import time
from typing import Callable, Iterable

from nodes import Node

AFTER_S = 1.0


class RestartPolicy:
    """Of all containers, once it is `on`. Works whenever it is asked to, from the main thread."""

    def __init__(self, nodes: Iterable[Node], tell: Callable[[str], None]) -> None:
        self.on = False
        self.exit_statuses: list[int] = []  # of those that ended by themselves
        self._nodes = list(nodes)
        self._tell = tell
        self._due: dict[str, float] = {}

    def tend(self) -> bool:
        """Whether all runs that should."""
        if not self.on:
            return True
        missing = [node for node in self._nodes if node.wanted and not node.running]
        for node in missing:
            self._restart(node)
        return not missing

    def _restart(self, node: Node) -> None:
        now, code = time.monotonic(), node.exit_status
        if code is not None and node.name not in self._due:
            self._tell(f"  {node.name} ended by itself, exit {code}")
            self.exit_statuses.append(code)
            self._due[node.name] = now + AFTER_S
        elif now >= self._due[node.name]:
            del self._due[node.name]
            node.start()
