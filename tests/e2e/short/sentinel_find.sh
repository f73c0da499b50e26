#!/usr/bin/env bash
# A Sentinel without a configuration finds its master, or waits and says for whom; what it found it keeps.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

docker network create --label "$LABEL" "$RUN" >/dev/null

node() { # name [server arguments]
  start "$1" --network "$RUN" --network-alias "$1" "$IMAGE" "${@:2}"
}

sentinel() { # name [docker run arguments]
  start "$1" --network "$RUN" --network-alias "$1" -e SENTINEL=1 "${@:2}" "$IMAGE"
}

AUTH=() # how its client logs in
ask() { # sentinel command...
  cli "$1" -p 26379 "${AUTH[@]}" "${@:2}"
}

run_id() { # node [arguments for the client]: waits for the answer
  local id deadline=$((SECONDS + PATIENCE))
  until id=$(cli "$@" info server | sed -n 's/^run_id:\([0-9a-f]*\).*/\1/p') && [[ -n $id ]]; do
    ((SECONDS < deadline)) || fail "$1 does not answer"
    sleep 0.05
  done
  echo "$id"
}

pong() { # name [arguments for the client]
  [[ $(cli "$@" ping) == PONG ]]
}

has_replica() { [[ $(cli "$1" info replication) == *connected_slaves:1* ]]; } # node

group() { # sentinel [group]: what it says of it, on one line
  ask "$1" sentinel master "${2:-redis}" | xargs
}

conf_stat() { # sentinel format
  docker exec "$(c "$1")" stat -c "$2" /data/sentinel.conf
}

rewritten() { # sentinel inode: it is another file than that one
  [[ $(conf_stat "$1" %i) != "$2" ]]
}

state() { docker inspect -f "{{.State.$2}}" "$(c "$1")"; } # name field

says() { # sentinel regex: a waiting line that matches, and nothing further
  local text
  text=$(logs "$1" | grep ' dkr-redis ')
  if [[ $text == *' dkr-redis info: monitors '* || $text == *' dkr-redis error: '* ]]; then
    echo "$text"
    return 99
  fi
  grep -E " dkr-redis warning: waits for the master of group $2" <<<"$text"
}

# It runs, has written nothing and listens nowhere; seen from here, because that is quicker.
idle() { # sentinel
  local pid found
  pid=$(state "$1" Pid)
  found=$(ls -A "/proc/$pid/root/data") || fail "$1: its volume cannot be seen"
  found+=$(awk '$4 == "0A" && $2 ~ /:670B$/' "/proc/$pid/net/tcp"*) || fail "$1 is gone"
  [[ -z $found ]] || fail "$1: expected an empty /data and nobody on port 26379, found: $found; $(logs "$1")"
}

waits() { # sentinel regex what
  wait_for "$PATIENCE" says "$1" "$2"
  idle "$1"
  ok "$3: $(says "$1" "$2" | tail -n 1 | sed 's/.* dkr-redis warning: //')"
}

follows() { # sentinel run_id group
  [[ $(group "$1" "$3") == *" runid $2 "* ]]
}

# Sentinel learns the run id from the server itself, so no address can deceive.
monitors() { # sentinel run_id reason what [group]
  local line
  wait_for "$PATIENCE" has_logged "$1" ' dkr-redis info: monitors '
  line=$(logs "$1" | sed -n 's/.* dkr-redis info: monitors //p')
  [[ $line =~ ^[^\ ]+:6379:\ .*$3 ]] || fail "$4: expected one line that matches '$3', got: $line"
  wait_for "$PATIENCE" follows "$1" "$2" "${5:-redis}"
  ok "$4: monitors $line"
}

firewall() { # -I or -D: whether the node drops what comes from other hosts
  nsenter -t "$(state hole Pid)" -n iptables -w "$1" INPUT -p tcp --dport 6379 ! -i lo -j DROP
}

ms_between() { # time time
  echo $(($(date -d "$2" +%s%3N) - $(date -d "$1" +%s%3N)))
}

logged_at() { # name word: when a line that begins with it was logged first
  logs "$1" | awk -v what="$2" '$2 == "dkr-redis" && $4 == what && !seen++ { print $1 }'
}

assert_between() { # what least most actual
  (($2 <= $4 && $4 <= $3)) || fail "$1: expected $2 to $3, got $4"
  ok "$1: $4"
}

say "a sentinel before its master exists"
sentinel early --network-alias sentinels -e REDIS_MASTER_HOST=master -e REDIS_QUORUM=1 -e REDIS_DOWN_AFTER_MS=4321 &
# What later scenarios need
sentinel slow -e REDIS_PEERS=nowhere,other &
sentinel boot -e REDIS_MASTER_HOST=nowhere -e REDIS_BOOT_TIMEOUT_MS=1500 &
sentinel locked -e REDIS_MASTER_HOST=other -e REDIS_SENTINEL_PASSWORD=correct-horse &
node other &
node frozen &
node follower --replicaof frozen 6379 &
node hole &
node secured --requirepass correct-horse &
wait
waits early 'redis: .*\(master:6379: master: .*(not known|resol)' "its master's name does not resolve"
sleep 1
idle early
node master
node replica --replicaof master 6379
master=$(run_id master)
monitors early "$master" 'only master' "the master came"
assert_eq "sentinel.conf" "600 $SERVER" "$(conf_stat early '%a %U')"
assert_match "quorum and down-after-milliseconds" ' down-after-milliseconds 4321 .* quorum 1 ' "$(group early) "
inode=$(conf_stat early %i)
assert_eq "SENTINEL SET" OK "$(ask early sentinel set redis failover-timeout 170000)"
wait_for "$PATIENCE" rewritten early "$inode"
assert_eq "sentinel.conf, rewritten by the server" "600 $SERVER" "$(conf_stat early '%a %U')"

say "found through the sentinels, a replica, the host's own port"
other=$(run_id other) frozen=$(run_id frozen) hole=$(run_id hole)
secured=$(run_id secured --no-auth-warning -a correct-horse)
wait_for "$PATIENCE" pong locked -p 26379 --no-auth-warning -a correct-horse
up replica
wait_for "$PATIENCE" has_replica frozen
docker pause "$(c frozen)" >/dev/null
firewall -I
sentinel service -e REDIS_SENTINEL_SERVICE_HOST=sentinels,nowhere -e REDIS_MASTER_HOST=other \
  -v "$(volume service):/data" &
sentinel peers -e REDIS_PEERS=replica &
start sidecar --network "container:$(c master)" -e SENTINEL=1 "$IMAGE" &
# These have to wait.
sentinel stranger -e REDIS_SENTINEL_SERVICE_HOST=sentinels -e REDIS_GROUP=strange &
sentinel keyless -e REDIS_SENTINEL_SERVICE_HOST=locked -e REDIS_MASTER_HOST=master &
sentinel mistaken -e REDIS_SENTINEL_SERVICE_HOST=locked -e REDIS_SENTINEL_PASSWORD=wrong-staple &
sentinel denied -e REDIS_MASTER_HOST=secured -e REDIS_PASSWORD=wrong-staple &
sentinel halfopen -e REDIS_PEERS=follower,other &
sentinel blackhole -e REDIS_MASTER_HOST=hole &
wait
monitors service "$master" 'the sentinels name' "the sentinels' master, not REDIS_MASTER_HOST"
monitors peers "$master" '' "REDIS_PEERS names a replica only"
monitors sidecar "$master" 'only master' "sidecar"
assert_eq "a sidecar's master has an address for others" "$(address master) 6379" \
  "$(ask sidecar sentinel get-master-addr-by-name redis | xargs)"

say "waiting, whatever is wrong"
waits mistaken 'redis: .*sentinel [0-9.]+:26379: WRONGPASS' "sentinels that want another password"
waits denied "redis: .*$(address secured):6379: WRONGPASS" "a master that wants another password"
waits halfopen "redis: replicas follow $(address frozen):6379.*no answer in time" "a master that is frozen, another that answers"
waits blackhole "redis: .*$(address hole):6379: (no answer in time|Connection timed out)" "a master behind a firewall"
waits stranger 'strange: ' "sentinels that do not know the group"
refute_match "it does not say that no sentinel answers" 'no sentinel .*answers' "$(logs stranger)"
waits keyless 'redis: .*sentinel [0-9.]+:26379: NOAUTH' "sentinels that want a password, and another master"
sleep 1
for name in mistaken denied halfopen blackhole stranger keyless; do
  idle "$name"
  text=$(logs "$name")
  [[ $text != *' monitors '* ]] || fail "$name monitors somebody already: $text"
  [[ -z $(cut -d ' ' -f 2- <<<"$text" | uniq -d) ]] || fail "$name tells a reason twice: $text"
  [[ ! $text =~ wrong-staple|correct-horse ]] || fail "$name tells a password: $text"
done
ok "all of them still wait; none repeats itself or tells a password"

say "told to stop while it waits"
before=$(date +%s%3N)
docker stop "$(c blackhole)" >/dev/null
assert_between "SIGTERM: milliseconds" 0 2000 $(($(date +%s%3N) - before))
assert_eq "SIGTERM: exit status" 143 "$(exit_status blackhole)"
assert_eq "SIGTERM: nothing written" "" "$(files blackhole)"
docker start "$(c blackhole)" >/dev/null

say "going on when it is put right"
assert_eq "SENTINEL MONITOR" OK "$(ask early sentinel monitor strange "$(address master)" 6379 1)"
AUTH=(--no-auth-warning -a correct-horse)
ask locked acl setuser default '>wrong-staple' >/dev/null
cli secured --no-auth-warning -a correct-horse config set requirepass wrong-staple >/dev/null
docker unpause "$(c frozen)" >/dev/null
firewall -D
AUTH=(--no-auth-warning -a wrong-staple)
monitors mistaken "$other" 'the sentinels name' "the sentinels take the password"
ask locked acl setuser default nopass >/dev/null
AUTH=()
monitors denied "$secured" 'only master' "the master takes the password"
monitors halfopen "$frozen" 'has linked replicas' "the frozen master is back"
monitors blackhole "$hole" 'only master' "the firewall is gone"
monitors stranger "$master" 'the sentinels name' "the sentinels know the group" strange
monitors keyless "$other" 'the sentinels name' "the sentinels want no password any more"

say "REDIS_BOOT_TIMEOUT_MS"
wait_for "$PATIENCE" gone boot
assert_eq "no master in time: exit status" 69 "$(exit_status boot)"
one_error "no master in time" 'REDIS_BOOT_TIMEOUT_MS' "$(logs boot)"
ok "no master in time: $(complaints "$(logs boot)" | sed 's/.*dkr-redis //')"
assert_eq "no master in time: nothing written" "" "$(files boot)"
# From its first line on, which a first look comes before
assert_between "milliseconds that it waited" 1200 3500 "$(ms_between "$(logged_at boot waits)" "$(logged_at boot no)")"

say "a volume that sentinel.conf cannot be written to is told before anybody is waited for"
: >"$WORK/single.conf"
refused "sentinel.conf is a mount of its own" 78 '/data/sentinel\.conf' - single -e SENTINEL=1 \
  -e REDIS_MASTER_HOST=nowhere -v "$WORK/single.conf:/data/sentinel.conf" "$IMAGE"
assert_eq "it is as it was" "" "$(<"$WORK/single.conf")"
refute_match "nobody was waited for" 'waits for' "$OUT"
refused "read-only volume" 78 '/data' '' readonly -e SENTINEL=1 -e REDIS_MASTER_HOST=nowhere \
  -v "$(volume readonly):/data:ro" "$IMAGE"
refute_match "nobody was waited for" 'waits for' "$OUT"

say "a restart, and a new container on the volume"
id=$(ask service sentinel myid)
assert_match "it has an identity" '^[0-9a-f]{40}$' "$id"
assert_eq "SENTINEL SET" OK "$(ask service sentinel set redis failover-timeout 12345)"
docker restart "$(c service)" >/dev/null
up service 26379
assert_eq "restarted: SENTINEL MYID" "$id" "$(ask service sentinel myid)"
assert_match "restarted: failover-timeout" ' failover-timeout 12345 ' "$(group service) "
docker rm -fv "$(c service)" >/dev/null
sentinel service -e REDIS_DOWN_AFTER_MS=7000 -v "$(c service):/data"
up service 26379
assert_eq "new container: SENTINEL MYID" "$id" "$(ask service sentinel myid)"
assert_match "new container: both values" ' down-after-milliseconds 7000 .* failover-timeout 12345 ' "$(group service) "
refute_match "it looked for nobody" ' (waits|monitors) ' "$(logs service | grep ' dkr-redis ')"
wait_for "$PATIENCE" follows service "$master" redis
ok "new container: the same master"

say "a configuration that its Sentinel has spoilt: it lists its master as a replica, and twice"
spoilt=$(docker exec "$(c service)" sed -n 's/^sentinel monitor \([^ ]* [^ ]* [^ ]*\) .*/sentinel known-replica \1/p' /data/sentinel.conf)
assert_match "it says whom it monitors" '^sentinel known-replica redis ' "$spoilt"
docker exec "$(c service)" sh -c 'printf "%s\n%s\n" "$1" "$1" >>/data/sentinel.conf' - "$spoilt"
docker kill "$(c service)" >/dev/null
docker start "$(c service)" >/dev/null
up service 26379
assert_eq "it starts: SENTINEL MYID" "$id" "$(ask service sentinel myid)"
refute_match "the lines are gone" "$spoilt" "$(docker exec "$(c service)" cat /data/sentinel.conf)"

say "a peer that stays silent"
monitors slow "$other" 'only master' "another without replicas is taken in the end"
assert_between "milliseconds that the peer was waited for" 9000 30000 \
  "$(ms_between "$(logged_at slow waits)" "$(logged_at slow monitors)")"
