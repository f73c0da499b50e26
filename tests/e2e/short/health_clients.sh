#!/usr/bin/env bash
# Bad clients of the health port, and a good one that does not notice them.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

PORT=8080

has_watcher() { [[ -n $(watcher_of a) ]]; }

launch a -e "REDIS_HEALTH_PORT=$PORT" "$IMAGE"
wait_for "$PATIENCE" has_watcher
before=$(watcher_of a)
python3 "$TOOLS/bad_clients.py" "$(address a)" "$PORT" "$before" || fail "bad clients"
assert_eq "the watcher is the same" "$before" "$(watcher_of a)"
