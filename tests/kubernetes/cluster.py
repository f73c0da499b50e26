"""A namespace of the cluster, by kubectl."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
KUBECTL = os.environ.get("KUBECTL", "kubectl")
IMAGE = os.environ.get("IMAGE", "dkr-redis")
CLIENT_IMAGE = os.environ.get("CLIENT_IMAGE", "dkr-kubernetes-client")
LOGS = os.environ.get("LOGS")  # a folder that keeps the logs of what failed
PATIENCE_S = 120
POD_WITH_DATA = "docker/kubernetes/standalone"
POD_FILES = [REPOSITORY / "tests/chaos" / name for name in
             ("network.py", "nodes.py", "probe.py", "resp.py", "writers.py")]


class Missed(Exception):
    """Something is not as it has to be."""


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def kubectl(*words: str, given: str | None = None, must: bool = True) -> str:
    done = subprocess.run([KUBECTL, *words], input=given, capture_output=True, text=True)
    if must and done.returncode != 0:
        raise Missed(f"kubectl {' '.join(words)}: {done.stderr.strip()} {done.stdout.strip()}")
    return done.stdout


def wait_for(what: str, condition: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:
    """What the condition returned, once that is true."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            failure = "no"
            if found := condition():
                return found
        except Missed as missed:
            failure = str(missed)
        if time.monotonic() > deadline:
            raise Missed(f"not within {seconds:.0f} s: {what} ({failure})")
        time.sleep(0.3)


def ignores_fs_group() -> bool:
    """Volumes of this kind are folders of the node, which Kubernetes gives to nobody."""
    classes = json.loads(kubectl("get", "storageclass", "-o", "json"))["items"]
    return any(one["provisioner"] == "kubernetes.io/host-path" for one in classes)


def giving(stateful_set: str) -> dict[str, Any]:
    """What stands in for fsGroup there."""
    user = {"runAsUser": 0, "runAsGroup": 0, "runAsNonRoot": False}
    give = {"name": "give", "image": "dkr-redis", "imagePullPolicy": "IfNotPresent", "securityContext": user,
            "command": ["chown", "999:999", "/data"], "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": stateful_set},
            "spec": {"template": {"spec": {"initContainers": [give]}}}}


@contextlib.contextmanager
def with_our_image(folder: str) -> Iterator[str]:
    """A folder for `kubectl apply -k`: the given one, with the image that is tested."""
    with tempfile.TemporaryDirectory() as text:
        made = Path(text).resolve()
        name, tag = IMAGE.rsplit(":", 1) if ":" in IMAGE.rsplit("/", 1)[-1] else (IMAGE, "latest")
        kustomization: dict[str, Any] = {"bases": [os.path.relpath(REPOSITORY / folder, made)],
                                         "images": [{"name": "dkr-redis", "newName": name, "newTag": tag}]}
        if ignores_fs_group():
            sets = ["redis"] if folder.endswith("standalone") else ["redis", "redis-sentinel"]
            kustomization["patchesStrategicMerge"] = [f"{one}.yaml" for one in sets]
            for one in sets:
                (made / f"{one}.yaml").write_text(json.dumps(giving(one)))
        (made / "kustomization.yaml").write_text(json.dumps(kustomization))
        yield text


def rendered(folder: str) -> list[dict[str, Any]]:
    """The objects that a folder makes, with the image that is tested, for any namespace."""
    with with_our_image(folder) as ours:
        made: list[dict[str, Any]] = json.loads(kubectl("apply", "--dry-run=client", "-o", "json", "-k", ours))["items"]
    for one in made:
        one["metadata"].pop("namespace", None)
    return made


class Namespace:
    """Deleted with all that is in it at the end of a `with`, unless KEEP is set."""

    def __init__(self, purpose: str) -> None:
        self.name = f"dkr-{purpose}-{secrets.token_hex(3)}"

    def __enter__(self) -> "Namespace":
        kubectl("create", "namespace", self.name)
        wait_for("a service account", lambda: self.kubectl("get", "serviceaccount", "default", must=False))
        return self

    def __exit__(self, kind: object, failure: object, _: object) -> None:
        if kind is not None:
            self.tell()
        if not os.environ.get("KEEP"):
            kubectl("delete", "namespace", self.name, "--timeout=120s", must=False)

    def kubectl(self, *words: str, given: str | None = None, must: bool = True) -> str:
        return kubectl("-n", self.name, *words, given=given, must=must)

    def objects(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", *words, "-o", "json"))["items"]
        return found

    def apply(self, folder: str) -> None:
        with with_our_image(folder) as ours:
            self.kubectl("apply", "-k", ours)

    def apply_some(self, folder: str, chosen: Callable[[dict[str, Any]], bool]) -> None:
        some = [one for one in rendered(folder) if chosen(one)]
        self.kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": some}))

    def pods(self, selector: str = "app=redis") -> dict[str, dict[str, Any]]:
        return {pod["metadata"]["name"]: pod for pod in self.objects("pods", "-l", selector)}

    def ready(self, count: int, selector: str = "app=redis") -> bool:
        """Exactly so many pods are there, and all of them ready."""
        pods = self.pods(selector)
        return len(pods) == count and all(map(is_ready, pods.values()))

    def wait_ready(self, count: int, selector: str = "app=redis") -> None:
        wait_for(f"{count} pods {selector} are ready", lambda: self.ready(count, selector))

    def exec(self, pod: str, *words: str, container: str | None = None) -> str:
        chosen = ["-c", container] if container else []
        return self.kubectl("exec", pod, *chosen, "--", *words).strip()

    def cli(self, pod: str, *words: str, container: str | None = None) -> str:
        return self.exec(pod, "redis-cli", *words, container=container)

    def master(self, sentinel: str = "redis-sentinel-0") -> str:
        """The pod that a sentinel names."""
        host = self.cli(sentinel, "-p", "26379", "sentinel", "get-master-addr-by-name", "redis").split("\n")[0]
        return host.split(".")[0]

    def settle(self, data: int = 3, sentinels: int = 3, seconds: int = PATIENCE_S) -> None:
        self.exec("client", "python3", "-B", "/client/members.py", "settled", str(data), str(sentinels), str(seconds))

    def start_client(self) -> None:
        files = [*POD_FILES, *sorted((REPOSITORY / "tests/kubernetes/pod").glob("*.py"))]
        self.kubectl("create", "configmap", "client", *(f"--from-file={file}" for file in files))
        container = {"name": "client", "image": CLIENT_IMAGE, "imagePullPolicy": "IfNotPresent",
                     "command": ["sleep", "infinity"],
                     "volumeMounts": [{"name": "client", "mountPath": "/client"}]}
        spec = {"containers": [container], "terminationGracePeriodSeconds": 0,
                "automountServiceAccountToken": False,
                "volumes": [{"name": "client", "configMap": {"name": "client"}}]}
        self.kubectl("apply", "-f", "-", given=json.dumps(
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "client", "labels": {"app": "client"}},
             "spec": spec}))
        self.wait_ready(1, "app=client")

    def tell(self) -> None:
        """What a reader of a failure needs."""
        print(self.kubectl("get", "pods,pvc", "-o", "wide", must=False), file=sys.stderr)
        print(self.kubectl("get", "events", "--sort-by=.lastTimestamp", must=False)[-3000:], file=sys.stderr)
        for pod in self.pods():
            text = self.kubectl("logs", pod, "--all-containers", "--timestamps", must=False)
            if LOGS:
                (Path(LOGS) / f"{self.name}-{pod}.log").write_text(text)
            print(f"--- {pod}", *text.splitlines()[-15:], sep="\n", file=sys.stderr)


def is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod["status"].get("conditions", [])
    return "deletionTimestamp" not in pod["metadata"] and any(
        one["type"] == "Ready" and one["status"] == "True" for one in conditions)
