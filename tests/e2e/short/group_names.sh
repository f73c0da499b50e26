#!/usr/bin/env bash
# Sentinels that know the group by another name than the nodes: nobody takes writes beside the group's master.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

NET=10.$((RANDOM % 200 + 20)).$((RANDOM % 256))
docker network create --label "$LABEL" --subnet "$NET.0/24" "$RUN" >/dev/null
SENTINELS=(-e "REDIS_SENTINEL_SERVICE_HOST=$NET.11,$NET.12,$NET.13")

printf '%s\n' "sentinel monitor mymaster $NET.111 6379 2" 'sentinel down-after-milliseconds mymaster 5000' >"$WORK/sentinel.conf"
chmod 644 "$WORK/sentinel.conf"
for n in 1 2 3; do
  start "sentinel-$n" --network "$RUN" --ip "$NET.1$n" -v "$WORK:/conf:ro" "$IMAGE" "$SERVER-sentinel" /conf/sentinel.conf
done

node() { # number [docker run arguments]
  start "redis-$1" --network "$RUN" --ip "$NET.11$1" -v "$(volume "redis-$1"):/data" "${SENTINELS[@]}" "${@:2}" "$IMAGE"
}
role_of() { cli "redis-$1" info replication | sed -n 's/^role:\([a-z]*\).*/\1/p'; } # number
follow() { [[ $(cli redis-1 info replication) == *role:master*state=online*state=online* ]]; }
age_of() { echo $(($(date +%s) - $(date -d "$(docker inspect -f '{{.State.StartedAt}}' "$(c "$1")")" +%s))); }
is_old() { [[ $(age_of "$1") -ge $2 ]]; } # name seconds

say "nobody has named the group"
for n in 1 2 3; do node $n; done
wait_for "$PATIENCE" follow
assert_eq "the one that the sentinels name is the master" "master slave slave" "$(for n in 1 2 3; do role_of $n; done | xargs)"
assert_match "the name is the sentinels'" 'takes group mymaster, the only one that the sentinels know; REDIS_GROUP is not set' "$(logs redis-2)"
assert_match "it is in the note" 'group mymaster' "$(docker exec "$(c redis-2)" cat /data/dkr-redis.state)"
assert_match "observe knows it" "sentinel +$NET.11:26379 +names $NET.111:6379" "$(docker exec "$(c redis-2)" dkr-redis observe)"
docker restart "$(c redis-2)" >/dev/null
wait_for "$PATIENCE" follow
assert_eq "a restart takes it from the note" 1 "$(logs redis-2 | grep -c 'takes group mymaster')"
once plan --network "$RUN" "${SENTINELS[@]}" "$IMAGE" plan
assert_match "plan knows it" "role +starts as a replica of $NET.111:6379" "$OUT"

say "the nodes have another name"
for n in 4 5 6; do node $n -e REDIS_GROUP=orders; done
for n in 4 5 6; do
  wait_for "$PATIENCE" has_logged "redis-$n" "waits for its role in group orders: .*does not know the group, only mymaster"
done
wait_for "$PATIENCE" is_old redis-6 4
for n in 4 5 6; do refute_match "redis-$n does not serve" 'Ready to accept' "$(logs "redis-$n")"; done
for n in 1 2 3; do
  assert_eq "the sentinels are told of a second group" OK \
    "$(cli "sentinel-$n" -p 26379 sentinel monitor orders "$NET.114" 6379 2)"
done
up redis-4
assert_eq "its master serves" master "$(role_of 4)"
up redis-5
assert_eq "and another node follows" slave "$(role_of 5)"
docker rm -fv "$(c redis-4)" "$(c redis-5)" "$(c redis-6)" >/dev/null

say "the sentinels know two groups"
node 7
wait_for "$PATIENCE" has_logged redis-7 'does not know the group, only (mymaster, orders|orders, mymaster)'
refute_match "none of them is taken" 'takes group' "$(logs redis-7)"
docker rm -fv "$(c redis-7)" >/dev/null
for n in 1 2 3; do cli "sentinel-$n" -p 26379 sentinel remove orders >/dev/null; done

say "a new sentinel"
start sentinel-4 --network "$RUN" -e SENTINEL=1 -e REDIS_MASTER_HOST="$NET.111" "${SENTINELS[@]}" "$IMAGE"
up sentinel-4 26379
assert_match "takes the name, too" 'name mymaster ip' "$(cli sentinel-4 -p 26379 sentinel masters | xargs)"
assert_match "and says so" 'takes group mymaster' "$(logs sentinel-4)"
start sentinel-5 --network "$RUN" -e SENTINEL=1 -e REDIS_GROUP=cache -e REDIS_MASTER_HOST="$NET.111" "${SENTINELS[@]}" "$IMAGE"
wait_for "$PATIENCE" has_logged sentinel-5 \
  'waits for the master of group cache: sentinel .* answers, and does not know the group, nor does any other .*only mymaster'
ok "one of another name waits, and names the group that is there"
