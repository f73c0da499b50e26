"""Plain Redis beside a group: the same pod without dkr-redis, what anybody would apply."""

import json
from typing import Any

from cluster import Namespace, POD_WITH_DATA, rendered

NAME = "plain"
LABELS = {"app": NAME}
PORT = 6380  # whoever looks for a data node at an address that this pod has got since finds nobody
SELECTOR = "app in (redis, plain)"  # the pods of the group, and this one
SERVER = ["redis-server", "--port", str(PORT), "--dir", "/data", "--appendonly", "yes", "--protected-mode", "no"]


def start(space: Namespace) -> None:
    """Returns once it is ready."""
    made = [_as_plain(one) for one in rendered(POD_WITH_DATA)]
    space.kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": made}))
    space.wait_ready(1, f"app={NAME}")


def end(space: Namespace) -> None:
    space.kubectl("delete", "statefulset,service,pvc", "-l", f"app={NAME}")


def _as_plain(one: dict[str, Any]) -> dict[str, Any]:
    """The StatefulSet or the service of one data node, for a server that is started by itself."""
    one["metadata"] = {"name": NAME, "labels": LABELS}
    spec = one["spec"]
    if one["kind"] == "Service":
        spec["selector"] = LABELS
        return one
    spec["serviceName"] = NAME
    spec["selector"]["matchLabels"] = LABELS
    spec["template"]["metadata"]["labels"] = LABELS
    pod = spec["template"]["spec"]
    del pod["affinity"]
    container = pod["containers"][0]
    del container["env"]
    container["command"] = SERVER
    container["ports"] = [{"name": "redis", "containerPort": PORT}]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        del container[probe]["httpGet"]
        container[probe]["tcpSocket"] = {"port": "redis"}
    spec["volumeClaimTemplates"][0]["metadata"]["labels"] = LABELS
    return one
