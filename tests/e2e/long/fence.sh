#!/usr/bin/env bash
# What the engine and the network do to a master: no false fence, and no write beside a new master.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

GROUP=(-e REDIS_GROUP=redis -e "REDIS_SENTINEL_SERVICE_HOST=sentinel-1,sentinel-2,sentinel-3"
  -e "REDIS_PEERS=redis-1,redis-2,redis-3" -e REDIS_DOWN_AFTER_MS=5000)
DEAD_S=60 PAUSED_S=30

names_of() { # number, file: what the containers look names up with
  docker exec -u 0 "$(c "redis-$1")" sh -c "cat > /etc/resolv.conf" <"$2"
}

is_replica() { [[ $(cli "redis-$1" info replication) == *role:slave*master_link_status:up* ]]; } # number

for n in 1 2 3; do
  node "$n" --network-alias "redis-$n" &
  start "sentinel-$n" --network "$RUN" --ip "$NET.1$n" --network-alias "sentinel-$n" \
    -v "$(volume "sentinel-$n"):/data" -e SENTINEL=1 "${GROUP[@]}" "$IMAGE" &
done
wait
wait_for "$PATIENCE" healthy 1

say "DNS is dead for $DEAD_S s"
docker exec "$(c redis-1)" cat /etc/resolv.conf >"$WORK/before"
echo "nameserver 192.0.2.1" >"$WORK/dead"
for n in 1 2 3; do names_of "$n" "$WORK/dead"; done
writes=0 refused=0 end=$((SECONDS + DEAD_S))
while ((SECONDS < end)); do
  writes=$((writes + 1))
  [[ $(cli redis-1 set k 1 2>&1) == OK ]] || refused=$((refused + 1))
done
assert_eq "of $writes writes were refused" 0 "$refused"
refute_match "no fence" "fence (closed|guarded)" "$(logs redis-1)"
for n in 1 2 3; do names_of "$n" "$WORK/before"; done

say "the master's container is paused for $PAUSED_S s, and a client waits for it"
end=$((SECONDS + PAUSED_S))
docker pause "$(c redis-1)" >/dev/null
wait_for "$PATIENCE" named_is_not 1
while ((SECONDS < end)); do cli sentinel-1 -p 26379 ping >/dev/null; done
docker exec "$(c sentinel-1)" timeout 20 "$SERVER-cli" -h "$NET.111" -r 400 -i 0.02 incr glued >"$WORK/glued" 2>&1 &
client=$!
docker unpause "$(c redis-1)" >/dev/null
wait_for "$PATIENCE" is_replica 1
wait "$client" || true
taken=$(grep -cE '^(\(integer\) )?[0-9]+$' "$WORK/glued" || true)
((taken <= 50)) || fail "the old master took $taken writes, 50 a second"
ok "the old master took $taken writes before it became a replica"

say "one sentinel alone does not reach the master, and that is enough for it"
wait_for "$PATIENCE" named_is_not 1
master=$(named)
wait_for "$PATIENCE" settled "$master"
for n in 1 2 3; do
  assert_eq "quorum of sentinel-$n" OK "$(cli "sentinel-$n" -p 26379 sentinel set redis quorum 1)"
done
docker exec -d "$(c "redis-$master")" "$SERVER-cli" -r 3000 -i 0.01 xadd cut '*' k v
nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(c sentinel-3)")" -n iptables -w -A INPUT -s "$NET.11$master" -j DROP
wait_for "$PATIENCE" named_is_not "$master"
old=$master
# Ids of a stream are milliseconds of the server's clock. A replica would have those of its master.
last=$(cli "redis-$old" xrevrange cut + - count 1 | head -n 1)
assert_eq "the role of redis-$old" master "$(role_of "$old")"
last=$(($(promoted_at "$(named)") - ${last%-*}))
((last > 0)) || fail "redis-$old took a write $((-last)) ms after another was promoted"
ok "redis-$old took its last write $last ms before another was promoted"
