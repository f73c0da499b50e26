#!/usr/bin/env bash
# A group that only the note in the volume names, and ports that only the configuration file or the arguments of the
# server say: observe, handover, probe and the health line know this container all the same.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"
# shellcheck source=../lib/health.sh
source "$(dirname "$0")/../lib/health.sh"

GROUP=(-e REDIS_DOWN_AFTER_MS=30000 -e REDIS_QUORUM=1)
SENTINEL=$NET.11 FIRST=$NET.111:7001 SECOND=$NET.112:7002

in_file() { node 1 -e "REDIS_SENTINEL_SERVICE_HOST=$SENTINEL" "$@"; } # [docker run arguments]

in_arguments() { # [docker run arguments]: the sentinel is a flag, too
  start redis-2 --network "$RUN" --ip "$NET.112" -v "$(volume redis-2):/data" "$@" "$IMAGE" \
    run --sentinel-service-host "$SENTINEL" -- --port 7002
}

linked() { # number and port of the master: the other one can be promoted
  [[ $(cli "redis-$1" -p "$2" info replication) == *role:master*state=online* &&
    $(cli sentinel-1 -p 26379 sentinel get-master-addr-by-name blue | xargs) == "$NET.11$1 $2" &&
    $(cli sentinel-1 -p 26379 sentinel replicas blue | xargs) == *"$NET.11$((3 - $1)) "*" master-link-status ok "*" slave-priority 100 "* &&
    $(cli "redis-$((3 - $1))" -p $((7001 + 7002 - $2)) info replication) == *slave_priority:100* ]]
}

noted() { docker exec "$(c "redis-$1")" grep -qx 'group blue' /data/dkr-redis.state; } # number

observed() { docker exec "$(c "redis-$1")" dkr-redis observe 2>&1 || true; } # number

handed_over() { docker exec "$(c "redis-$1")" dkr-redis handover 2>&1 || true; } # number

say "a group, as it is set up"
in_file -e REDIS_GROUP=blue -e REDIS_PORT=7001 -e "REDIS_MASTER_HOST=$NET.111" -e REDIS_MASTER_PORT=7001
sentinel 1 -e REDIS_GROUP=blue -e "REDIS_MASTER_HOST=$NET.111" -e REDIS_MASTER_PORT=7001
in_arguments -e REDIS_GROUP=blue
wait_for "$PATIENCE" linked 1 7001
wait_for "$PATIENCE" noted 1
wait_for "$PATIENCE" noted 2

say "its nodes started anew, without a word of group and port"
docker rm -fv "$(c redis-2)" >/dev/null
in_arguments
wait_for "$PATIENCE" linked 1 7001
docker stop "$(c redis-1)" >/dev/null
docker rm -v "$(c redis-1)" >/dev/null
in_file
wait_for "$PATIENCE" linked 2 7002

say "the port among the arguments"
assert_match "observe" "sentinel  $SENTINEL:26379  names $SECOND .*node      $SECOND  master, 1 linked replica," "$(observed 2)"
assert_match "probe" "^0 " "$(probed redis-2 ready --role master)"
assert_match "handover" "handed over to $FIRST" "$(handed_over 2)"
wait_for "$PATIENCE" linked 1 7001

say "the port in the file"
assert_match "observe" "sentinel  $SENTINEL:26379  names $FIRST .*node      $FIRST  master, 1 linked replica," "$(observed 1)"
assert_match "probe" "^0 " "$(probed redis-1 ready --role master)"
docker kill "$(c redis-1)" >/dev/null
docker start "$(c redis-1)" >/dev/null
wait_for "$PATIENCE" linked 1 7001
assert_match "it is named by its own port" "the sentinels name this node, and no live replica has more" "$(logs redis-1)"
assert_match "handover" "handed over to $SECOND" "$(handed_over 1)"
wait_for "$PATIENCE" linked 2 7002

say "the health line while it waits"
docker rm -fv "$(c sentinel-1)" "$(c redis-1)" "$(c redis-2)" >/dev/null
in_arguments -e "REDIS_HEALTH_PORT=$HEALTH" -e REDIS_SENTINEL_WAIT_MS=60000 -e "REDIS_PEERS=$FIRST,$SECOND"
wait_for "$PATIENCE" answered redis-2 readyz "^503 waits for its role in group blue"
ok "it waits for its role in group blue"
