#!/usr/bin/env bash
# The group on one screen, before and after a failover, in each container and from one beside it; as JSON, and watched.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

ESCAPE=$'\x1b'

seen() { docker exec "$(c "$1")" dkr-redis status "${@:2}"; } # name [flags]

# What a program reads of the group, by an expression on it
json() { # name expression
  seen "$1" --json | python3 -c "import json, sys; g = json.load(sys.stdin)['groups'][0]; print($2)"
}

beside() { # in a container that is none of the group, and knows one sentinel
  docker run --rm --label "$LABEL" --network "$RUN" -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" "$IMAGE" status
}

shows() { # name regex
  local screen
  screen=$(seen "$1")
  echo "$screen"
  [[ $screen =~ $2 ]]
}

say "a healthy group"
place_all
HEAD="^group redis: master $NET.111:6379 takes writes, 2 of 2 replicas linked, 3 of 3 sentinels agree"
for name in redis-1 redis-2 sentinel-1 sentinel-3; do wait_for "$PATIENCE" shows "$name" "$HEAD"; done
ok "one screen, in every container"
SCREEN=$(seen redis-3)
assert_eq "masters, replicas, sentinels" "1 2 3" "$(awk '/ master  +takes writes / { m++ } / replica  +linked / { r++ }
  / agrees / { s++ } END { print m, r, s }' <<<"$SCREEN")"
assert_match "votes" "votes   3 of 3 sentinels answer, a failover needs 2" "$SCREEN"
assert_match "who would take over" "next    $NET.11[23]:6379, then $NET.11[23]:6379" "$SCREEN"
assert_match "when they started" "[0-9]Z +[0-9ms]+  $NET.111:6379 started" "$SCREEN"
refute_match "no colour without a terminal" "$ESCAPE" "$SCREEN"
refute_match "nothing is wrong" "note" "$SCREEN"
assert_match "from a container beside it" "$HEAD" "$(beside)"
NEXT=$(json sentinel-2 "g['next'][0]")
assert_eq "as JSON" "$NET.111:6379 True taken 3 0" "$(json sentinel-2 "g['master'], g['votes']['suffice'],
  g['nodes'][0]['writes'], sum(s['agrees'] for s in g['sentinels']), len(g['notes'])" | tr -d "(),'")"

say "one that differs, and one that would never take over"
cli sentinel-3 -p 26379 sentinel set redis quorum 1 >/dev/null
LAST=$([[ $NEXT == "$NET.112:6379" ]] && echo redis-3 || echo redis-2)
cli "$LAST" config set replica-priority 0 >/dev/null
wait_for "$PATIENCE" shows redis-1 "never: priority 0"
assert_match "a sentinel with another quorum" \
  "the sentinels differ in quorum: 1 by $NET.13:26379; 2 by $NET.11:26379, $NET.12:26379" "$(seen sentinel-1)"
cli sentinel-3 -p 26379 sentinel set redis quorum 2 >/dev/null

say "a fence"
docker stop "$(c sentinel-1)" "$(c sentinel-2)" >/dev/null
wait_for "$PATIENCE" shows redis-1 "^group redis: master $NET.111:6379 takes writes with 2 replicas, 2 of 2"
ok "guarded: most sentinels are away"
docker pause "$(c "$LAST")" >/dev/null
wait_for "$PATIENCE" shows redis-1 "^group redis: master $NET.111:6379 refuses writes: (fence closed|1 of 2 replicas), "
ok "closed, or without a replica that it wants"
docker unpause "$(c "$LAST")" >/dev/null
docker start "$(c sentinel-1)" "$(c sentinel-2)" >/dev/null
wait_for "$PATIENCE" settled 1
wait_for "$PATIENCE" shows redis-2 "$HEAD"

say "watched on a terminal, through a failover"
start watched -t --network "$RUN" -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" "$IMAGE" status --watch
drawn() { (($(logs watched | grep -c "$ESCAPE\[H") > 2)); }
wait_for "$PATIENCE" drawn
docker kill "$(c redis-1)" >/dev/null
TAKEN="^group redis: master $NEXT takes writes, 1 of 2 replicas linked, 3 of 3 sentinels agree"
wait_for "$PATIENCE" shows sentinel-1 "$TAKEN"
ok "the one that was to take over has"
SCREEN=$(seen sentinel-1)
assert_match "since when" "[0-9]Z +[0-9ms]+  the sentinels name $NEXT, epoch 1" "$SCREEN"
wait_for "$PATIENCE" shows sentinel-1 "[0-9]Z +[0-9ms]+  $NET.111:6379 is down for 3 of 3 sentinels"
ok "and who is down"
assert_match "nobody else could" "nobody would take over: there is no replica that could be promoted" "$SCREEN"
watched_takes() { [[ $(logs watched) == *"master $NEXT takes writes"* ]]; }
wait_for "$PATIENCE" watched_takes
assert_match "in colours" "$ESCAPE\[32mmaster $NEXT takes writes" "$(logs watched)"
docker stop "$(c watched)" >/dev/null
assert_eq "exit status, after SIGTERM" 0 "$(exit_status watched)"

say "few or no sentinels"
docker stop "$(c sentinel-1)" "$(c sentinel-2)" >/dev/null
assert_match "too few" "nobody would take over: too few sentinels answer" "$(seen sentinel-3)"
docker stop "$(c sentinel-3)" >/dev/null
assert_match "the master by its own word" "master $NEXT (takes|refuses) writes" "$(seen redis-2)"
once alone --network "$RUN" -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" "$IMAGE" status
assert_eq "exit status where nobody answers" 69 "$CODE"
