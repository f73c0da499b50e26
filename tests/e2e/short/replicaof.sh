#!/usr/bin/env bash
# REPLICAOF made by hand survives a restart; nothing of the entrypoint undoes it.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

docker network create --label "$LABEL" "$RUN" >/dev/null
start master --network "$RUN" --network-alias master "$IMAGE"
start replica --network "$RUN" -v "$(volume replica):/data" "$IMAGE"
up master
up replica
cli master config set repl-diskless-sync-delay 0 >/dev/null
cli master set before 1 >/dev/null

linked() { [[ $(cli replica info replication) == *master_link_status:up* ]]; }
has() { [[ $(cli replica get "$1") == "$2" ]]; }

say "REPLICAOF and CONFIG REWRITE by hand"
cli replica replicaof master 6379 >/dev/null
cli replica config rewrite >/dev/null
wait_for "$PATIENCE" linked
ok "the replica is linked"

say "restart of the replica"
again replica
assert_match "it starts as a replica of the same master" 'role:slave.*master_host:master' "$(cli replica info replication)"
cli master set after 2 >/dev/null
wait_for "$PATIENCE" has before 1
wait_for "$PATIENCE" has after 2
ok "it follows: writes of before and after the restart arrive"

say "a new container on its volume, with a setting"
docker rm -fv "$(c replica)" >/dev/null
launch replica --network "$RUN" -v "$(c replica):/data" -e REDIS_PORT=6379 "$IMAGE"
assert_match "still a replica" 'role:slave.*master_host:master' "$(cli replica info replication)"

# Its AOF is made anew after the synchronization; until then a restart would read the one before.
settled() { linked && [[ $(cli replica info persistence) == *aof_rewrite_in_progress:0*aof_rewrite_scheduled:0* ]]; }
wait_for "$PATIENCE" settled
wait_for "$PATIENCE" has after 2

say "promoted by hand"
cli replica replicaof no one >/dev/null
cli replica config rewrite >/dev/null
again replica
assert_match "it starts as a master" 'role:master' "$(cli replica info replication)"
assert_eq "with its data" 2 "$(cli replica get after)"
