#!/usr/bin/env bash
# Everybody announces a name: names that come late, that move to other addresses, and a name service that is slow.
# shellcheck source-path=SCRIPTDIR
BY_NAME=1
# shellcheck source=../lib/moved.sh
source "$(dirname "$0")/../lib/moved.sh"

# Sentinel stands still for every look-up, several a second.
say "the name service takes 50 ms"
start names --network "$RUN" --ip "$NET.53" "$IMAGE"
setpriv --pdeathsig KILL nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(c names)")" -n \
  python3 "$TOOLS/slow_names.py" "$NET.53" 50 &
slow=$!
echo "nameserver $NET.53" >"$WORK/resolv.conf"
GROUP+=(-v "$WORK/resolv.conf:/etc/resolv.conf:ro")
began=$(now_ms)
place_all
find_master
ok "redis-$MASTER is the master, after $(($(now_ms) - began)) ms"
fill "$MASTER"
old=$MASTER
docker kill "$(c "redis-$old")" >/dev/null
began=$(now_ms)
is_another() { [[ $(named_by sentinel-1) == redis-[123] && $(named_by sentinel-1) != "redis-$old" ]]; }
wait_for "$PATIENCE" is_another
ok "$(named_by sentinel-1) is named after its crash, $(($(now_ms) - began)) ms"
move "redis-$old" 30
place "redis-$old"
find_master
have_all_keys
empty_all
kill "$slow"
unset "GROUP[-1]" "GROUP[-1]"

say "one name for all is set, each has its own"
place_all
wait_for "$PATIENCE" any_healthy
assert_match "the replicas follow a name" "master_host:redis-[123]" "$(cli redis-1 info replication)$(cli redis-2 info replication)"
empty_all

say "every name is set, and the first comes last"
GROUP+=(-e "REDIS_SENTINEL_SERVICE_HOST=sentinel-1,sentinel-2,sentinel-3" -e "REDIS_PEERS=redis-1,redis-2,redis-3")
for name in sentinel-1 sentinel-2 sentinel-3 redis-3 redis-2; do place "$name"; done
wait_for "$PATIENCE" has_logged redis-2 'waits for its role in group redis: .*redis-1'
place redis-1
wait_for "$PATIENCE" healthy 1
fill 1
assert_match "the name is in the file" "replicaof redis-1 6379" "$(docker exec "$(c redis-2)" cat /data/redis.conf)"

say "every name has another address"
of_all stop
move redis-1 112 redis-2 113 redis-3 111 sentinel-1 122 sentinel-2 123 sentinel-3 121
place_all
began=$(now_ms)
settles "all addresses changed" 1

say "the master is lost, and comes back under its name elsewhere"
docker kill "$(c redis-1)" >/dev/null
old=1
wait_for "$PATIENCE" is_another
move redis-1 130
place redis-1
find_master
have_all_keys

say "it is stopped, so handed over, and comes back elsewhere"
old=$MASTER
docker stop "$(c "redis-$old")" >/dev/null
assert_match "by name" "handed over to redis-[123]:6379" "$(logs "redis-$old")"
move "redis-$old" 131
place "redis-$old"
find_master
[[ $MASTER != "$old" ]] || fail "redis-$old is still the master"
have_all_keys

takes_writes_for() {  # SECONDS
  local end=$((SECONDS + $1)) writes=0
  while ((SECONDS < end)); do
    writes "$MASTER" || fail "a write was refused: $(logs "redis-$MASTER" | tail -n 3)"
    writes=$((writes + 1))
  done
  ok "$writes writes were taken"
}

say "all sentinels are gone with their names, for longer than a watcher remembers one that nobody names"
docker stop "$(c sentinel-1)" "$(c sentinel-2)" "$(c sentinel-3)" >/dev/null
takes_writes_for 40
for i in 1 2 3; do place "sentinel-$i"; done
find_master

say "a fence knows all sentinels, though only one is set"
place "redis-$MASTER" -e REDIS_SENTINEL_SERVICE_HOST=sentinel-1
find_master
docker stop "$(c sentinel-1)" "$(c "redis-$((MASTER % 3 + 1))")" >/dev/null
takes_writes_for 6
