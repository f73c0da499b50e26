"""What happens to a group while clients write."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable

import plain
from cluster import Missed, Namespace, say, wait_for
from measuring import Measuring

HELD_S = 40  # longer than a watcher remembers a sentinel that everybody else has forgotten
LAST_S = 5


@dataclass(frozen=True)
class Scenario:
    """The fault returns once all has been done that a person does; what follows is the group's affair."""

    name: str
    fault: Callable[[Namespace, Measuring], None]
    keeps_all: bool = True  # nothing that was acknowledged may be lost; else nothing that a replica had
    beside_plain: bool = False  # the same happens to a plain server, in the same moment


def replaced(space: Namespace, old: dict[str, str], count: int) -> bool:
    """All pods are others than the old ones, and ready."""
    pods = space.pods()
    return space.ready(count) and not any(pods[name]["metadata"]["uid"] == uid for name, uid in old.items())


def uids(space: Namespace, *names: str) -> dict[str, str]:
    return {name: pod["metadata"]["uid"] for name, pod in space.pods().items() if not names or name in names}


def delete_master(space: Namespace, *flags: str) -> None:
    master = space.master()
    old = uids(space, master)
    space.kubectl("delete", "pod", master, "--wait=false", *flags)
    wait_for(f"{master} is back", lambda: replaced(space, old, 6))


def master_deleted(space: Namespace, _: Measuring) -> None:
    delete_master(space)


def master_forced(space: Namespace, _: Measuring) -> None:
    delete_master(space, "--grace-period=0", "--force")


def server_killed(space: Namespace, _: Measuring) -> None:
    kill = 'for p in /proc/[0-9]*; do read -r n <$p/comm; [ "$n" != redis-server ] || kill -KILL ${p#/proc/}; done'
    space.exec(space.master(), "sh", "-c", kill)


def rolled(space: Namespace, _: Measuring) -> None:
    old = uids(space)
    space.kubectl("rollout", "restart", "statefulset", "redis", "redis-sentinel")
    wait_for("all pods are new", lambda: replaced(space, old, 6), 300)


def all_deleted(space: Namespace, _: Measuring) -> None:
    old = uids(space)
    space.kubectl("delete", "pods", "-l", plain.SELECTOR, "--wait=false")
    wait_for("all pods are new", lambda: replaced(space, old, 6))


def evict(space: Namespace, pod: str) -> None:
    order = {"apiVersion": "policy/v1beta1", "kind": "Eviction", "metadata": {"name": pod, "namespace": space.name}}
    space.kubectl("create", "--raw", f"/api/v1/namespaces/{space.name}/pods/{pod}/eviction", "-f", "-",
                  given=json.dumps(order))


def all_evicted(space: Namespace, _: Measuring) -> None:
    old = uids(space)
    every = space.pods(plain.SELECTOR)
    with ThreadPoolExecutor(len(every)) as threads:
        for done in [threads.submit(evict, space, pod) for pod in every]:
            done.result()
    wait_for("all pods are new", lambda: replaced(space, old, 6))


def claim_deleted(space: Namespace, _: Measuring) -> None:
    master = space.master()
    old = uids(space, master)
    space.kubectl("delete", "pvc", f"data-{master}", "--wait=false")
    space.kubectl("delete", "pod", master, "--wait=false")
    wait_for(f"{master} is another pod", lambda: uids(space, master).get(master, old[master]) != old[master])
    # Kubernetes may make the pod before the claim is gone, and never makes the claim then.
    began = time.monotonic()

    def back() -> bool:
        nonlocal began
        if time.monotonic() > began + 5 and not space.kubectl("get", "pvc", f"data-{master}", "--ignore-not-found"):
            say(f"  {master} is deleted once more: it was made before its claim was gone")
            space.kubectl("delete", "pod", master)
            began = time.monotonic()
        return replaced(space, old, 6)

    wait_for(f"{master} is back", back)


def scaled(space: Namespace, _: Measuring) -> None:
    for count in (5, 3):
        space.kubectl("scale", "statefulset", "redis", f"--replicas={count}")
        space.wait_ready(count + 3)
        space.settle(data=count)
        say(f"  {count} data nodes")
    # Else they stand for nodes that are only out of reach, and might be promoted.
    for number in range(3):
        space.cli(f"redis-sentinel-{number}", "-p", "26379", "sentinel", "reset", "redis")
        space.settle()
    space.kubectl("delete", "pvc", "data-redis-3", "data-redis-4", "--wait=false")


def no_sentinels(space: Namespace, measuring: Measuring) -> None:
    space.kubectl("scale", "statefulset", "redis-sentinel", "--replicas=0")
    space.wait_ready(3)
    time.sleep(HELD_S)
    before = measuring.written()
    time.sleep(LAST_S)
    if measuring.written() == before:
        raise Missed("without sentinels no writes are taken, though all replicas are linked")
    space.kubectl("scale", "statefulset", "redis-sentinel", "--replicas=3")
    space.wait_ready(6)


SCENARIOS = {scenario.name: scenario for scenario in (
    Scenario("master_deleted", master_deleted),
    Scenario("master_forced", master_forced, keeps_all=False),
    Scenario("server_killed", server_killed),
    Scenario("rolled", rolled),
    Scenario("all_deleted", all_deleted, beside_plain=True),
    Scenario("all_evicted", all_evicted, beside_plain=True),
    Scenario("claim_deleted", claim_deleted),
    Scenario("scaled", scaled),
    Scenario("no_sentinels", no_sentinels),
)}


def missed(scenario: Scenario, figures: dict[str, int]) -> list[str]:
    """What has to be, and is not."""
    wanted = {
        "writable again": not figures["gap_open"],
        "no write lost": not (scenario.keeps_all and figures["lost"]),
        "no write lost that a replica had": not figures["copied_lost"],
        "the data of before is kept": not figures["preloaded_lost"],
        "never two masters": not figures["two_masters_ms"],
    }
    return [text for text, is_so in wanted.items() if not is_so]


def attempt(scenario: Scenario, space: Namespace) -> dict[str, int]:
    if scenario.beside_plain:
        plain.start(space)
    with Measuring(space, f"{plain.NAME}:{plain.PORT}" if scenario.beside_plain else None) as measuring:
        measuring.fault()
        began = time.monotonic()
        scenario.fault(space, measuring)
        space.settle()
        seconds = time.monotonic() - began
        figures = measuring.end()
    if scenario.beside_plain:
        plain.end(space)
    for key in ("lost_at", "two_masters_at"):
        if figures[key]:
            say(f"  {key}, seconds after the fault: {sorted(set(figures[key]))[:20]}")
    if figures["acknowledged"] == 0:
        raise Missed("nothing was written")
    return figures | {"settled_s": round(seconds)}
