#!/usr/bin/env bash
# A sentinel is replaced by a new one five times, each without the volume: with a name that stays, and without. Those that
# are gone are forgotten.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/moved.sh
source "$(dirname "$0")/../lib/moved.sh"

GROUP+=(-e REDIS_PRUNE_AFTER_MS=45000)

observe() { docker exec "$(c redis-1)" dkr-redis observe; }
votes() { observe | sed -n 's/^votes *//p'; }

# A new container, volume and address each time.
replace_often() {
  local address
  wait_for "$PATIENCE" know_each_other
  for address in 41 42 43 44 45; do
    docker rm -f "$(c sentinel-3)" >/dev/null
    docker volume rm "$(c sentinel-3)" >/dev/null
    move sentinel-3 "$address"
    place sentinel-3
    wait_for "$PATIENCE" know_each_other
  done
}

# The new one and the others have heard of each other.
know_each_other() {
  local n
  for n in 1 2; do
    others "$n" | grep -qx "$(called sentinel-3)" && others 3 | grep -qx "$(called "sentinel-$n")" || return 1
  done
}

quorum() { cli sentinel-1 -p 26379 sentinel ckquorum redis; }

# The server of the master is killed; another one takes its place 2 s after it is found down, at most.
lose_master() {
  local lost began took
  lost=$(called "redis-$MASTER")
  is_another() { [[ $(named_by sentinel-1) != "$lost" ]]; }
  docker kill "$(c "redis-$MASTER")" >/dev/null
  began=$(now_ms)
  wait_for "$PATIENCE" is_another
  took=$(($(now_ms) - began))
  [[ $took -lt 7000 ]] || fail "the failover took $took ms"
  ok "the failover took $took ms"
}

# Every sentinel reaches both replicas.
settled() {
  local n
  for n in 1 2 3; do
    [[ $(cli "sentinel-$n" -p 26379 sentinel replicas redis) != *_down* ]] || return 1
  done
}

others() { cli "sentinel-$1" -p 26379 sentinel sentinels redis; } # number: whom it knows

say "they announce names"
BY_NAME=1
place_all
wait_for "$PATIENCE" healthy 1
fill 1
replace_often
assert_match "three are known, as before" "^3 of 3 known sentinels answer, a failover needs 2$" "$(votes)"
MASTER=1
lose_master

say "they announce nothing"
empty_all
BY_NAME=
# A new sentinel at a known address takes the place of the one that had it.
move sentinel-3 23
place_all
wait_for "$PATIENCE" healthy 1
replace_often
assert_match "observe says that no failover is possible" \
  "^3 of 8 known sentinels answer, a failover needs 5; gone: .*; no failover is possible$" "$(votes)"
assert_match "so does Sentinel" '^NOQUORUM' "$(quorum)"

say "they forget those that are gone, and ten replicas"
# Ten servers in one container, which goes.
start crowd --network "$RUN" --ip "$NET.100" --entrypoint sh "$IMAGE" -c \
  "for port in 0 1 2 3 4 5 6 7 8 9; do
     $SERVER-server --port 640\$port --dir /tmp --dbfilename \$port --replicaof $NET.11 6379 --daemonize yes
   done; sleep 600"
knows_replicas() { [[ $(cli "sentinel-$1" -p 26379 sentinel master redis | xargs) == *" num-slaves $2 "* ]]; } # number, how many
for n in 1 2 3; do wait_for "$PATIENCE" knows_replicas "$n" 12; done
docker rm -f "$(c crowd)" >/dev/null
has_forgotten() { for n in 1 2 3; do has_logged "sentinel-$n" "the sentinel forgets who is gone: .*replica $NET.100:640" && return; done; }
wait_for 300 has_forgotten
can_fail_over() { [[ $(quorum) == "OK 3 usable"* ]]; }
wait_for 120 can_fail_over
ok "CKQUORUM: $(quorum)"
one_knows() { knows_replicas 1 2 || knows_replicas 2 2 || knows_replicas 3 2; }
wait_for "$PATIENCE" one_knows
# In the middle of it: the others have not forgotten the replicas yet.
lose_master
all_have_forgotten() { knows_replicas 1 2 && knows_replicas 2 2 && knows_replicas 3 2; }
place redis-1
wait_for 300 all_have_forgotten
ok "all have forgotten them"
three_known() { [[ $(votes) == "3 of 3 known sentinels answer, a failover needs 2" ]]; }
wait_for 120 three_known
ok "three sentinels are known: $(votes)"
find_master
wait_for "$PATIENCE" settled
lose_master

say "the master is lost together with two sentinels, and these come back as new ones"
empty_all
move sentinel-3 23
place_all
wait_for "$PATIENCE" healthy 1
fill 1
wait_for "$PATIENCE" know_each_other
docker rm -f "$(c redis-1)" "$(c sentinel-2)" "$(c sentinel-3)" >/dev/null
docker volume rm "$(c sentinel-2)" "$(c sentinel-3)" >/dev/null
move sentinel-2 52 sentinel-3 53
place sentinel-2
place sentinel-3
began=$(now_ms)
is_promoted() { [[ $(named_by sentinel-1) == "$NET".1[23] ]]; }
wait_for "$PATIENCE" is_promoted
ok "the failover took $(($(now_ms) - began)) ms"
assert_match "they monitor a master that does not answer" "all sentinels that answer name $NET.11:6379, which does not" \
  "$(logs sentinel-2)$(logs sentinel-3)"
