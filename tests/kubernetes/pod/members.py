"""The group as a pod sees it, by the names of the services.

    members.py settled DATA SENTINELS SECONDS    waits until all is well; exit status 1 when it is not in time
"""

import socket
import sys
import time
from typing import Any

from resp import Connection, Refused

GROUP = "redis"
PORT, SENTINEL_PORT = 6379, 26379
DATA, SENTINELS = "redis", "sentinels"  # the headless services
LOOK_S = 0.2


class Unsettled(Exception):
    """What is not well yet."""


def addresses(name: str) -> set[str]:
    try:
        return {found[4][0] for found in socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)}
    except OSError:
        return set()


def ask(address: str, port: int, *words: str | int) -> Any:
    with Connection(address, port, 1) as connection:
        return connection.call(*words)


def replication(address: str) -> dict[str, str]:
    lines = ask(address, PORT, "INFO").splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def named() -> str | None:
    """The announced host of the master, as a sentinel tells it to clients."""
    found = ask("redis-sentinel", SENTINEL_PORT, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", GROUP)
    return found[0] if found else None


def require(condition: bool, complaint: str) -> None:
    if not condition:
        raise Unsettled(complaint)


def settled(data: int, sentinels: int) -> None:
    """One master, all others linked to it, and every sentinel names it and reaches all that there are: the
    next failover can succeed. What was here before, and is gone, does not count."""
    nodes, watching = addresses(DATA), addresses(SENTINELS)
    require(len(nodes) == data, f"{len(nodes)} data nodes")
    require(len(watching) == sentinels, f"{len(watching)} sentinels")
    seen = {node: replication(node) for node in nodes}
    masters = [node for node, info in seen.items() if info["role"] == "master"]
    require(len(masters) == 1, f"{len(masters)} masters")
    master = masters[0]
    require(int(seen[master]["connected_slaves"]) == data - 1, f"replicas linked: {seen[master]['connected_slaves']}")
    for node, info in seen.items():
        require(info["loading"] == "0", f"{node} loads")
        require(node == master or info["master_link_status"] == "up", f"the link of {node} is down")
    for sentinel in watching:
        _names(sentinel, master, nodes, sentinels)


def _names(sentinel: str, master: str, nodes: set[str], sentinels: int) -> None:
    known = _fields(ask(sentinel, SENTINEL_PORT, "SENTINEL", "MASTER", GROUP))
    require(addresses(known["ip"]) == {master}, f"{sentinel} names {known['ip']}")
    require(known["flags"] == "master", f"{sentinel} finds the master {known['flags']}")
    replicas = [_fields(one) for one in ask(sentinel, SENTINEL_PORT, "SENTINEL", "REPLICAS", GROUP)]
    good = {address for one in replicas if one["flags"] == "slave" for address in addresses(one["ip"])}
    require(good & nodes == nodes - {master}, f"{sentinel} reaches the replicas {good & nodes}")
    # One whose address was another's before may have met itself there. It counts itself twice then, until its next start.
    itself = ask(sentinel, SENTINEL_PORT, "SENTINEL", "MYID")
    others = [_fields(one) for one in ask(sentinel, SENTINEL_PORT, "SENTINEL", "SENTINELS", GROUP)]
    reached = sum(one["flags"] == "sentinel" and one["runid"] != itself for one in others)
    require(reached == sentinels - 1, f"{sentinel} reaches {reached} sentinels")


def _fields(words: list[str]) -> dict[str, str]:
    return dict(zip(words[::2], words[1::2]))


def main() -> int:
    data, sentinels, seconds = map(int, sys.argv[2:])
    deadline = time.monotonic() + seconds
    while True:
        try:
            settled(data, sentinels)
            return 0
        except (Unsettled, OSError, Refused, KeyError) as failure:
            if time.monotonic() > deadline:
                print(f"not settled within {seconds} s: {failure}")
                return 1
        time.sleep(LOOK_S)


if __name__ == "__main__":
    sys.exit(main())
