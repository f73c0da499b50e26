#!/usr/bin/env bash
# What `doctor` finds on real servers, provoked one by one, and that it says nothing of a healthy group.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"
# shellcheck source=../lib/doctor.sh
source "$(dirname "$0")/../lib/doctor.sh"

GROUP+=(-e "REDIS_PASSWORD=$PASSWORD")

watcher() { docker exec "$(c "sentinel-$1")" "$SERVER-cli" -p 26379 "${@:2}" >/dev/null; } # number command...
set_conf() { cli "$1" config set "${@:2}" >/dev/null; }                                  # name directive value

# What a sentinel was given it would keep, and here it is to be set by hand.
GROUP=("${GROUP[@]/#REDIS_DOWN_AFTER_MS=*/REDIS_DOWN_AFTER_MS=}")
place_all
for n in 1 2 3; do watcher "$n" sentinel set redis down-after-milliseconds 5000; done

say "a healthy group"
for name in redis-1 redis-2 sentinel-3; do found "$name" "" 0; done
start beside --network "$RUN" "${GROUP[@]}" "$IMAGE" sleep 1000
found beside "" 0
assert_eq "and for a person" "nothing found" "$(docker exec "$(c redis-3)" dkr-redis doctor)"
start nowhere "$IMAGE" sleep 1000
found nowhere nobody-answers 2

say "sentinels"
watcher 1 sentinel set redis quorum 3
found redis-2 sentinels-differ 1
watcher 1 sentinel set redis quorum 1
found redis-2 "quorum-of-one sentinels-differ" 1
watcher 1 sentinel set redis quorum 4
found redis-2 "quorum-too-high sentinels-differ" 2
watcher 1 sentinel set redis quorum 2
watcher 1 sentinel set redis down-after-milliseconds 900
found redis-2 "down-after-short sentinels-differ" 1
watcher 1 sentinel set redis down-after-milliseconds 5000
watcher 1 sentinel set redis failover-timeout 5000
found redis-2 "failover-timeout-short sentinels-differ" 1
watcher 1 sentinel set redis failover-timeout 180000
watcher 1 sentinel monitor small "$NET.111" 6379 1
watcher 1 sentinel set small auth-pass $PASSWORD
found sentinel-1 "sentinel-without-group too-few-sentinels" 1
watcher 1 sentinel remove small
found redis-2 "" 0

say "passwords and roles of data nodes"
set_conf redis-2 masterauth ""
found redis-1 masterauth-missing 2
set_conf redis-2 masterauth another
found redis-1 masterauth-wrong 2
cli redis-1 client kill type replica >/dev/null
found redis-3 "masterauth-wrong replica-unlinked" 2
set_conf redis-2 masterauth $PASSWORD
for n in 2 3; do set_conf "redis-$n" replica-priority 0; done
found redis-1 no-successor 1
for n in 2 3; do set_conf "redis-$n" replica-priority 100; done
set_conf redis-1 min-replicas-to-write 2
found redis-1 min-replicas 1
set_conf redis-1 min-replicas-to-write 0
cli redis-3 acl setuser default -config >/dev/null
found redis-1 access-denied 2
cli redis-3 acl setuser default +config >/dev/null
lone alone --network "$RUN" --ip "$NET.150" -e "REDIS_PASSWORD=$PASSWORD" "$IMAGE"
found redis-1 two-masters 2 -e "REDIS_PEERS=$NET.111,$NET.150"
found redis-1 "" 0

say "settings that do not fit"
found redis-1 stop-too-short 1 -e REDIS_STOP_TIMEOUT_MS=2000
found redis-1 fence-too-late 2 -e REDIS_FENCE_AFTER_MS=5000
found redis-1 probe-before-failover 1 -e REDIS_HEALTH_PORT=8080 -e REDIS_LIVE_TIMEOUT_MS=4000
found redis-1 login-refused 2 -e REDIS_PASSWORD=wrong
found redis-1 announced-elsewhere 2 -e "REDIS_ANNOUNCE_HOST=$NET.112"
found redis-1 announced-silent 1 -e "REDIS_ANNOUNCE_HOST=$NET.199"
found redis-1 announced-unresolved 2 -e REDIS_ANNOUNCE_HOST=no-such.invalid

say "configurations that cannot be rewritten"
for name in redis-3 sentinel-3; do
  docker exec "$(c "$name")" chown 0 /data
  found "$name" conf-not-rewritable 2
  docker exec "$(c "$name")" chown --reference "/data/$([[ $name == redis-* ]] && echo redis || echo sentinel).conf" /data
  found "$name" "" 0
done

say "servers that are gone"
docker stop -t 20 "$(c redis-3)" >/dev/null
found redis-1 node-silent 1
docker start "$(c redis-3)" >/dev/null
wait_for "$PATIENCE" settled 1
found redis-1 "" 0

say "a sentinel that does not reach the master"
unreached() { # -A or -D
  nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(c sentinel-1)")" -n iptables -w "$1" OUTPUT -d "$NET.111" -j DROP
}
unreached -A
found redis-2 master-unseen 2
unreached -D
wait_for "$PATIENCE" settled 1

say "servers that do not answer"
pause() { docker pause "${@/#/$RUN-}" >/dev/null; }
go_on() { docker unpause "${@/#/$RUN-}" >/dev/null; }
pause sentinel-3
found redis-1 sentinel-silent 1
pause sentinel-2
found redis-2 "no-majority sentinel-silent" 2
pause redis-1
found redis-2 "master-silent no-majority sentinel-silent" 2
go_on redis-1
pause sentinel-1 redis-3
found redis-2 "no-sentinel node-silent sentinel-silent writes-refused" 2
go_on sentinel-1 sentinel-2 sentinel-3 redis-3
wait_for "$PATIENCE" also_finds redis-1 sentinel-tilts
sentinel 4
wait_for "$PATIENCE" also_finds redis-1 even-sentinels
