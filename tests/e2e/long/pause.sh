#!/usr/bin/env bash
# While an operator works: nobody is promoted, whatever is killed or restarted; a pause ends by itself or by hand, and
# nothing of it stays; a handover loses nothing meanwhile.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

DOWN_MS=2000
GROUP+=(-e "REDIS_DOWN_AFTER_MS=$DOWN_MS")

quorum() { cli "sentinel-$1" -p 26379 sentinel master redis | sed -n '/^quorum$/{n;p}'; } # number of a sentinel
paused() { [[ $(quorum "$1") =~ ^[0-9]{10}$ ]]; }                                          # number of a sentinel
free() { [[ $(quorum "$1") == 2 ]]; }                                                      # number of a sentinel
all() { "$1" 1 && "$1" 2 && "$1" 3; }                      # paused or free

# Sets CODE and OUT.
dkr() { # container, command...
  local name=$1
  shift
  CODE=0
  OUT=$(docker exec "$(c "$name")" dkr-redis "$@" 2>&1) || CODE=$?
}

place_all

say "a pause, asked for beside a replica"
cli redis-1 set k 1 >/dev/null
dkr redis-2 pause --for 90s --why "new disks"
assert_match "it says until when, and who has it" "group redis is paused until .* UTC: 3 of 3 sentinels" "$OUT"
assert_eq "exit status" 0 "$CODE"
all paused || fail "not all sentinels are paused"
for name in redis-1 redis-2 redis-3 sentinel-1; do
  wait_for "$PATIENCE" has_logged "$name" "group redis is paused until .* UTC: nobody fails over"
done
dkr sentinel-3 observe
assert_match "observe shows it" "paused until .*paused until .*paused until" "$OUT"
dkr redis-2 observe
assert_match "and why, where that was said" "paused    new disks" "$OUT"

say "sentinels that are started again keep it"
docker restart "$(c sentinel-1)" "$(c sentinel-3)" >/dev/null
wait_for "$PATIENCE" all paused
refute_match "by their own file" "gave sentinel" "$(logs redis-1)"

say "the master is killed, and a replica is started again"
docker kill "$(c redis-1)" >/dev/null
killed=$SECONDS
docker restart "$(c redis-3)" >/dev/null
up redis-3
while ((SECONDS < killed + 5 * DOWN_MS / 1000)); do
  [[ $(named) == 1 ]] || fail "redis-$(named) was promoted"
done
assert_eq "nobody was promoted in $((SECONDS - killed)) s, named is" 1 "$(named)"
assert_match "also the one that started knows" "group redis is paused" "$(logs redis-3 | tail -n 40)"

say "the pause ends by itself"
wait_for 300 named_is_not 1
ok "redis-$(named) was promoted $((SECONDS - killed)) s after the end of the master"
wait_for "$PATIENCE" all free
wait_for "$PATIENCE" has_logged sentinel-2 "the pause of group redis is over"
docker start "$(c redis-1)" >/dev/null
master=$(named)
wait_for "$PATIENCE" settled "$master"

say "the master of a paused group is stopped, while somebody writes"
write() { # until nobody answers there any more; what was acknowledged
  docker exec "$(c sentinel-1)" timeout 30 "$SERVER-cli" -h "$NET.11$master" -r 6000 -i 0.001 rpush told 1 2>&1 || true
}
acknowledged() { sed -n 's/^(integer) //; /^[0-9]*$/p' "$WORK/told" | tail -n 1; }
told() { (($(acknowledged) >= 100)); }
dkr sentinel-2 pause
assert_eq "exit status" 0 "$CODE"
write >"$WORK/told" &
client=$!
wait_for "$PATIENCE" told
docker stop "$(c "redis-$master")" >/dev/null
wait "$client"
assert_match "it was handed over" "handed over to" "$(logs "redis-$master")"
wait_for "$PATIENCE" named_is_not "$master"
all paused || fail "the new master has no pause"
docker start "$(c "redis-$master")" >/dev/null
old=$master master=$(named)
wait_for "$PATIENCE" healthy "$master"
assert_eq "what was written" "$(acknowledged)" "$(cli "redis-$master" llen told)"

say "the server of the master crashes"
kill -9 "$(server_of "redis-$master")"
wait_for "$PATIENCE" gone "redis-$master"
refute_match "nothing follows" "crash 1; restarting" "$(logs "redis-$master")"
docker start "$(c "redis-$master")" >/dev/null
wait_for "$PATIENCE" healthy "$master"
assert_eq "it is the master as before, with its data" "$(acknowledged)" "$(cli "redis-$master" llen told)"

say "a sentinel that was away is told of the end"
docker stop "$(c sentinel-3)" >/dev/null
dkr "redis-$old" resume
assert_eq "exit status" 69 "$CODE"
assert_match "it says who was not told" "may still be paused: $NET.13:26379" "$OUT"
docker start "$(c sentinel-3)" >/dev/null
wait_for "$PATIENCE" all free
dkr "redis-$old" resume
assert_match "a second time" "group redis is not paused" "$OUT"
docker kill "$(c "redis-$master")" >/dev/null
wait_for "$PATIENCE" named_is_not "$master"
ok "a master that is killed is replaced again"

say "a sentinel that knows nothing of the pause is given it"
docker start "$(c "redis-$master")" >/dev/null
wait_for "$PATIENCE" settled "$(named)"
docker stop "$(c sentinel-3)" >/dev/null
dkr "redis-$old" pause
assert_eq "exit status" 69 "$CODE"
assert_match "it says who was not told" "will be once a data node reaches them: $NET.13:26379" "$OUT"
docker start "$(c sentinel-3)" >/dev/null
wait_for "$PATIENCE" all paused
dkr sentinel-3 resume
assert_eq "exit status" 0 "$CODE"
all free || fail "not all sentinels are free"
