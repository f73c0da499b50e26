#!/usr/bin/env bash
# All data nodes go and the sentinels stay; the nodes come back one after another, the last master last. Some data nodes go
# for good, and then all sentinels.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/moved.sh
source "$(dirname "$0")/../lib/moved.sh"

is_down() { [[ $(cli sentinel-1 -p 26379 sentinel master redis) == *s_down* ]]; }
waits() { has_logged "redis-$1" 'waits for its role in group redis: the sentinels name [^ ]*, which does not answer'; }

scale_to_zero_and_back() { # what
  say "$1"
  # The first of the addresses is the first master.
  move redis-3 11 redis-1 12 redis-2 13
  place_all
  wait_for "$PATIENCE" healthy 3
  fill 3
  docker rm -f "$(c redis-1)" "$(c redis-2)" >/dev/null
  assert_eq "a write that the others do not have" OK "$(cli redis-3 set last 1)"
  docker stop "$(c redis-3)" >/dev/null
  wait_for "$PATIENCE" is_down
  move redis-1 111 redis-2 112 redis-3 113
  local n began
  began=$(now_ms)
  for n in 1 2; do
    place "redis-$n"
    wait_for "$PATIENCE" waits "$n"
  done
  # A sentinel that could promote one of them would have by now.
  wait_for 20 passed_since "$began" 8000
  place redis-3
  wait_for "$PATIENCE" healthy 3
  for n in 1 2 3; do assert_eq "redis-$n has it" 1 "$(cli "redis-$n" get last)"; done
  ok "redis-3 is the master again, $(($(now_ms) - began)) ms after the first came"
}

passed_since() { (($(now_ms) - $1 > $2)); } # milliseconds, how many

# Five data nodes become three, and all sentinels go: a master whose replicas are all there goes on.
stays_open() { # what, REDIS_PRUNE_AFTER_MS of the sentinels, that of the nodes
  say "$1"
  AT+=([redis-4]=14 [redis-5]=15)
  local n
  for n in 1 2 3; do place "redis-$n" -e "REDIS_PRUNE_AFTER_MS=$3"; done
  for n in 1 2 3; do place "sentinel-$n" -e "REDIS_PRUNE_AFTER_MS=$2"; done
  find_master
  wait_for "$PATIENCE" writes "$MASTER"
  for n in 4 5; do place "redis-$n"; done
  for n in 1 2 3; do wait_for "$PATIENCE" knows_replicas "$n" 4; done
  docker rm -f "$(c redis-4)" "$(c redis-5)" >/dev/null
  wait_for 240 "${@:4}"
  local before began
  before=$(logs "redis-$MASTER" | wc -l)
  docker rm -f "$(c sentinel-1)" "$(c sentinel-2)" "$(c sentinel-3)" >/dev/null
  began=$(now_ms)
  wait_for 30 passed_since "$began" 12000
  assert_match "it takes writes" '^OK$' "$(cli "redis-$MASTER" set after 1)"
  refute_match "its fence has not closed" 'fence closed' "$(logs "redis-$MASTER" | tail -n "+$before")"
}

knows_replicas() { # number, how many
  [[ $(cli "sentinel-$1" -p 26379 sentinel master redis | xargs) == *" num-slaves $2 "* ]]
}
all_forgot() { knows_replicas 1 2 && knows_replicas 2 2 && knows_replicas 3 2; }
fence_forgot() {
  local n
  for n in 4 5; do has_logged "redis-$MASTER" "replica $(called "redis-$n"):6379 is gone" || return 1; done
}

scale_to_zero_and_back "by addresses, which change"
empty_all
BY_NAME=1
scale_to_zero_and_back "by names"
empty_all
stays_open "five nodes become three, and the sentinels forget them" 10000 0 all_forgot
docker rm -f "$(c redis-1)" "$(c redis-2)" "$(c redis-3)" >/dev/null
of_all volume rm
docker volume rm "$(c redis-4)" "$(c redis-5)" >/dev/null
BY_NAME=
stays_open "five nodes become three, and the sentinels never forget" 0 10000 fence_forgot
