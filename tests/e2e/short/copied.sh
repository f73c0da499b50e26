#!/usr/bin/env bash
# The configuration in the volume is a copy: what becomes of it when the file that it was made of
# changes, and when no server could start with it.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

value() { cli "$1" config get "$2" | tail -n 1; }
conf() { # file line...
  local file=$1
  shift
  printf '%s\n' "$@" >"$WORK/$file"
  chmod 644 "$WORK/$file"
}
said() { logs "$1" | grep -c "dkr-redis warning: .*in force" || true; } # name

say "a file that was wrong at the first start, and was corrected"
MOUNTS=(-v "$WORK:/conf:ro")
# NAME, the wrong lines, the right ones; then what a container is started with.
corrected() {
  local name=$1 wrong=$2 right=$3 data
  shift 3
  data=$(volume "$name")
  conf "$name.conf" "$wrong"
  once "$name-1" "${MOUNTS[@]}" -v "$data:/data" "$@"
  assert_eq "$name: a server that could not start" 1 "$CODE"
  refute_match "$name: leaves no copy" '(redis|sentinel)\.conf' "$(files "$name-1")"
  conf "$name.conf" "$right"
  start "$name-2" "${MOUNTS[@]}" -v "$data:/data" "$@"
  wait_for "$PATIENCE" has_logged "$name-2" 'Ready to accept|Sentinel ID is'
  assert_eq "$name: nothing to say once it is right" 0 "$(said "$name-2")"
  docker rm -fv "$(c "$name-2")" >/dev/null
}
corrected typo 'appendonly true' 'appendonly yes' -e REDIS_CONF=/conf/typo.conf "$IMAGE"
corrected unknown 'no-such-directive yes' 'hz 15' -e REDIS_CONF=/conf/unknown.conf "$IMAGE"
corrected module 'loadmodule /missing.so' 'hz 15' -e REDIS_CONF=/conf/module.conf "$IMAGE"
corrected include 'include /missing.conf' 'hz 15' -e REDIS_CONF=/conf/include.conf "$IMAGE"
corrected acl 'aclfile /missing.acl' 'hz 15' -e REDIS_CONF=/conf/acl.conf "$IMAGE"
corrected address 'bind 203.0.113.9' 'bind 0.0.0.0' -e REDIS_CONF=/conf/address.conf "$IMAGE"
corrected member 'appendonly true' 'appendonly yes' -e REDIS_GROUP=redis -e REDIS_MASTER_HOST=127.0.0.1 \
  "$IMAGE" "$SERVER-server" /conf/member.conf
corrected sentinel 'sentinel monitor redis 127.0.0.1 6379 none' 'sentinel monitor redis 127.0.0.1 6379 1' \
  "$IMAGE" "$SERVER-sentinel" /conf/sentinel.conf

say "an argument that was wrong"
data=$(volume argument)
once argument-1 -v "$data:/data" "$IMAGE" --appendonly true
assert_eq "exit status" 1 "$CODE"
conf late.conf 'maxmemory 11mb'
launch argument-2 "${MOUNTS[@]}" -v "$data:/data" -e REDIS_CONF=/conf/late.conf "$IMAGE"
assert_eq "the file that was named since is in force" 11534336 "$(value argument-2 maxmemory)"
docker rm -fv "$(c argument-2)" >/dev/null

say "a file that changes after it was accepted"
data=$(volume kept)
conf kept.conf 'maxmemory 11mb'
KEPT=("${MOUNTS[@]}" -v "$data:/data" -e REDIS_CONF=/conf/kept.conf)
launch kept "${KEPT[@]}" "$IMAGE"
cli kept config set timeout 77 >/dev/null
assert_eq "CONFIG REWRITE" OK "$(cli kept config rewrite)"
again kept
assert_eq "nothing is said while it is the same" 0 "$(said kept)"
conf kept.conf 'maxmemory 12mb'
again kept
assert_eq "the copy stays in force" 11534336 "$(value kept maxmemory)"
assert_match "and that is said" '/conf/kept\.conf has changed since it was copied to /data/redis\.conf, which is in force' \
  "$(logs kept)"
once plan "${KEPT[@]}" "$IMAGE" plan
assert_match "plan shows the file" 'warning +/conf/kept\.conf' "$OUT"
assert_match "and the one in force" 'server +[^ ]+ /data/redis\.conf' "$OUT"
docker exec "$(c kept)" rm /data/redis.conf
again kept
assert_eq "without the copy it is in force" 12582912 "$(value kept maxmemory)"
docker rm -fv "$(c kept)" >/dev/null
conf other.conf 'maxmemory 13mb'
launch other "${MOUNTS[@]}" -v "$data:/data" -e REDIS_CONF=/conf/other.conf "$IMAGE"
assert_match "another file is not in force" '/conf/other\.conf is not in force: /data/redis\.conf is, a copy of /conf/kept\.conf' \
  "$(logs other)"
docker rm -fv "$(c other)" >/dev/null

say "a server that did not end well later"
launch later "${KEPT[@]}" "$IMAGE"
docker kill "$(c later)" >/dev/null
wait_for "$PATIENCE" gone later
assert_match "keeps its configuration" 'redis\.conf' "$(files later)"

say "two files that are named at once"
launch both "${MOUNTS[@]}" -e REDIS_CONF=/conf/other.conf "$IMAGE" "$SERVER-server" /conf/late.conf
assert_match "the one that does not count" 'REDIS_CONF=/conf/other\.conf is not in force: /conf/late\.conf' "$(logs both)"

say "a member's file, and a sentinel's"
conf member.conf 'maxmemory 11mb'
launch node "${MOUNTS[@]}" -v "$(volume node):/data" -e REDIS_GROUP=redis -e REDIS_MASTER_HOST=127.0.0.1 \
  "$IMAGE" "$SERVER-server" /conf/member.conf
conf member.conf 'maxmemory 12mb'
again node
assert_match "the member says so" '/conf/member\.conf has changed since' "$(logs node)"
docker exec "$(c node)" rm /data/redis.conf
again node
assert_eq "and starts from it again" 12582912 "$(value node maxmemory)"
monitor='sentinel monitor redis 127.0.0.1 6379 1'
conf sentinel.conf "$monitor" 'sentinel down-after-milliseconds redis 7000'
start sentinel "${MOUNTS[@]}" -v "$(volume sentinel):/data" "$IMAGE" "$SERVER-sentinel" /conf/sentinel.conf
up sentinel 26379
conf sentinel.conf "$monitor" 'sentinel down-after-milliseconds redis 8000'
docker restart "$(c sentinel)" >/dev/null
up sentinel 26379
assert_match "the sentinel says so" '/conf/sentinel\.conf has changed since it was copied to /data/sentinel\.conf' "$(logs sentinel)"
docker exec "$(c sentinel)" rm /data/sentinel.conf
docker restart "$(c sentinel)" >/dev/null
up sentinel 26379
assert_match "and starts from it again" 'down-after-milliseconds 8000' \
  "$(cli sentinel -p 26379 sentinel master redis | xargs)"
