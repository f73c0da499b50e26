#!/usr/bin/env bash
# An RDB that a server without an AOF has saved beside an older AOF is not lost to it, and an RDB that became an AOF in vain
# leaves no trace.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

PLAIN=(--entrypoint "$SERVER-server" "$IMAGE" --dir /data)

end() { docker rm -fv "$(docker stop "$(c "$1")")" >/dev/null; } # name

past() { (($(date +%s) > $1 + 3)); } # second

# Some seconds have to lie between two servers, because an RDB tells the second in which it was saved.
some_seconds_later() { wait_for 10 past "$(date +%s)"; }

kept() { grep -o 'aside-[0-9]*/[^ ]*' <<<"$(files "$1" | tr ' ' '\n')" | sort | xargs; } # name: what lies in aside folders

say "a server without an AOF adds to the RDB"
data=$(volume added)
launch first -v "$data:/data" "$IMAGE" --save 3600 1
cli first set old 1 >/dev/null
end first
some_seconds_later
launch plain -v "$data:/data" "${PLAIN[@]}"
cli plain set new 1 >/dev/null
assert_eq "SAVE" OK "$(cli plain save)"
end plain
once planned -v "$data:/data" "$IMAGE" dkr-redis plan redis-server --save 3600 1
assert_match "is planned" 'aside +the AOF in /data' "$OUT"
start back -v "$data:/data" "$IMAGE" --save 3600 1 --maxmemory-policy nothing
wait_for "$PATIENCE" gone back
assert_eq "a start that fails" 1 "$(exit_status back)"
assert_eq "leaves no trace" "" "$(kept back)"
docker rm "$(c back)" >/dev/null
launch back -v "$data:/data" "$IMAGE" --save 3600 1
assert_eq "the keys" 2 "$(cli back dbsize)"
assert_match "the AOF is on" 'aof_enabled:1' "$(cli back info persistence)"
assert_match "the line names both" 'dump\.rdb was saved after the last write to the AOF.*/data/aside-[0-9]+' "$(logs back)"
assert_match "the AOF is kept" 'append' "$(kept back)"

say "a usual restart"
before=$(kept back)
for _ in 1 2; do
  some_seconds_later
  again back
  assert_eq "the keys" 2 "$(cli back dbsize)"
  assert_eq "nothing else is kept" "$before" "$(kept back)"
done

say "the AOF is switched off while the server runs"
assert_eq "CONFIG SET" OK "$(cli back config set appendonly no)"
cli back set newest 1 >/dev/null
some_seconds_later
again back
assert_eq "the keys" 3 "$(cli back dbsize)"

say "a kill after a save"
cli back set last 1 >/dev/null
some_seconds_later
assert_eq "SAVE" OK "$(cli back save)"
docker kill -s KILL "$(c back)" >/dev/null
docker start "$(c back)" >/dev/null
up back
assert_eq "the keys" 4 "$(cli back dbsize)"
end back

say "the AOF is off for one life"
launch off -v "$data:/data" "$IMAGE" --save 3600 1 --appendonly no
assert_eq "the keys" 4 "$(cli off dbsize)"
some_seconds_later
cli off set without 1 >/dev/null
end off
launch on -v "$data:/data" "$IMAGE" --save 3600 1
assert_eq "the keys" 5 "$(cli on dbsize)"

say "an older backup is put in the place of the RDB"
assert_eq "SAVE" OK "$(cli on save)"
docker exec "$(c on)" cp /data/dump.rdb /data/backup.rdb
some_seconds_later
cli on set more 1 >/dev/null
end on
docker run --rm -v "$data:/data" --entrypoint cp "$IMAGE" /data/backup.rdb /data/dump.rdb
launch restored -v "$data:/data" "$IMAGE" --save 3600 1
assert_eq "the keys" 6 "$(cli restored dbsize)"
wait_for "$PATIENCE" cli restored bgrewriteaof >/dev/null
rewritten() { [[ $(cli restored info persistence) =~ aof_rewrite_in_progress:0 ]]; }
wait_for "$PATIENCE" rewritten
end restored

say "a server without an AOF begins anew"
docker run --rm -v "$data:/data" --entrypoint rm "$IMAGE" /data/dump.rdb
some_seconds_later
launch empty -v "$data:/data" "${PLAIN[@]}"
cli empty set other 1 >/dev/null
assert_eq "SAVE" OK "$(cli empty save)"
end empty
launch whole -v "$data:/data" "$IMAGE" --save 3600 1
assert_eq "the keys of the AOF" 6 "$(cli whole dbsize)"
assert_match "the line names both" 'dump\.rdb was saved after the last write to the AOF, but has fewer keys.*/data/aside-[0-9]+' "$(logs whole)"
assert_match "the RDB is kept" 'dump.rdb' "$(kept whole)"
end whole

say "an RDB becomes an AOF in vain"
data=$(volume vain)
launch plain2 -v "$data:/data" "${PLAIN[@]}"
cli plain2 set a 1 >/dev/null
assert_eq "SAVE" OK "$(cli plain2 save)"
end plain2
start vain -v "$data:/data" "$IMAGE" --maxmemory-policy nothing
wait_for "$PATIENCE" gone vain
assert_eq "exit status" 1 "$(exit_status vain)"
assert_eq "no trace" "dump.rdb" "$(files vain)"
launch plain3 -v "$data:/data" "${PLAIN[@]}"
cli plain3 set b 1 >/dev/null
assert_eq "SAVE" OK "$(cli plain3 save)"
end plain3
launch ours -v "$data:/data" "$IMAGE"
assert_eq "the keys" 2 "$(cli ours dbsize)"
