#!/usr/bin/env bash
# Ends that are no crashes: whatever signal an engine stops a container by is a stop, with a handover where there is a
# group, and a burst of one signal is one wish.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

GROUP=(-e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" -e REDIS_DOWN_AFTER_MS=30000 -e REDIS_QUORUM=1 -e REDIS_GROUP=redis
  -e "REDIS_MASTER_HOST=$NET.111" -e "REDIS_PEERS=$NET.111,$NET.112")

# The other one can be promoted.
linked() { # number of the master
  [[ $(cli "redis-$1" info replication) == *role:master*state=online* && $(named) == "$1" &&
    $(cli sentinel-1 -p 26379 sentinel replicas redis | xargs) == *"$NET.11$((3 - $1)) "*" master-link-status ok "*" slave-priority 100 "* &&
    $(cli "redis-$((3 - $1))" info replication) == *slave_priority:100* ]]
}

handed_over() { # what number of the master: it has ended well, and the other one is the master
  wait_for "$PATIENCE" gone "redis-$2"
  assert_eq "$1: exit status" 0 "$(exit_status "redis-$2")"
  assert_match "$1 is a stop with a handover" "handed over to $NET.11$((3 - $2)):6379 in" "$(logs "redis-$2" | tail -n 40)"
  refute_match "$1 is no crash" 'terminated by signal|crash ' "$(logs "redis-$2")"
  docker start "$(c "redis-$2")" >/dev/null
  wait_for "$PATIENCE" linked $((3 - $2))
}

twice() { # signal name: some milliseconds apart
  local pid
  pid=$(docker inspect -f '{{.State.Pid}}' "$(c "$2")")
  kill -s "$1" "$pid"
  kill -s "$1" "$pid" || true # it may have ended at the first one
}

say "a group"
node 1 --stop-signal SIGQUIT
node 2
sentinel 1
wait_for "$PATIENCE" linked 1
docker stop "$(c redis-1)" >/dev/null
handed_over "STOPSIGNAL SIGQUIT" 1
twice TERM redis-2
handed_over "SIGTERM, twice at once" 2
docker kill -s USR1 "$(c redis-1)" >/dev/null
handed_over "SIGUSR1" 1
twice INT redis-2
handed_over "SIGINT, twice at once" 2

say "a server alone, without an AOF"
for signal in QUIT INT TERM PWR RTMIN+3; do
  name=alone-${signal/+/-}
  launch "$name" "$IMAGE" --appendonly no
  cli "$name" set kept yes >/dev/null
  twice "$signal" "$name"
  wait_for "$PATIENCE" gone "$name"
  assert_eq "SIG$signal, twice at once: exit status" 0 "$(exit_status "$name")"
  assert_match "and it has saved" "DB saved on disk" "$(logs "$name")"
done
