#!/usr/bin/env bash
# What `doctor` finds of a node without a group: its memory, kernel, disk and volume, and servers that run without dkr-redis.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/base.sh
source "$(dirname "$0")/../lib/base.sh"
# shellcheck source=../lib/doctor.sh
source "$(dirname "$0")/../lib/doctor.sh"

says() { # name file text: what its kernel says there
  local file=/tmp/${2##*/}-$RANDOM
  docker exec "$(c "$1")" sh -c "echo '$3' >$file"
  nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(c "$1")")" -m mount --bind "$file" "$2"
}

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

kill -STOP "$(server_of queue)"
found queue server-silent 2
kill -CONT "$(server_of queue)"

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
docker network create --label "$LABEL" "$RUN" >/dev/null
lone followed --network "$RUN" -e "REDIS_PASSWORD=$PASSWORD" "$IMAGE"
start bare --network "$RUN" -e "REDIS_PASSWORD=$PASSWORD" "$IMAGE" sh -c "exec $SERVER-server --dir /data --protected-mode no \
  --requirepass $PASSWORD --masterauth $PASSWORD --replicaof $(c followed) 6379 --rename-command CONFIG ''"
wait_for "$PATIENCE" finds bare "command-missing conf-not-rewritable without-dkr-redis"
ok "bare: a renamed command"
