#!/usr/bin/env bash
# What the watcher does about the role of a node that runs.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

sentinels() { for n in 1 2 3; do sentinel "$n"; done; }

follows() { # number, number of the master
  [[ $(cli "redis-$1" info replication) == *role:slave*master_host:$NET.11$2*master_link_status:up* ]]
}

another_watcher() { # number, process
  local now
  now=$(watcher_of "redis-$1")
  [[ -n $now && $now != "$2" ]]
}

writes() { [[ $(cli "redis-$1" set k 1 2>&1) == OK ]]; } # number

GROUP=(-e REDIS_GROUP=redis -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11,$NET.12,$NET.13"
  -e "REDIS_MASTER_HOST=$NET.111" -e REDIS_DOWN_AFTER_MS=5000)

say "independent nodes are there before their sentinels"
node 1
up redis-1
SERVER_MAJOR=$(cli redis-1 info server | sed -n 's/^redis_version:\([0-9]*\).*/\1/p')
cli redis-1 set of-the-group 1 >/dev/null
for n in 2 3; do
  node "$n" -e REDIS_MASTER_HOST=
  up "redis-$n"
  assert_match "redis-$n" role:master "$(cli "redis-$n" info replication)"
done
cli redis-3 set mine 1 >/dev/null
sentinels
wait_for "$PATIENCE" follows 2 1
ok "an empty one joins when the group's master appears"
wait_for "$PATIENCE" has_logged redis-3 "the data here is not the group's; REDIS_JOIN=force"
assert_eq "one with data of its own keeps it" 1 "$(cli redis-3 get mine)"
docker rm -f "$(c redis-3)" >/dev/null
node 3 -e REDIS_JOIN=force
up redis-3
wait_for "$PATIENCE" healthy 1
assert_eq "told to join, it has the group's data" 1 "$(cli redis-3 get of-the-group)"
assert_match "its own is kept" "kept the data that the master lacks in /data/aside-replaced" "$(logs redis-3)"
where=(--dir /data --appenddirname aside-replaced)
((SERVER_MAJOR >= 7)) || where=(--dir /data/aside-replaced)
docker exec -d "$(c redis-3)" "$SERVER-server" --port 7001 --appendonly yes "${where[@]}"
has_mine() { [[ $(cli redis-3 -p 7001 get mine 2>&1) == 1 ]]; }
wait_for "$PATIENCE" has_mine
ok "another server reads it"

if ((SERVER_MAJOR < 7)); then
  wait_for "$PATIENCE" has_logged sentinel-1 "the sentinel keeps its own INFO period: ERR Unknown sentinel subcommand"
  ok "the sentinels cannot be made to ask more often"
else
  assert_match "the sentinels ask more often" "INFO-PERIOD 1000 " "$(cli sentinel-1 -p 26379 sentinel debug | xargs)"
fi

say "the watcher is killed"
before=$(watcher_of redis-1) server=$(cli redis-1 info server | grep ^run_id)
kill -9 "$before"
wait_for "$PATIENCE" another_watcher 1 "$before"
assert_eq "the server" "$server" "$(cli redis-1 info server | grep ^run_id)"
before=$(watcher_of redis-1)
kill -STOP "$before"
wait_for "$PATIENCE" another_watcher 1 "$before"
assert_match "a silent one too" "no heartbeat from the watcher" "$(logs redis-1)"

say "the sentinels name a node that is a replica"
cli redis-2 replicaof no one >/dev/null
cli redis-1 replicaof "$NET.112" 6379 >/dev/null
cli redis-3 replicaof "$NET.112" 6379 >/dev/null
wait_for "$PATIENCE" healthy 2
assert_match "the master told them" "told sentinel $NET.1[1-3]:26379 to monitor $NET.112:6379: OK" "$(logs redis-2)"
assert_match "and kept their settings" "down-after-milliseconds 5000 " \
  "$(cli sentinel-1 -p 26379 sentinel master redis | xargs)"

say "everything is down; the named master comes back first, and empty"
docker stop "$(c redis-1)" "$(c redis-3)" "$(c redis-2)" >/dev/null
empty_again 2
node 2 -e REDIS_PEER_WAIT_MS=4000 # long enough for the other to start, also on a slow machine
up redis-2
assert_eq "after REDIS_PEER_WAIT_MS it serves" 0 "$(keys 2)"
docker start "$(c redis-1)" >/dev/null
up redis-1
wait_for "$PATIENCE" follows 2 1
assert_match "the one with the data started closed" "starts as a master closed to writes" "$(logs redis-1)"
assert_eq "and its data is the group's" 1 "$(cli redis-2 get of-the-group)"
docker start "$(c redis-3)" >/dev/null
wait_for "$PATIENCE" healthy 1
assert_eq "a write" OK "$(cli redis-1 set more 1)"
assert_eq "the user's own limit is back" "min-replicas-to-write 0" \
  "$(cli redis-1 config get min-replicas-to-write | xargs)"

say "a master restarts, and no sentinel is there"
docker stop "$(c sentinel-1)" "$(c sentinel-2)" "$(c sentinel-3)" "$(c redis-3)" "$(c redis-2)" >/dev/null
docker rm -f "$(c redis-1)" >/dev/null
node 1 -e REDIS_SENTINEL_WAIT_MS=500 -e REDIS_PEER_WAIT_MS=500 -e "REDIS_PEERS=$NET.111,$NET.112,$NET.113"
up redis-1
assert_match "it is closed to writes" NOREPLICAS "$(cli redis-1 set k 1 2>&1)"
docker start "$(c sentinel-1)" "$(c sentinel-2)" >/dev/null
wait_for "$PATIENCE" writes 1
ok "and open once two sentinels name it"

say "a sentinel was made to forget the group"
docker start "$(c sentinel-3)" >/dev/null
remembers() { [[ $(cli sentinel-3 -p 26379 sentinel master redis | xargs) == *" down-after-milliseconds 5000 "* ]]; }
wait_for "$PATIENCE" remembers
assert_eq "SENTINEL REMOVE" OK "$(cli sentinel-3 -p 26379 sentinel remove redis)"
wait_for "$PATIENCE" remembers
assert_match "the master told it" "told sentinel $NET.13:26379 to monitor $NET.111:6379: OK" "$(logs redis-1)"

say "what the watcher could not work with is refused"
refused "CONFIG is taken away" 78 'rename-command CONFIG: accepted' '' hidden --network "$RUN" "${GROUP[@]}" \
  "$IMAGE" "$SERVER-server" --rename-command CONFIG hidden
printf 'user default on #%064d ~* +@all\n' 0 >"$WORK/hashed.conf"
refused "nobody knows the password" 78 'user default: its password is not known; accepted' '' hashed --network "$RUN" \
  "${GROUP[@]}" -v "$WORK/hashed.conf:/hashed.conf" -e REDIS_CONF=/hashed.conf "$IMAGE"

say "a password that only the configuration tells"
printf 'requirepass open-sesame\n' >"$WORK/told.conf"
start told -v "$WORK/told.conf:/told.conf" -e REDIS_CONF=/told.conf -e REDIS_GROUP=alone "$IMAGE"
lets_in() { docker exec "$(c told)" dkr-redis probe started; }
wait_for "$PATIENCE" lets_in
ok "is used"
docker exec -e REDISCLI_AUTH=open-sesame "$(c told)" "$SERVER-cli" acl setuser default -client >/dev/null
kill -9 "$(watcher_of told)"
wait_for "$PATIENCE" has_logged told "the watcher cannot do all of its work: CLIENT PAUSE WRITE: NOPERM"
ok "and what changes at run time is told"
