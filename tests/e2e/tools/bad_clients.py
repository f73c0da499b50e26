"""Clients of the health port that are slow, greedy, broken or many; meanwhile a probe is answered at once.

    bad_clients.py ADDRESS PORT WATCHER     WATCHER is the process that answers, as this machine numbers it
"""

import multiprocessing
import os
import select
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Callable, Iterable

LIMIT_S = 1.0  # for a probe: as long as Kubernetes waits for one by default
PATIENCE_S = 15.0
KEPT = 256  # connections
SLOW_S, BYTE_S = 3.0, 0.25
GROWTH_KB = 8192  # at most, after all that
GET = b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
REFUSALS = range(400, 500)
ADDRESS = (sys.argv[1], int(sys.argv[2]))
WATCHER = Path("/proc", sys.argv[3])


class Wrong(Exception):
    """The endpoint did what it must not do."""


class Answer:
    """One answer of a connection. Raises Wrong when it is none."""

    def __init__(self, reader, *, head_only: bool = False) -> None:
        line = reader.readline()
        words = line.split()
        if len(words) < 2 or not words[0].startswith(b"HTTP/1."):
            raise Wrong(f"no status line: {line!r}")
        self.status = int(words[1])
        self.fields: dict[str, str] = {}
        while line := reader.readline().strip():
            name, _, value = line.decode().partition(":")
            self.fields[name.lower()] = value.strip()
        self.length = int(self.fields.get("content-length", -1))
        self.body = b"" if head_only else reader.read(self.length)


def dial(*, buffer: int = 0) -> socket.socket:
    client = socket.socket()
    client.settimeout(PATIENCE_S)
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    client.connect(ADDRESS)
    return client


def ask(request: bytes, **options) -> Answer:
    with dial() as client:
        client.sendall(request)
        return Answer(client.makefile("rb"), **options)


def get(path: str, fields: str = "", method: str = "GET", version: str = "1.1") -> bytes:
    return f"{method} {path} HTTP/{version}\r\nHost: a\r\n{fields}\r\n".encode()


def probe() -> None:
    """Answered at once, whatever the others do."""
    began = time.monotonic()
    answer = ask(get("/readyz", "Connection: close\r\n"))
    took = time.monotonic() - began
    if answer.status != 200 or took > LIMIT_S:
        raise Wrong(f"a probe was answered {answer.status} after {took * 1000:.0f} ms")


def expect(what: str, value: object, accepted: Iterable[object]) -> None:
    if value not in accepted:
        raise Wrong(f"{what}: {value!r}")


def refused(what: str, request: bytes, accepted: Iterable[int] = REFUSALS) -> Answer:
    """It is told in one line what is wrong."""
    answer = ask(request)
    expect(what, answer.status, accepted)
    expect(f"{what}: lines", answer.body.count(b"\n"), [1])
    return answer


def is_open(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        client.settimeout(PATIENCE_S)


def is_readable(client: socket.socket) -> bool:
    return bool(select.select([client], [], [], 0)[0])


def slow_headers() -> str:
    """Requests whose bytes come one after another."""
    clients = [dial() for _ in range(KEPT // 2)]
    began, sent = time.monotonic(), 0
    while (passed := time.monotonic() - began) < SLOW_S:
        while sent * BYTE_S < passed:
            for client in clients:
                client.sendall(GET[sent:sent + 1])
            sent += 1
        probe()
    for client in clients:
        client.sendall(GET[sent:])
        expect("at its end", Answer(client.makefile("rb")).status, [200])
        client.close()
    return f"{len(clients)} that send {sent} bytes in {SLOW_S:.0f} s"


def greedy() -> str:
    """Thousands of requests, and nobody reads the answers."""
    clients = [dial(buffer=4096) for _ in range(64)]
    stuck, sent = set(), 0
    for _ in range(200):
        for client in set(clients) - stuck:
            client.setblocking(False)
            try:
                sent += client.send(get("/metrics") * 100)
            except OSError:  # no room, or closed
                stuck.add(client)
        probe()
    if len(stuck) != len(clients):
        raise Wrong(f"{len(clients) - len(stuck)} clients were never held up, though they did not read")
    for client in clients:
        client.close()
    return f"{len(clients)} that do not read, held up after {sent // 1024 // len(clients)} KiB each"


def ask_all_the_time() -> None:
    """Thousands of requests at once, and the answers are read."""
    clients = [dial() for _ in range(200)]
    requests = get("/metrics") * 100
    left = {client: b"" for client in clients}
    for client in clients:
        client.setblocking(False)
    began = time.monotonic()
    while time.monotonic() - began < SLOW_S:
        readable, writable, _ = select.select(clients, clients, [], 1)
        for client in writable:
            left[client] = left[client] or requests
            with suppress(BlockingIOError):
                left[client] = left[client][client.send(left[client]):]
        for client in readable:
            client.recv(1 << 20)


def eager() -> str:
    asking = multiprocessing.get_context("fork").Process(target=ask_all_the_time)
    asking.start()
    probes = 0
    try:
        while asking.is_alive():
            probe()
            probes += 1
    finally:
        asking.join()
    expect("the end of those who ask all the time", asking.exitcode, [0])
    return f"200 that ask all the time; {probes} probes meanwhile"


def many() -> str:
    """Connections that say nothing."""
    clients = []
    for number in range(3000):
        clients.append(dial())
        if number % 100 == 0:
            probe()
    probe()
    kept = sum(map(is_open, clients))
    if not 1 <= kept <= KEPT:
        raise Wrong(f"{kept} connections are kept")
    expect("the newest", is_open(clients[-1]), [True])
    for client in clients:
        client.close()
    return f"{len(clients)} silent ones; {kept} were kept"


def broken_off() -> str:
    """Connections that end by a reset in the middle of a request."""
    for number in range(1000):
        client = dial()
        client.sendall(GET[:number % len(GET)])
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    return "1000 that are reset"


def pipelined() -> str:
    with dial() as client:
        client.sendall(get("/readyz") + get("/nothing") + get("/livez") + get("/readyz", "Connection: close\r\n"))
        reader = client.makefile("rb")
        expect("answers in order", [Answer(reader).status for _ in range(4)], [[200, 404, 200, 200]])
        expect("and then", reader.read(), [b""])
    return "four requests at once"


def byte_by_byte() -> str:
    with dial() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GET:
            client.sendall(bytes([byte]))
        expect("status", Answer(client.makefile("rb")).status, [200])
    return "a request in packets of a byte"


def half_closed() -> str:
    with dial() as client:
        client.sendall(GET)
        client.shutdown(socket.SHUT_WR)
        reader = client.makefile("rb")
        expect("status", Answer(reader).status, [200])
        expect("and then", reader.read(), [b""])
    return "one that has said its last word"


def garbage() -> str:
    tls = bytes.fromhex("16030100c8010000c40303") + bytes(200)
    for rubbish in (b"\r\n\r\nhello\r\n\r\n", b"GET\r\n\r\n", b"\0" * 4096, tls, os.urandom(4096), b"PING\r\n\r\n",
                    get("/readyz", version="9.9"), get("readyz"), get("/readyz", "no colon\r\n"),
                    get("/readyz", "a b: c\r\n"), b"GET  /readyz HTTP/1.1\r\n\r\n",
                    b"GET /\0readyz HTTP/1.1\r\nHost: a\r\n\r\n"):
        with dial() as client:
            client.sendall(rubbish)
            client.shutdown(socket.SHUT_WR)
            try:
                told = client.makefile("rb").read()
            except ConnectionResetError:  # before all of it was read
                told = b""
            if told and not told.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 505")):
                raise Wrong(f"{rubbish[:40]!r} is answered {told[:60]!r}")
        probe()
    return "garbage"


def head() -> str:
    whole, only = ask(GET), ask(get("/readyz", method="HEAD"), head_only=True)
    expect("status", only.status, [whole.status])
    expect("length", only.length, [whole.length])
    with dial() as client:  # no byte of a body before the next answer
        client.sendall(get("/readyz", method="HEAD") + GET)
        reader = client.makefile("rb")
        Answer(reader, head_only=True)
        expect("after it", Answer(reader).status, [200])
    return "HEAD"


def methods() -> str:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        answer = refused(method, get("/readyz", method=method), [405])
        expect("Allow", sorted(answer.fields.get("allow", "").replace(" ", "").split(",")), [["GET", "HEAD"]])
    refused("POST with a body", get("/readyz", "Content-Length: 5\r\n", "POST") + b"12345", [405, 413])
    refused("GET with a body", get("/readyz", "Content-Length: 5\r\n") + b"12345", [413])
    refused("GET with a body in parts", get("/readyz", "Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n")
    return "other methods, and bodies"


def old_version() -> str:
    with dial() as client:
        client.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
        reader = client.makefile("rb")
        expect("status", Answer(reader).status, [200])
        expect("and then", reader.read(), [b""])
    with dial() as client:
        client.sendall(get("/readyz", "Connection: keep-alive\r\n", version="1.0") * 2)
        reader = client.makefile("rb")
        expect("kept", [Answer(reader).status for _ in range(2)], [[200, 200]])
    return "HTTP/1.0"


def too_long() -> str:
    refused("a long field", get("/readyz", f"A: {'a' * 100_000}\r\n"), [431])
    refused("many fields", get("/readyz", "A: b\r\n" * 20_000), [431])
    refused("a long path", get("/" + "a" * 100_000), [414, 431])
    with dial() as client:  # without an end: answered while it still comes
        began = time.monotonic()
        while not (told := is_readable(client)) and time.monotonic() - began < PATIENCE_S:
            client.sendall(b"a" * 65536)
        expect("an answer", told, [True])
        expect("a line without an end", Answer(client.makefile("rb")).status, [431])
    return "what is too long"


CHECKS: list[Callable[[], str]] = [slow_headers, greedy, eager, many, broken_off, pipelined, byte_by_byte,
                                   half_closed, garbage, head, methods, old_version, too_long]


def rss() -> int:
    rows = dict(line.split(":", 1) for line in (WATCHER / "status").read_text().splitlines())
    return int(rows["VmRSS"].split()[0])


def main() -> None:
    failed, before = 0, rss()
    for check in CHECKS:
        began = time.monotonic()
        try:
            told = check()
            probe()
            print(f"ok - {told} ({time.monotonic() - began:.1f} s)")
        except (Wrong, OSError) as failure:
            failed += 1
            print(f"not ok - {check.__name__}: {type(failure).__name__}: {failure}")
    grown = rss() - before
    print(f"{'ok' if grown <= GROWTH_KB else 'not ok'} - the watcher grew by {grown} kB, from {before}")
    sys.exit(failed > 0 or grown > GROWTH_KB)


main()
