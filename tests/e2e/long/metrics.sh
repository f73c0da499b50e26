#!/usr/bin/env bash
# promtool, of Debian's package prometheus, finds nothing to say about /metrics of any kind of node.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

PORT=8080
GROUP+=(-e "REDIS_HEALTH_PORT=$PORT")

fetch() { # address: head and body of /metrics are in $WORK
  { exec 3<>"/dev/tcp/$1/$PORT"; } 2>/dev/null || return 1
  printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3
  timeout 5 cat <&3 >"$WORK/answer" || return 1
  exec 3>&-
  sed '/^\r*$/q' "$WORK/answer" | tr -d '\r' >"$WORK/head"
  sed '1,/^\r*$/d' "$WORK/answer" >"$WORK/body"
  [[ $(head -n 1 "$WORK/head") == "HTTP/1."[01]" 200 "* ]]
}

tells() { # address text
  fetch "$1" && grep -qF "$2" "$WORK/body"
}

accepted() { # what address
  local said code=0
  wait_for "$PATIENCE" fetch "$2"
  assert_match "$1: the form is named" 'Content-Type: text/plain; version=0\.0\.4(;|$|'$'\n'')' "$(cat "$WORK/head")"
  said=$(promtool check metrics <"$WORK/body" 2>&1) || code=$?
  [[ $code == 0 && -z $said ]] || fail "$1: promtool ended with $code, and said: $said; of $(cat "$WORK/body")"
  assert_eq "$1: metrics of another prefix" "" "$(grep -vE '^(# (HELP|TYPE) )?dkr_redis_' "$WORK/body" || true)"
  # promtool passes over these, and Prometheus would drop them.
  assert_eq "$1: samples that are told twice" "" "$(grep -v '^#' "$WORK/body" | sed 's/ [^ ]*$//' | sort | uniq -d)"
  [[ -s $WORK/body ]] || fail "$1: nothing is told"
  ok "$1: $(grep -vc '^#' "$WORK/body") samples of $(grep -c '^# TYPE' "$WORK/body") metrics"
}

for n in 1 2 3; do
  node "$n" &
  sentinel "$n" &
done
start alone --network "$RUN" --ip "$NET.201" -e "REDIS_HEALTH_PORT=$PORT" "$IMAGE" &
# Whom it may follow nobody tells, for its sentinel and the first of its peers are not there.
start waits --network "$RUN" --ip "$NET.203" "${GROUP[@]}" -e "REDIS_SENTINEL_SERVICE_HOST=$NET.21" \
  -e "REDIS_PEERS=$NET.202,$NET.203" "$IMAGE" &
wait
wait_for "$PATIENCE" settled 1
accepted "a master" "$NET.111"
accepted "a replica" "$NET.112"
accepted "a sentinel" "$NET.11"
cli sentinel-1 -p 26379 sentinel monitor another "$NET.201" 6379 1 >/dev/null
wait_for "$PATIENCE" tells "$NET.11" '"another"'
accepted "a sentinel of two groups" "$NET.11"
accepted "an independent server" "$NET.201"
wait_for "$PATIENCE" has_logged waits "waits for its role in group redis"
accepted "a node that waits for its group" "$NET.203"

say "a group without a master"
docker pause "$(c redis-1)" "$(c redis-2)" "$(c redis-3)" >/dev/null
is_down() { [[ $(cli sentinel-1 -p 26379 sentinel master redis | xargs) == *" flags "*o_down* ]]; }
wait_for "$PATIENCE" is_down
accepted "its sentinel" "$NET.11"
