"""Keys of a trial, and whether a node has them."""

from typing import Sequence

from nodes import Node
from resp import Connection

AT_ONCE = 1000


def numbered(prefix: str, keys: int) -> list[str]:
    return [f"{prefix}:{number}" for number in range(keys)]


def present(node: Node, keys: Sequence[str]) -> int:
    """How many of the keys the node has."""
    with Connection(node.address, node.port, 5) as connection:
        return sum(connection.call("EXISTS", *some) for some in _portions(keys))


def absent(node: Node, keys: Sequence[str]) -> set[str]:
    """The keys that the node does not have."""
    with Connection(node.address, node.port, 5) as connection:
        return {key for some in _portions(keys)
                for key, there in zip(some, connection.pipeline([("EXISTS", key) for key in some])) if not there}


def _portions(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[at:at + AT_ONCE] for at in range(0, len(keys), AT_ONCE)]
