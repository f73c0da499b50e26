#!/usr/bin/env bash
# HAProxy, which asks the health port of three nodes who is the master: plain clients behind it write to the master
# only, through two failovers, a handover and a master that comes back from a pause.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

# The engine's own address in the network of this run: nobody else listens there.
PROXY=$NET.1
GROUP=(-e REDIS_GROUP=redis -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11,$NET.12,$NET.13"
  -e "REDIS_PEERS=$NET.111,$NET.112,$NET.113" -e REDIS_DOWN_AFTER_MS=3000 -e REDIS_HEALTH_PORT=8080
  -e REDIS_ON_CRASH=failover)
# Milliseconds without a write: of a machine that has other work too.
FAILOVER_MS=15000 HANDOVER_MS=5000 PAUSE_MS=25000
ACKS=$WORK/acks
STEADY=1000 # writes of all clients after a change, and none of them is led astray

now_ms() { date +%s%3N; }

background() { # log command...: ends with this script
  setpriv --pdeathsig KILL "${@:2}" >"$1" 2>&1 &
}

proxy() {
  # The example, with the addresses of this run.
  sed -e "s/bind :6379/bind $PROXY:6379/" -e "s/ redis-\([123]\):6379/ $NET.11\1:6379/" "$TOOLS/../../../docker/haproxy.cfg" \
    >"$WORK/haproxy.cfg"
  background "$WORK/haproxy.log" haproxy -db -f "$WORK/haproxy.cfg"
}

written() { # address: the last write was taken by that node
  [[ $(tail -n 2 "$ACKS" | head -n 1) == *" $1 master" ]]
}

acknowledged() { grep -c ' master$' "$ACKS"; }

has_more() { (($(acknowledged) > $1)); } # than so many writes

runs() { [[ $(docker inspect -f '{{.State.Running}}' "$(c "redis-$1")") == true ]]; } # number

# After a change that began at `began` another node is the master, and the old one comes back.
changed() { # what limit
  local old=$master told settled until
  wait_for "$PATIENCE" named_is_not "$old"
  master=$(named)
  wait_for "$PATIENCE" written "$NET.11$master"
  runs "$old" || docker start "$(c "redis-$old")" >/dev/null
  wait_for "$((2 * PATIENCE))" settled "$master"
  wait_for "$PATIENCE" written "$NET.11$master"
  settled=$(now_ms)
  wait_for "$PATIENCE" has_more $(($(acknowledged) + STEADY))
  told=$(python3 "$TOOLS/proxy_writers.py" check "$ACKS" "$began" "$settled" "$NET.11$old" "$NET.11$master" "$2" \
    2>&1) || {
    cat "$WORK/haproxy.log" >&2
    fail "$1: $told"
  }
  ok "$1: $told"
  until=$(now_ms)
  lost=$(python3 "$TOOLS/proxy_writers.py" lost "$ACKS" "$checked" "$until" "$NET.11$master" 6379)
  ok "$1: $lost acknowledged writes were lost"
  checked=$until
}

place_all
master=1 checked=$(now_ms)
proxy
PROXY_PID=$!
background "$WORK/writers.log" python3 "$TOOLS/proxy_writers.py" write "$PROXY" 6379 "$ACKS"
WRITERS_PID=$!
wait_for "$PATIENCE" written "$NET.111"
ok "clients write through HAProxy"

say "the container of the master is killed"
began=$(now_ms)
docker kill -s KILL "$(c "redis-$master")" >/dev/null
changed "failover after the container's end" "$FAILOVER_MS"

say "the server of the master is killed"
began=$(now_ms)
kill -KILL "$(server_of "redis-$master")"
changed "failover after the server's end" "$FAILOVER_MS"

say "the master is stopped"
began=$(now_ms)
docker stop "$(c "redis-$master")" >/dev/null
changed "handover" "$HANDOVER_MS"
assert_match "nothing was lost" "^0 of [1-9]" "$lost"

say "the master is paused until another has taken over"
began=$(now_ms) old=$master
docker pause "$(c "redis-$old")" >/dev/null
wait_for "$PATIENCE" named_is_not "$old"
wait_for "$PATIENCE" written "$NET.11$(named)"
docker unpause "$(c "redis-$old")" >/dev/null
changed "failover of a paused master" "$PAUSE_MS"

kill "$WRITERS_PID" "$PROXY_PID"
wait "$WRITERS_PID" || fail "the writers: $(cat "$WORK/writers.log")"
refute_match "no writer failed" . "$(cat "$WORK/writers.log")"
