#!/usr/bin/env bash
# Addresses change: everybody's, among each other, the master's alone. Nobody logs in, nothing is lost.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/moved.sh
source "$(dirname "$0")/../lib/moved.sh"

# The node's note has its address: what the next start knows.
noted() { # number
  [[ $(docker exec "$(c "redis-$1")" sed -n 's/^known-as //p' /data/dkr-redis.state) == "$(called "redis-$1") 6379" ]]
}

all_noted() { noted 1 && noted 2 && noted 3; }

say "all at once on empty volumes"
place_all
wait_for "$PATIENCE" healthy 1
fill 1
wait_for "$PATIENCE" all_noted

say "everybody has another address"
of_all stop
move redis-1 111 redis-2 112 redis-3 113 sentinel-1 121 sentinel-2 122 sentinel-3 123
place_all
began=$(now_ms)
settles "all addresses changed" 1
assert_match "it said why" "the sentinels name this node by $NET.11:6379, an address that it no longer has" "$(logs redis-1)"
wait_for "$PATIENCE" all_noted

say "the nodes have each other's addresses"
of_all stop
move redis-1 112 redis-2 113 redis-3 111
place_all
began=$(now_ms)
settles "addresses exchanged" 1
for n in 2 3; do
  refute_match "redis-$n never was a master" 'becomes a master|closed' "$(logs "redis-$n")"
done
wait_for "$PATIENCE" all_noted

say "a replica gets another address while it runs, and is promoted"
docker network disconnect "$RUN" "$(c redis-2)"
move redis-2 140
docker network connect --ip "$NET.140" --alias nodes "$RUN" "$(c redis-2)"
# Redis itself sees after repl-timeout, a minute, that the old link is dead.
cli redis-2 client kill type master >/dev/null
wait_for "$PATIENCE" noted 2
wait_for "$PATIENCE" healthy 1
cli redis-3 config set replica-priority 0 >/dev/null
knows_priority() { cli sentinel-1 -p 26379 sentinel replicas redis | grep -A 1 slave-priority | grep -qx 0; }
wait_for "$PATIENCE" knows_priority
assert_eq "the sentinel promotes redis-2" OK "$(cli sentinel-1 -p 26379 sentinel failover redis)"
wait_for "$PATIENCE" healthy 2
wait_for "$PATIENCE" writes 2
have_all_keys
cli redis-3 config set replica-priority 100 >/dev/null

say "the master alone is killed, and comes back elsewhere at once"
docker kill "$(c redis-2)" >/dev/null
move redis-2 130
began=$(now_ms)
place redis-2
find_master
wait_for "$PATIENCE" writes "$MASTER"
ok "redis-$MASTER is the master, after $(($(now_ms) - began)) ms"
have_all_keys
