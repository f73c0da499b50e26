#!/usr/bin/env bash
# The commands beside the server find the dkr-redis that runs it, whatever is PID 1, its parent, its name and its
# namespace, or say that they cannot.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"
# shellcheck source=../lib/health.sh
source "$(dirname "$0")/../lib/health.sh"

started() { # name [flags]
  local now
  now=$(probed "$1" started "${@:2}")
  echo "$now"
  [[ $now == "0 the server has started" ]]
}

finds() { # what name [flags]
  wait_for "$PATIENCE" started "${@:2}"
  ok "$1"
}

shell() { # name, script, [docker run arguments]
  start "$1" "${@:3}" --entrypoint sh "$IMAGE" -c "$2"
}

handover() { (docker exec "$(c "$1")" dkr-redis handover 2>&1 || true) | sed 's/.*error: //'; } # name

cannot='; 2 dkr-redis here runs a server, so its command line is not known$'

start init --init "$IMAGE" --port 7000
start flags --init "$IMAGE" run --data-dir /data/below -- --port 7001
start user --init --user 999 "$IMAGE" "$SERVER-server" --port 7002
shell parent 'dkr-redis --port 7003 & wait'
shell link 'ln -s /usr/local/bin/dkr-redis /tmp/start; exec /tmp/start --port 7004'
shell copy 'cp /usr/local/bin/dkr-redis /tmp/start; exec /tmp/start --port 7005'
shell two 'dkr-redis run --data-dir /data/a -- --port 7006 & dkr-redis run --data-dir /data/b -- --port 7007 & wait'
start host --pid host "$IMAGE" --port 7008
start sentinel --init "$IMAGE" "$SERVER-sentinel" --port 26400 --sentinel monitor m 127.0.0.1 6379 1
typed() { docker run -i --init --name "$(c typed)" --label "$LABEL" "$IMAGE" - >/dev/null 2>&1 || true; }
printf 'port 7009\n' | typed &
wait_for "$PATIENCE" started init
start shared --pid "container:$(c init)" "$IMAGE" --port 7010

finds "under an init" init
finds "by flags of its own, under an init" flags
finds "as another user" user
assert_eq "and for root" "0 the server has started" \
  "$(docker exec -u 0 "$(c user)" dkr-redis probe started | sed 's/^/0 /')"
finds "under a shell" parent
finds "by a link" link
finds "as a copy of another name" copy
finds "a sentinel" sentinel
finds "what it was given on standard input" typed
finds "among all processes of the host" host
finds "beside another one in its process namespace" shared
finds "and that one" init
finds "one of two, by its volume" two --data-dir /data/a
finds "and the other" two --data-dir /data/b
assert_match "which of two cannot be known" "^1 .*$cannot" "$(probed two started)"
assert_match "nor be handed over" "^no handover: .*$cannot" \
  "$(handover two)"
assert_match "nor be observed" "2 dkr-redis here runs" "$(docker exec "$(c two)" dkr-redis observe 2>&1 || true)"
refute_match "handover finds its server, too" "not known" "$(handover init)"
