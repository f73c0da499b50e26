#!/usr/bin/env bash
# One short pass of a group of three and three through all that it is for, with passwords, on one server version.
#   IMAGE=... SERVER=redis|valkey [TIMINGS=FILE] tests/e2e/tools/pass.sh
# Lines of TIMINGS: the server as it calls itself, then each step that succeeded and its figure in seconds:
#   boot, restart            until there is one master with two linked replicas, and all sentinels name it
#   failover, guards, fence  until the sentinels name another
#   handover                 the longest time between two acknowledged writes
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

TIMINGS=${TIMINGS:-$WORK/timings}
SHOWN=6
PATIENCE=60
# Two sentinels that stand against each other try again after twice REDIS_FAILOVER_TIMEOUT.
GROUP+=(-e REDIS_DOWN_AFTER_MS=3000 -e REDIS_FAILOVER_TIMEOUT=10000)
SENTINEL_SECRET=of-the-sentinels
master=1 expected=500 begun=0 took=0

everybody() { # password of the data nodes; all six at once
  local n
  secret=$1
  local secrets=(-e "REDIS_PASSWORD=$secret" -e "REDIS_SENTINEL_PASSWORD=$SENTINEL_SECRET")
  # A full synchronisation does not wait for more replicas.
  settings=("${secrets[@]}" -e "REDISCLI_AUTH=$secret" -e REDIS_EXTRA_FLAGS='--repl-diskless-sync-delay 0')
  for n in 1 2 3; do
    node "$n" "${settings[@]}" &
    sentinel "$n" "${secrets[@]}" -e "REDISCLI_AUTH=$SENTINEL_SECRET" &
  done
  wait
}

has_keys() { # number
  local found
  found=$(keys "$1")
  echo "$found of $expected keys"
  [[ $found == "$expected" ]]
}

everywhere() { # every node has all keys
  local n
  for n in 1 2 3; do wait_for "$PATIENCE" has_keys "$n"; done
  ok "$expected keys on every node"
}

another_master() { # the sentinels name another than before, who becomes $master
  wait_for "$PATIENCE" named_is_not "$master"
  reached
  old=$master master=$(named)
  ok "redis-$master is the master instead of redis-$old"
}

# The first word of an answer, over a connection of its own: much faster than docker exec.
ask() { # address port password command...
  local peer answer
  exec {peer}<>"/dev/tcp/$1/$2" || return 1
  printf 'AUTH %s\r\n%s\r\n' "$3" "${*:4}" >&"$peer"
  { read -r -t 5 answer && read -r -t 5 answer; } <&"$peer" || return 1
  while [[ $answer == [*\$]* ]]; do read -r -t 5 answer <&"$peer" || return 1; done
  exec {peer}>&-
  echo "${answer%$'\r'}"
}

# Writes numbers where a sentinel says, while $WORK/writing exists. Lines of $WORK/written: microseconds, number.
write_on() {
  local n=0 at=''
  while [[ -e $WORK/writing ]]; do
    n=$((n + 1))
    [[ -n $at ]] || at=$(ask "$NET.11" 26379 "$SENTINEL_SECRET" sentinel get-master-addr-by-name redis) || true
    if [[ $(ask "$at" 6379 "$secret" sadd written "$n") == :1 ]]; then
      echo "${EPOCHREALTIME/[.,]/} $n" >>"$WORK/written"
    else
      at=''
    fi
    sleep 0.005
  done 2>/dev/null
}

written() { # at least so many
  local lines
  lines=$(wc -l <"$WORK/written")
  echo "$lines of $1 writes"
  ((lines >= $1))
}

begin() { begun=${EPOCHREALTIME/[.,]/}; }
reached() { took=$((${EPOCHREALTIME/[.,]/} - begun)); }

version() {
  cli redis-1 info server | tr -d '\r' | awk -F: '{ value[$1] = $2 }
    END { print "valkey_version" in value ? value["valkey_version"] : value["redis_version"] }'
}

boot() {
  begin
  everybody of-the-nodes
  wait_for "$PATIENCE" healthy 1
  reached
  printf 'server %s %s\n' "$SERVER" "$(version)" >"$TIMINGS"
  wait_for "$PATIENCE" settled 1
  cli redis-1 eval 'for i = 1, 500 do redis.call("set", "k" .. i, i) end' 0 >/dev/null
  everywhere
}

failover() {
  begin
  docker kill "$(c "redis-$master")" >/dev/null
  another_master
  assert_eq "a write that redis-$old does not have" OK "$(cli "redis-$master" set new 1)"
  expected=$((expected + 1))
  docker start "$(c "redis-$old")" >/dev/null
  wait_for "$PATIENCE" refuses_to_serve "$old"
  assert_match "it said why" "info: starts as a replica of .*: the sentinels name $NET.11$master:6379, which is a master" "$(logs "redis-$old")"
  wait_for "$PATIENCE" settled "$master"
  everywhere
}

refuses_to_serve() { # number; from the first moment when its server answers
  local answer
  answer=$(ask "$NET.11$1" 6379 "$secret" set stale 1) || return 1
  echo "$answer"
  [[ $answer != +OK ]] || return 99
  [[ $answer == -READONLY* ]]
}

guards() {
  begin
  docker kill "$(c "redis-$master")" >/dev/null
  empty_again "$master"
  node "$master" "${settings[@]}"
  another_master
  wait_for "$PATIENCE" settled "$master"
  everywhere
}

handover() {
  local stopped lost
  touch "$WORK/writing" "$WORK/written"
  write_on &
  wait_for "$PATIENCE" written 300
  docker stop "$(c "redis-$master")" >/dev/null
  stopped=$(wc -l <"$WORK/written")
  assert_match "the log says to whom" "handed over to $NET.11[1-3]:6379 in [0-9]+ ms" "$(logs "redis-$master")"
  assert_eq "exit status" 0 "$(exit_status "redis-$master")"
  wait_for "$PATIENCE" written $((stopped + 10))
  rm "$WORK/writing"
  wait $!
  another_master
  docker start "$(c "redis-$old")" >/dev/null
  wait_for "$PATIENCE" settled "$master"
  expected=$((expected + 1))
  everywhere
  took=$(awk 'NR > 1 && $1 - last > gap { gap = $1 - last } { last = $1 } END { print gap }' "$WORK/written")
  lost=$(comm -23 <(cut -d ' ' -f 2 "$WORK/written" | sort) <(cli "redis-$master" smembers written | sort) | wc -l)
  assert_eq "of $(wc -l <"$WORK/written") acknowledged writes were lost" 0 "$lost"
}

fence() {
  local last
  # Ids of a stream are milliseconds of the server's clock.
  docker exec -d "$(c "redis-$master")" "$SERVER-cli" -r 5000 -i 0.01 xadd cut '*' k v
  wait_for "$PATIENCE" has_stream
  expected=$((expected + 1))
  everywhere
  begin
  firewall "$master" -A
  another_master
  assert_match "redis-$old takes no writes" NOREPLICAS "$(cli "redis-$old" set late 1 2>&1)"
  last=$(cli "redis-$old" xrevrange cut + - count 1 | head -n 1)
  last=$(($(promoted_at "$master") - ${last%-*}))
  ((last > 0)) || fail "redis-$old took a write $((-last)) ms after redis-$master was promoted"
  ok "redis-$old took its last write $last ms before redis-$master was promoted"
  firewall "$old" -D
  wait_for "$PATIENCE" settled "$master"
  everywhere
  assert_eq "writes that both have" "$(cli "redis-$master" xlen cut)" "$(cli "redis-$old" xlen cut)"
}

has_stream() { [[ $(cli "redis-$master" xlen cut) != 0 ]]; }

# New containers on the old volumes, and another password: what the server has rewritten meanwhile is understood.
restart() {
  local n containers=() lines
  for n in 1 2 3; do
    containers+=("$(c "redis-$n")" "$(c "sentinel-$n")")
    assert_eq "CONFIG REWRITE of redis-$n" OK "$(cli "redis-$n" config rewrite)"
  done
  # Without a majority of sentinels nobody hands over.
  docker stop "$(c sentinel-1)" "$(c sentinel-2)" "$(c sentinel-3)" >/dev/null
  docker stop "${containers[@]}" >/dev/null
  docker rm "${containers[@]}" >/dev/null
  begin
  everybody of-the-nodes-now
  wait_for "$PATIENCE" healthy "$master"
  reached
  wait_for "$PATIENCE" settled "$master"
  everywhere
  for n in 1 2 3; do
    lines=$(docker exec "$(c "redis-$n")" grep -E '^(masterauth|primaryauth) ' /data/redis.conf)
    assert_match "the only password towards a master of redis-$n" '^[a-z]+ "?of-the-nodes-now"?$' "$lines"
  done
}

pass() { # step...
  local step
  for step in "$@"; do
    say "$step"
    "$step"
    printf '%s %s.%s\n' "$step" $((took / 1000000)) $((took / 100000 % 10)) >>"$TIMINGS"
    ok "$(tail -n 1 "$TIMINGS") s"
  done
}

pass boot failover guards handover fence restart
