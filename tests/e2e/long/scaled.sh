#!/usr/bin/env bash
# All data nodes go and the sentinels stay; the nodes come back one after another, the last master last.
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

scale_to_zero_and_back "by addresses, which change"
empty_all
BY_NAME=1
scale_to_zero_and_back "by names"
