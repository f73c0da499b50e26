#!/usr/bin/env bash
# A volume that a plain server wrote with default settings (an RDB, no AOF) keeps
# every key although our default switches the AOF on.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

keys=5000
data=$(volume data)

say "a plain $SERVER-server writes $keys keys"
launch plain -v "$data:/data" --entrypoint "$SERVER-server" "$IMAGE"
cli plain eval "for i = 1, $keys do redis.call('set', 'key' .. i, i) end" 0 >/dev/null
assert_eq "SAVE" OK "$(cli plain save)"
assert_eq "files of the plain server" dump.rdb "$(files plain)"
docker stop "$(c plain)" >/dev/null

say "the same volume under dkr-redis"
launch ours -v "$data:/data" "$IMAGE"
assert_eq "keys" $keys "$(cli ours dbsize)"
assert_match "the AOF is on" 'aof_enabled:1' "$(cli ours info persistence)"
assert_match "an AOF is there" 'append' "$(files ours)"
cli ours set late 1 >/dev/null
docker exec "$(c ours)" rm -f /data/dump.rdb

say "kill -9 of the container; the RDB is gone, only the AOF is left"
docker kill -s KILL "$(c ours)" >/dev/null
assert_eq "exit status" 137 "$(exit_status ours)"
docker start "$(c ours)" >/dev/null
up ours
assert_eq "keys" $((keys + 1)) "$(cli ours dbsize)"
assert_eq "the key written last" 1 "$(cli ours get late)"

say "docker restart"
again ours
assert_eq "keys" $((keys + 1)) "$(cli ours dbsize)"

say "a damaged RDB and no AOF: refused, and left as it was"
broken=$(volume broken)
docker run --rm -v "$broken:/data" --entrypoint sh "$IMAGE" -c 'echo not an RDB >/data/dump.rdb'
refused "damaged RDB" 78 'dump\.rdb' dump.rdb broken -v "$broken:/data" "$IMAGE"
