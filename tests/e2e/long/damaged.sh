#!/usr/bin/env bash
# Data that the server cannot read: kept, and had again from whoever has it whole.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

damage() { # volume: the middle of its AOF; an AOF that is cut short would be read
  docker run --rm -v "$(c "$1"):/data" --entrypoint sh "$IMAGE" -c '
    cd /data; aof=$(ls appendonlydir/*.incr.aof 2>/dev/null || echo appendonly.aof)
    printf XXXX | dd of="$aof" bs=1 seek=100 conv=notrunc 2>/dev/null'
}

filled() { # name
  [[ $(cli "$1" eval 'for i = 1, 100 do redis.call("set", "key:" .. i, "value") end return redis.call("dbsize")' 0) == 100 ]]
}

fill() { wait_for "$PATIENCE" filled "$1"; } # name: the fence of a first master may still be closed

kept() { # name: the files set aside
  docker exec "$(c "$1")" sh -c 'ls /data/aside-*'
}

say "an independent node"
volume alone >/dev/null
launch alone -v "$(c alone):/data" "$IMAGE"
fill alone
docker stop "$(c alone)" >/dev/null
damage alone
docker start "$(c alone)" >/dev/null
wait_for "$PATIENCE" gone alone
assert_eq "ends as its server does" 1 "$(exit_status alone)"
assert_match "with the cure" "is damaged, and no live master has the data.*check-aof --fix /data/" "$(logs alone)"
assert_eq "at the first try" 1 "$(logs alone | grep -c 'checking its data')"

say "a configuration that the server does not take is no damage"
start bad "$IMAGE" "$SERVER-server" --maxmemory nonsense
wait_for "$PATIENCE" gone bad
assert_eq "ends as its server does" 1 "$(exit_status bad)"
refute_match "and no data is blamed" "damaged" "$(logs bad)"

say "what a newer server wrote is no damage"
volume newer >/dev/null
docker run --rm -v "$(c newer):/data" --entrypoint sh "$IMAGE" -c "printf 'REDIS0099\\377\\0\\0\\0\\0\\0\\0\\0\\0' > /data/dump.rdb"
start newer -v "$(c newer):/data" "$IMAGE"
wait_for "$PATIENCE" gone newer
assert_eq "it is refused" 78 "$(exit_status newer)"
assert_match "by its version" 'dump.rdb was written by a newer server \(RDB 99\); this one reads up to [0-9]+' "$(logs newer)"
refute_match "nothing is adopted or blamed" 'begins with the data|damaged|--fix' "$(logs newer)"

say "a replica of a group"
for n in 1 2 3; do node "$n"; done
for n in 1 2 3; do sentinel "$n"; done
wait_for 60 healthy 1
fill redis-1
docker stop "$(c redis-3)" >/dev/null
damage redis-3
docker start "$(c redis-3)" >/dev/null
wait_for "$PATIENCE" healthy 1
assert_match "its data is kept" "moved the damaged data to /data/aside-" "$(logs redis-3)"
assert_match "whole" "append" "$(kept redis-3)"
assert_eq "and it has the group's" 100 "$(keys 3)"

say "the named master"
docker kill "$(c redis-1)" >/dev/null
damage redis-1
docker start "$(c redis-1)" >/dev/null
wait_for "$PATIENCE" named_is_not 1
wait_for "$PATIENCE" healthy "$(named)"
assert_match "its data is kept" "moved the damaged data to /data/aside-" "$(logs redis-1)"
assert_eq "and it has the group's" 100 "$(keys 1)"
