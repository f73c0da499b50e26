#!/usr/bin/env bash
# A server that refuses to stop because it cannot save is killed in time, and the log says so.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

launch a -e REDIS_STOP_TIMEOUT_MS=1500 "$IMAGE"
cli a config set save '3600 1' >/dev/null
cli a set key value >/dev/null
docker exec "$(c a)" mkdir /data/dump.rdb

say "docker stop of a server that cannot save"
begin=$(date +%s%N)
docker stop -t 20 "$(c a)" >/dev/null
took=$((($(date +%s%N) - begin) / 1000000))
assert_match "the server refused" 'rror (trying to save|moving temp DB file)' "$(logs a)"
assert_eq "one line about SIGKILL, naming the setting" 1 \
  "$(logs a | grep -c 'dkr-redis [a-z]*: .*REDIS_STOP_TIMEOUT_MS.*SIGKILL')"
assert_eq "exit status" 137 "$(exit_status a)"
((took >= 1500 && took < 4000)) || fail "it took $took ms"
ok "it took $took ms"

say "the write it acknowledged is there"
docker start "$(c a)" >/dev/null
up a
assert_eq "the key" value "$(cli a get key)"

docker exec "$(c a)" rmdir /data/dump.rdb

say "SIGINT stops it as well"
docker kill -s INT "$(c a)" >/dev/null
wait_for "$PATIENCE" gone a
assert_eq "exit status" 0 "$(exit_status a)"
