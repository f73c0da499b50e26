#!/usr/bin/env bash
# The health of a group's data nodes and sentinels: while they wait, as a master, a replica, one that gets its data or
# has no link, closed, and without a quorum.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"
# shellcheck source=../lib/health.sh
source "$(dirname "$0")/../lib/health.sh"

GROUP+=(-e "REDIS_HEALTH_PORT=$HEALTH")
MASTER="200 200 200 200 503 503" REPLICA="200 200 200 503 200 503" SENTINEL="200 200 200 503 503 200"
WAITS="200 503 503 503 503 503" UNFIT="200 200 503 503 503 503"

say "a sentinel without a master"
sentinel 1
health "it waits" sentinel-1 "$WAITS" "503 waits for its role in group redis"

say "a group"
node 1
node 2
for n in 2 3; do sentinel "$n"; done
health "the master" redis-1 "$MASTER" "200 the master in group redis"
health "a replica" redis-2 "$REPLICA" "200 a replica of $NET.111:6379 in group redis"
wait_for "$PATIENCE" answered redis-2 "replica?lag=1mb" "^200"
for n in 1 2 3; do
  wait_for "$PATIENCE" answered "sentinel-$n" "sentinel?quorum" "^200 a sentinel of 1 group"
  health "a sentinel" "sentinel-$n" "$SENTINEL" "200 a sentinel of 1 group"
done
wait_for "$PATIENCE" answered redis-1 status '"fence":"open".*"named":true,"sentinels_known":3,"sentinels_reached":3'
ok "status of a member"

say "a replica that gets its first data"
cli redis-1 eval "for i = 1, 5000 do redis.call('set', i, i) end" 0 >/dev/null
cli redis-1 config set rdb-key-save-delay 2000 >/dev/null  # microseconds a key
node 3
wait_for "$PATIENCE" answered redis-3 readyz "^503 a replica that gets its first data from $NET.111:6379"
assert_eq "it has started, and is not ready" "$UNFIT" "$(pages redis-3)"
cli redis-1 config set rdb-key-save-delay 0 >/dev/null
health "when it has them" redis-3 "$REPLICA" "200"
wait_for "$PATIENCE" settled 1

say "a replica that does not reach the master, which lives"
wall() { # -A or -D: what passes between the two; the replica goes on hearing the sentinels
  local pid
  pid=$(docker inspect -f '{{.State.Pid}}' "$(c redis-3)")
  nsenter -t "$pid" -n iptables -w "$1" OUTPUT -d "$NET.111" -p tcp --dport 6379 -j REJECT --reject-with tcp-reset
}
wall -A
cli redis-1 client kill type replica >/dev/null
health "it is not ready" redis-3 "$UNFIT" "503 a replica without a link to $NET.111:6379"
assert_match "the other one is" "^200" "$(ask redis-2 readyz)"
wall -D
wait_for "$PATIENCE" settled 1

say "no majority of sentinels, and a replica gone"
docker kill "$(c sentinel-2)" "$(c sentinel-3)" "$(c redis-3)" >/dev/null
health "the master is closed" redis-1 "$UNFIT" \
  "503 a master that refuses writes: no majority of sentinels can be reached, and a replica is not linked"
wait_for "$PATIENCE" answered sentinel-1 "sentinel?quorum" "^503 a sentinel; group redis, master $NET.111:6379: NOQUORUM"
health "the sentinel stays ready without a quorum" sentinel-1 "$SENTINEL" "200 a sentinel; group redis, .*: NOQUORUM"

say "the master is gone, too"
docker kill "$(c redis-1)" >/dev/null
health "the replica serves what it has" redis-2 "$REPLICA" "200 .*; its link is down, and no master lives"
wait_for "$PATIENCE" answered sentinel-1 "sentinel?quorum" "^503 .* is down: NOQUORUM"
health "the sentinel stays ready" sentinel-1 "$SENTINEL" "200 a sentinel; group redis, .* is down"

say "all are back"
docker start "$(c redis-1)" "$(c redis-3)" "$(c sentinel-2)" "$(c sentinel-3)" >/dev/null
all_ready() {
  local n
  for n in 1 2 3; do
    answered "redis-$n" readyz ^200 && answered "sentinel-$n" "sentinel?quorum" ^200 || return 1
  done
}
wait_for 60 all_ready
ok "and ready"

say "a server that hangs while it is the master"
master=$(named)
kill -STOP "$(server_of "redis-$master")"
wait_for "$PATIENCE" named_is_not "$master"
health "another is the master" "redis-$(named)" "$MASTER" "200 the master"
assert_match "and this one is not" "^503" "$(ask "redis-$master" master)"
health "it is back as a replica" "redis-$master" "$REPLICA" "200 a replica"
