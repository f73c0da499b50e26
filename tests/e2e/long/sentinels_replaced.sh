#!/usr/bin/env bash
# A sentinel is replaced by a new one five times, each without the volume: with a name that stays, and without.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/moved.sh
source "$(dirname "$0")/../lib/moved.sh"

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

others() { cli "sentinel-$1" -p 26379 sentinel sentinels redis; } # number: whom it knows

say "they announce names"
BY_NAME=1
place_all
wait_for "$PATIENCE" healthy 1
fill 1
replace_often
assert_match "three are known, as before" "^3 of 3 known sentinels answer, a failover needs 2$" "$(votes)"
docker kill "$(c redis-1)" >/dev/null
began=$(now_ms)
is_another() { [[ $(named_by sentinel-1) == redis-[23] ]]; }
wait_for "$PATIENCE" is_another
ok "the failover took $(($(now_ms) - began)) ms"

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
