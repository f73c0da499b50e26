"""The original guide: a bootstrap pod is the first master; when all others are there, it goes."""

import time
from typing import Any

from cluster import Missed, Namespace, say, wait_for

KEYS = 1000
FILL = f"for i = 1, {KEYS} do redis.call('SET', 'kept:' .. i, i) end"
DATA = tuple(f"redis-{number}" for number in range(3))
SENTINELS = tuple(f"redis-sentinel-{number}" for number in range(3))
BOOTSTRAP = "redis-bootstrap"


def stateful(name: str) -> Any:
    return lambda one: one["kind"] == "StatefulSet" and one["metadata"]["name"] == name


def info(space: Namespace, pod: str, container: str | None = None) -> dict[str, str]:
    lines = space.cli(pod, "info", "replication", container=container).splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def known(space: Namespace, sentinel: str) -> dict[str, str]:
    words = space.cli(sentinel, "-p", "26379", "sentinel", "master", "redis").splitlines()
    return dict(zip(words[::2], words[1::2]))


def has_all(space: Namespace, pod: str) -> bool:
    return int(space.cli(pod, "dbsize")) >= KEYS


def linked(space: Namespace) -> bool:
    """All data nodes follow the bootstrap pod, and the sentinels know it."""
    return (all(info(space, pod).get("master_link_status") == "up" and has_all(space, pod) for pod in DATA)
            and all(known(space, sentinel)["num-slaves"] == "3" for sentinel in SENTINELS))


def one_master(space: Namespace) -> str | None:
    """The data node that the sentinels name, when it is the master and the others follow it."""
    named = {known(space, sentinel)["ip"].split(".")[0] for sentinel in SENTINELS}
    if len(named) != 1 or (master := named.pop()) not in DATA:
        return None
    seen = {pod: info(space, pod) for pod in DATA}
    follow = [pod for pod in DATA if seen[pod].get("master_link_status") == "up"
              and seen[pod].get("master_host", "").split(".")[0] == master]
    return master if seen[master]["role"] == "master" and len(follow) == 2 else None


def take_writes(space: Namespace, key: str) -> str:
    """The master, once it has taken one; it has all keys then."""
    master: str = wait_for("one master", lambda: one_master(space))
    wait_for(f"{master} takes writes", lambda: space.cli(master, "set", key, "1") == "OK")
    wait_for(f"{master} has the data", lambda: has_all(space, master), 1)
    return master


def bring_up(space: Namespace, folder: str, by_hand: bool) -> None:
    space.apply_some(folder, lambda one: one["kind"] != "StatefulSet")
    space.wait_ready(1, "part=bootstrap")
    space.cli(BOOTSTRAP, "eval", FILL, "0", container="redis")
    space.apply_some(folder, stateful("redis-sentinel"))
    space.wait_ready(3, "part=sentinel")
    wait_for("the sentinels name the bootstrap pod, and know each other", lambda: all(
        known(space, one)["ip"].startswith(f"{BOOTSTRAP}.") and known(space, one)["num-other-sentinels"] == "3"
        for one in SENTINELS))
    space.apply_some(folder, stateful("redis"))
    if by_hand:
        space.wait_ready(3, "part=data")
        for pod in DATA:
            wait_for(f"{pod} is a master", lambda: info(space, pod)["role"] == "master", 1)
            space.cli(pod, "slaveof", f"{BOOTSTRAP}.redis.{space.name}.svc.cluster.local", "6379")
    wait_for("the data nodes follow the bootstrap pod", lambda: linked(space))


def guide(space: Namespace, by_hand: bool) -> None:
    folder = "tests/kubernetes/by-hand" if by_hand else "docker/kubernetes/bootstrap"
    began = time.monotonic()
    bring_up(space, folder, by_hand)
    say(f"  all follow the bootstrap pod after {time.monotonic() - began:.0f} s")

    began = time.monotonic()
    space.kubectl("delete", "pod", BOOTSTRAP, "--wait=false")
    master = take_writes(space, "without-bootstrap")
    say(f"  without the bootstrap pod {master} is the master after {time.monotonic() - began:.0f} s")

    for pod in DATA:
        follows = f"replicaof {master}." in space.exec(pod, "cat", "/data/redis.conf")
        wait_for(f"the volume of {pod} says whom it follows", lambda: follows == (pod != master), 1)
    began = time.monotonic()
    space.kubectl("delete", "pods", "-l", "app=redis", "--wait=false")
    wait_for("all are back", lambda: space.ready(6))
    say(f"  from the volumes {take_writes(space, 'from-volumes')} is the master after {time.monotonic() - began:.0f} s")
    if space.cli(take_writes(space, "from-volumes"), "exists", "without-bootstrap") != "1":
        raise Missed("what was written without the bootstrap pod is lost")
