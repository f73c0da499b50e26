"""A client for Redis and Sentinel in a few lines. No call waits longer than its timeout."""

import socket
from typing import Any, Sequence


class Refused(Exception):
    """The server answered with an error, READONLY for example."""


class Connection:
    """One connection. After an OSError it is of no use any more."""

    def __init__(self, address: str, port: int, timeout: float = 0.5) -> None:
        self.address = address
        self._socket = socket.create_connection((address, port), timeout)
        self._reader = self._socket.makefile("rb")

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        self._socket.close()

    def call(self, *words: str | int) -> Any:
        """The reply: str, int, None or a list. An error reply is raised as Refused."""
        return self.pipeline([words])[0]

    def pipeline(self, commands: Sequence[Sequence[str | int]]) -> list[Any]:
        """The replies to commands sent at once; the first error among them is raised."""
        self._socket.sendall(b"".join(_encode(words) for words in commands))
        replies = [self._reply() for _ in commands]
        if refused := next((reply for reply in replies if isinstance(reply, Refused)), None):
            raise refused
        return replies

    def _reply(self) -> Any:
        line = self._reader.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("closed by the server")
        kind, text = line[:1], line[1:-2].decode()
        if kind == b"-":
            return Refused(text)
        if kind == b":":
            return int(text)
        if kind == b"$":
            return None if text == "-1" else self._reader.read(int(text) + 2)[:-2].decode()
        if kind == b"*":
            return None if text == "-1" else [self._reply() for _ in range(int(text))]
        if kind != b"+":
            raise ConnectionError(f"no Redis is here: {line[:40]!r}")  # an address may be anybody's by now
        return text


def _encode(words: Sequence[str | int]) -> bytes:
    parts = [str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
