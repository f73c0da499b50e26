#!/usr/bin/env bash
# What `doctor` finds on real servers, provoked one by one, and that it says nothing of a healthy group.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

PASSWORD=doctors-secret
GROUP+=(-e "REDIS_PASSWORD=$PASSWORD")

cli() { docker exec -e REDISCLI_AUTH=$PASSWORD "$(c "$1")" "$SERVER-cli" --no-auth-warning "${@:2}" 2>/dev/null; } # name command...
watcher() { docker exec "$(c "sentinel-$1")" "$SERVER-cli" -p 26379 "${@:2}" >/dev/null; }                       # number command...
set_conf() { cli "$1" config set "${@:2}" >/dev/null; }                                                         # name directive value

# Sets CODE and OUT.
doctor() { # name [docker exec arguments]
  CODE=0
  OUT=$(docker exec "${@:2}" "$(c "$1")" dkr-redis doctor --json 2>&1) || CODE=$?
}

finds() { # name "finding..." [docker exec arguments]: these and no others
  local found
  doctor "$1" "${@:3}"
  found=$(grep -o '"finding":"[a-z-]*"' <<<"$OUT" | cut -d '"' -f 4 | sort -u | xargs)
  echo "exit status $CODE: $OUT"
  [[ $found == "$2" && $OUT != *"$PASSWORD"* ]]
}

found() { # name "finding..." exit status [docker exec arguments]
  wait_for "$PATIENCE" finds "$1" "$2" "${@:4}"
  doctor "$1" "${@:4}"
  assert_eq "$1: ${2:-nothing}, exit status" "$3" "$CODE"
}

lone() { # name [docker run arguments]: a node without a group, which is healthy but for what the arguments do
  start "$1" --network "$RUN" "${@:2}"
  up "$1"
}

says() { # name file text: what its kernel says there
  local file=/tmp/${2##*/}-$RANDOM
  docker exec "$(c "$1")" sh -c "echo '$3' >$file"
  nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(c "$1")")" -m mount --bind "$file" "$2"
}

place_all

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
docker pause "$(c sentinel-3)" >/dev/null
found redis-1 sentinel-silent 1
docker pause "$(c sentinel-2)" >/dev/null
found redis-2 "no-majority sentinel-silent" 2
docker unpause "$(c sentinel-2)" "$(c sentinel-3)" >/dev/null
docker stop -t 20 "$(c redis-3)" >/dev/null
found redis-1 node-silent 1
docker start "$(c redis-3)" >/dev/null
wait_for "$PATIENCE" settled 1
found redis-1 "" 0

say "memory"
lone limited -m 256m "$IMAGE"
found limited maxmemory-unset 1
cli limited config set maxmemory 240mb >/dev/null
found limited maxmemory-near-limit 1
cli limited config set maxmemory 1gb >/dev/null
found limited maxmemory-above-limit 2
cli limited config set maxmemory 100mb >/dev/null
found limited "" 0
docker exec "$(c limited)" sh -c 'tail /dev/zero' >/dev/null 2>&1 || true
found limited memory-kills 1

say "the kernel"
lone queue --sysctl net.core.somaxconn=100 "$IMAGE"
found queue backlog-cut 1
memory=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)
lone kernel "$IMAGE" --disable-thp no --maxmemory "$((memory * 6 / 10))kb"
says kernel /proc/sys/vm/overcommit_memory 0
says kernel /sys/kernel/mm/transparent_hugepage/enabled "always [madvise] never"
found kernel overcommit 1
says kernel /proc/sys/vm/overcommit_memory 1
says kernel /sys/kernel/mm/transparent_hugepage/enabled "[always] madvise never"
found kernel huge-pages 1

say "disks"
lone small --tmpfs /data:size=64m,mode=1777 "$IMAGE"
found small "" 0
cli small eval "redis.call('set', KEYS[1], string.rep(redis.sha1hex('x'), 600000))" 1 k >/dev/null
cli small config set rdbcompression no >/dev/null
cli small save >/dev/null
docker exec "$(c small)" sh -c 'head -c 10m /dev/zero >/data/fill'
found small disk-small 1
docker exec "$(c small)" sh -c 'head -c 64m /dev/zero >>/data/fill' 2>/dev/null || true
found small disk-full 2
cli small save >/dev/null
cli small bgsave >/dev/null
found small "disk-full save-failed" 2

say "servers without dkr-redis"
shared=$(volume shared)
lone first -v "$shared:/data" "$IMAGE" --appendonly yes
start second -v "$shared:/data" "$IMAGE" sh -c "exec $SERVER-server --dir /data --appendonly yes --protected-mode no"
up second
found second "volume-shared without-dkr-redis" 2
found first "" 0
cli second set k 1 >/dev/null
found first volume-shared 2
start bare --network "$RUN" "${GROUP[@]}" "$IMAGE" sh -c "exec $SERVER-server --dir /data --protected-mode no \
  --requirepass $PASSWORD --masterauth $PASSWORD --replicaof $NET.111 6379 --rename-command CONFIG ''"
wait_for "$PATIENCE" finds bare "command-missing conf-not-rewritable without-dkr-redis"
ok "bare: a renamed command"
docker exec -e REDISCLI_AUTH=$PASSWORD "$(c bare)" "$SERVER-cli" acl setuser default -info >/dev/null 2>&1
found bare login-refused 2
