#!/usr/bin/env bash
# Who is master: a group that starts by itself, and restarts that would lose, wipe or fork the data of plain Redis.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

writes() { [[ $(cli "redis-$1" set new 1 2>&1) == OK ]]; } # number

limits() { cli "redis-$1" config get 'min-replicas-*' | xargs -n 2 | sort | xargs; } # number

has_limits() { [[ $(limits "$1") == "$USERS" ]]; } # number

noted() { docker exec "$(c "redis-$1")" grep -q "^min-replicas 1 7$" /data/dkr-redis.state; } # number

healthy_again() { healthy "$(named)"; }

# As a handover does where the server cannot make writes wait; and a sentinel has the configuration written anew.
refuse_writes() { # number
  printf '%s\n' "config set min-replicas-to-write 2147483646" "set new 1" "config rewrite" |
    docker exec -i "$(c "redis-$1")" "$SERVER-cli" 2>&1 | xargs
}

say "all at once on empty volumes"
before=$SECONDS
for n in 1 2 3; do
  node "$n" &
  sentinel "$n" &
done
wait
wait_for "$PATIENCE" healthy 1
ok "one master, the rest its replicas, named by all sentinels, after $((SECONDS - before)) s"
cli redis-1 eval 'for i = 1, 2000 do redis.call("set", "k" .. i, i) end' 0 >/dev/null
cli redis-1 wait 2 5000 >/dev/null
assert_eq "whose data it is" "group redis" "$(docker exec "$(c redis-2)" sed -n 's/^group/group/p' /data/dkr-redis.state)"

say "the named master comes back at once, with an empty volume"
docker kill "$(c redis-1)" >/dev/null
empty_again 1
node 1
wait_for "$PATIENCE" named_is_not 1
master=$(named)
ok "redis-$master was promoted: $(logs redis-1 | sed -n 's/.* dkr-redis warning: waits for its role in group redis: //p' | head -n 1)"
wait_for "$PATIENCE" healthy "$master"
for n in 1 2 3; do
  assert_eq "keys of redis-$n" 2000 "$(keys "$n")"
done

say "the master is killed, and comes back when another has taken over"
# A sentinel whose own failover has not ended names the old master of that until its failover-timeout.
at_rest() {
  for n in 1 2 3; do
    [[ $(cli "sentinel-$n" -p 26379 sentinel master redis | grep -A 1 -x flags | tail -n 1) == master ]] || return 1
  done
}
wait_for "$PATIENCE" at_rest
docker kill "$(c "redis-$master")" >/dev/null
wait_for "$PATIENCE" named_is_not "$master"
old=$master master=$(named)
assert_eq "a write that the old one does not have" OK "$(cli "redis-$master" set new 1)"
docker start "$(c "redis-$old")" >/dev/null
up "redis-$old"
assert_eq "the old one never was a master again" "slave" "$(role_of "$old")"
assert_match "it said why" "info: starts as a replica of .*: the sentinels name $NET.11$master:6379, which is a master" "$(logs "redis-$old")"
wait_for "$PATIENCE" healthy "$master"
assert_eq "its keys" 2001 "$(keys "$old")"

say "a handover that refuses writes is killed"
USERS="min-replicas-max-lag 7 min-replicas-to-write 1"
cli "redis-$master" config set min-replicas-to-write 1 >/dev/null
cli "redis-$master" config set min-replicas-max-lag 7 >/dev/null
wait_for "$PATIENCE" noted "$master"
before=$SECONDS
assert_match "writes are refused" "OK NOREPLICAS .* OK" "$(refuse_writes "$master")"
wait_for "$PATIENCE" writes "$master"
((SECONDS - before >= 2)) || fail "a handover that goes on would have been undone"
ok "they are taken again after $((SECONDS - before)) s"
assert_eq "the user's own limits are back" "$USERS" "$(limits "$master")"
refuse_writes "$master" >/dev/null
docker kill "$(c "redis-$master")" >/dev/null
docker start "$(c "redis-$master")" >/dev/null
up "redis-$master"
wait_for "$PATIENCE" has_limits "$master"
ok "also after a restart"
wait_for "$PATIENCE" healthy_again
master=$(named)

say "the master is handed over by hand"
assert_match "it says to whom" "handed over to $NET.11[1-3]:6379 in [0-9]+ ms" \
  "$(docker exec "$(c "redis-$master")" dkr-redis handover 2>&1)"
wait_for "$PATIENCE" named_is_not "$master"
old=$master master=$(named)
wait_for "$PATIENCE" healthy "$master"
assert_eq "its keys" 2001 "$(keys "$old")"
assert_eq "its user's own limits" "$USERS" "$(limits "$old")"
code=0
OUT=$(docker exec "$(c "redis-$old")" dkr-redis handover 2>&1) || code=$?
assert_eq "from a replica: exit status" 69 "$code"
assert_match "and a line" "no handover: the server here is no master" "$OUT"

say "every process of the master gets SIGTERM, while somebody writes"
write() { # until nobody answers there any more; what was acknowledged
  docker exec "$(c sentinel-1)" timeout 20 "$SERVER-cli" -h "$NET.11$master" -r 4000 -i 0.001 rpush told 1 2>&1 || true
}
acknowledged() { sed -n 's/^(integer) //; /^[0-9]*$/p' "$WORK/told" | tail -n 1; }
told() { (($(acknowledged) >= 100)); }
wait_for "$PATIENCE" settled "$master"
assert_eq "how it is to end" OK "$(cli "redis-$master" config set shutdown-on-sigterm nosave)"
write >"$WORK/told" &
client=$!
wait_for "$PATIENCE" told
docker top "$(c "redis-$master")" -o pid | tail -n +2 | tac | xargs kill -TERM
wait_for "$PATIENCE" gone "redis-$master"
wait "$client"
assert_eq "exit status" 0 "$(exit_status "redis-$master")"
assert_match "it was handed over" "handed over to .*Received SIGINT scheduling shutdown" "$(logs "redis-$master")"
refute_match "and not before" "Received SIGTERM|restarting the watcher" "$(logs "redis-$master")"
refute_match "it ended as it was to" "Saving the final RDB" "$(logs "redis-$master" | tail -n 12)"
wait_for "$PATIENCE" named_is_not "$master"
docker start "$(c "redis-$master")" >/dev/null
old=$master master=$(named)
wait_for "$PATIENCE" healthy "$master"
assert_eq "what was written" "$(acknowledged)" "$(cli "redis-$master" llen told)"
cli "redis-$master" del told >/dev/null

say "everything is restarted"
containers=()
for n in 1 2 3; do containers+=("$(c "redis-$n")" "$(c "sentinel-$n")"); done
docker stop "${containers[@]}" >/dev/null
docker start "${containers[@]}" >/dev/null
wait_for "$PATIENCE" healthy "$master"
for n in 1 2 3; do
  assert_eq "keys of redis-$n" 2001 "$(keys "$n")"
done

say "a cache with data of its own, told of the sentinels as Kubernetes tells everybody"
start cache --network "$RUN" -v "$(volume cache):/data" "$IMAGE"
up cache
cli cache set mine 1 >/dev/null
docker rm -f "$(c cache)" >/dev/null
start cache --network "$RUN" -v "$(c cache):/data" -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" \
  -e "REDIS_SENTINEL_PORT=tcp://$NET.11:26379" "$IMAGE"
up cache
assert_match "it is a master" role:master "$(cli cache info replication)"
assert_eq "its key" 1 "$(cli cache get mine)"
docker rm -f "$(c cache)" >/dev/null
start cache --network "$RUN" -v "$(c cache):/data" "${GROUP[@]}" "$IMAGE"
up cache
assert_eq "as a member by mistake: its key" 1 "$(cli cache get mine)"
assert_match "it says how to join" 'REDIS_JOIN=force' "$(logs cache)"

say "plan shows the decision, and touches nothing"
docker stop "$(c "redis-$old")" >/dev/null
before=$(files "redis-$old")
once plan --network "$RUN" --ip "$NET.11$old" -v "$(c "redis-$old"):/data" "${GROUP[@]}" "$IMAGE" plan
assert_match "plan" "role +starts as a replica of .*: the sentinels name $NET.11$master:6379" "$OUT"
assert_eq "the volume" "$before" "$(files "redis-$old")"
