#!/usr/bin/env bash
# What follows the crash of a server.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

crash() { kill -9 "$(server_of "$1")"; } # name

another_server() { # name, process
  local now
  now=$(server_of "$1")
  [[ -n $now && $now != "$2" ]]
}

crash_and_come_back() { # name
  local before
  before=$(server_of "$1")
  kill -9 "$before"
  wait_for "$PATIENCE" another_server "$1" "$before"
  up "$1"
}

# Before it subscribes to a sentinel, a watcher has told PID 1 what its server is.
watched() { [[ $(cli sentinel-1 -p 26379 client list) == *addr=$NET.11$1:*sub=[1-9]* ]]; } # number

linked() { [[ $(cli "redis-$1" info replication) == *master_link_status:up* ]]; } # number

say "an independent node"
launch alone "$IMAGE"
crash alone
wait_for "$PATIENCE" gone alone
assert_eq "ends with its server" 137 "$(exit_status alone)"
assert_match "and says how that ended" "the server was terminated by signal 9 .Killed." "$(logs alone)"

say "a server that takes too much memory"
launch large --memory 48m --memory-swap 48m "$IMAGE"
cli large setrange k 200000000 x >/dev/null 2>&1 || true
wait_for "$PATIENCE" gone large
assert_match "is told apart" "signal 9 .out of memory in this container." "$(logs large)"

say "the only data node of a group"
GROUP=(-e REDIS_GROUP=redis -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" -e "REDIS_MASTER_HOST=$NET.111"
  -e REDIS_QUORUM=1 -e REDIS_DOWN_AFTER_MS=5000)
node 1
up redis-1
sentinel 1
up sentinel-1 26379
wait_for "$PATIENCE" watched 1
cli redis-1 set k 1 >/dev/null
crash_and_come_back redis-1
assert_eq "serves again, with its data" 1 "$(cli redis-1 get k)"
assert_match "in place" "signal 9 .Killed., crash 1; restarting it" "$(logs redis-1)"
assert_eq "in the same container" 0 "$(docker inspect -f '{{.RestartCount}}' "$(c redis-1)")"
wait_for "$PATIENCE" watched 1
crash_and_come_back redis-1
assert_match "also when it should fail over" "crash 2; restarting it once another node is the master" "$(logs redis-1)"
assert_eq "and nobody else is there" 1 "$(cli redis-1 get k)"

say "a replica"
node 2
wait_for "$PATIENCE" linked 2
crash redis-2
wait_for "$PATIENCE" gone redis-2
assert_eq "ends with its server" 137 "$(exit_status redis-2)"

say "REDIS_ON_CRASH=exit"
docker rm -f "$(c redis-1)" >/dev/null
node 1 -e REDIS_ON_CRASH=exit
up redis-1
wait_for "$PATIENCE" watched 1
crash redis-1
wait_for "$PATIENCE" gone redis-1
assert_eq "ends with its server" 137 "$(exit_status redis-1)"
