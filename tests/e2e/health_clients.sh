#!/usr/bin/env bash
# Bad clients of the health port, and a good one that does not notice them.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

PORT=8080

watcher() { # the process that answers
  docker top "$(c a)" -o pid,ppid,comm |
    awk -v init="$(docker inspect -f '{{.State.Pid}}' "$(c a)")" '$2 == init && /dkr-redis watch/ { print $1 }'
}

has_watcher() { [[ -n $(watcher) ]]; }

launch a -e "REDIS_HEALTH_PORT=$PORT" "$IMAGE"
wait_for "$PATIENCE" has_watcher
before=$(watcher)
address=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(c a)")
python3 "$(dirname "$0")/bad_clients.py" "$address" "$PORT" "$before" || fail "bad clients"
assert_eq "the watcher is the same" "$before" "$(watcher)"
