#!/usr/bin/env bash
# Three sentinels and three data nodes with passwords: a failover, the return of the lost master, a
# restart of everybody, new sentinels that know only where to ask; and no secret where it need not be.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

NODES=(redis-1 redis-2 redis-3)
SENTINELS=(sentinel-1 sentinel-2 sentinel-3)
NODE_SECRET=node-$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
SENTINEL_SECRET=sentinel-$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
MASTER=redis-1
# Sentinel looks at a node every ten seconds, and waits eight before it converts one.
FAILOVER=$((PATIENCE + 30))

# Addresses that outlive a restart need a network with a range of its own.
for _ in 1 2 3 4 5; do
  NET=10.$((RANDOM % 200 + 40)).$((RANDOM % 256))
  ! docker network create --label "$LABEL" --subnet "$NET.0/24" "$RUN" >/dev/null 2>&1 || break
done
docker network inspect "$RUN" >/dev/null || fail "no network $NET.0/24"

# The password of a server of ours is never an argument.
cli() { # name command...
  local name=$1 secret=$NODE_SECRET
  shift
  [[ $name != sentinel-* ]] || secret=$SENTINEL_SECRET
  REDISCLI_AUTH=$secret docker exec -e REDISCLI_AUTH "$(c "$name")" "$SERVER-cli" "$@"
}

ip() { [[ $1 == sentinel-* ]] && echo "$NET.2${1##*-}" || echo "$NET.1${1##*-}"; } # name

name_of() { # address of a data node
  local name
  for name in "${NODES[@]}"; do [[ $(ip "$name") != "$1" ]] || echo "$name"; done
}

# Secrets as files that only root reads, or as variables
printf '%s\n' "$NODE_SECRET" >"$WORK/node"
printf '%s\n' "$SENTINEL_SECRET" >"$WORK/sentinel"
chmod 400 "$WORK/node" "$WORK/sentinel"

start_node() { # name
  local secret=(-e "REDIS_PASSWORD=$NODE_SECRET")
  [[ $1 != redis-2 ]] || secret=(-v "$WORK/node:/run/node:ro" -e REDIS_PASSWORD_FILE=/run/node)
  start "$1" --network "$RUN" --ip "$(ip "$1")" --network-alias "$1" -v "$(volume "$1"):/data" \
    "${secret[@]}" -e REDIS_EXTRA_FLAGS='--repl-diskless-sync-delay 0' "$IMAGE"
}

start_sentinel() { # [docker run arguments] name
  local name=${*: -1} secrets=(-e "REDIS_PASSWORD=$NODE_SECRET" -e "REDIS_SENTINEL_PASSWORD=$SENTINEL_SECRET")
  set -- "${@:1:$#-1}"
  [[ $name != sentinel-2 ]] || secrets=(
    -v "$WORK/node:/run/node:ro" -e REDIS_PASSWORD_FILE=/run/node
    -v "$WORK/sentinel:/run/sentinel:ro" -e REDIS_SENTINEL_PASSWORD_FILE=/run/sentinel)
  start "$name" --network "$RUN" --ip "$(ip "$name")" --network-alias sentinels --hostname "$name" \
    "${secrets[@]}" -e SENTINEL=1 -e REDIS_SENTINEL_SERVICE_HOST=sentinels -e REDIS_MASTER_HOST=redis-1 \
    -e REDIS_DOWN_AFTER_MS=1000 -e REDIS_FAILOVER_TIMEOUT=5000 "$@" "$IMAGE"
}

# One line of SENTINEL MASTER: address, flags, replicas, other sentinels, epoch
state() { # sentinel
  cli "$1" -p 26379 sentinel master redis | awk '
    NR % 2 { name = $0; next } { value[name] = $0 }
    END { print value["ip"], value["flags"], value["num-slaves"], value["num-other-sentinels"], value["config-epoch"] }'
}

monitors() { # sentinel data-node
  local seen
  seen=$(state "$1")
  echo "$1: $seen"
  [[ $seen == "$(ip "$2") "* ]]
}

settled() { # sentinel data-node: it is the master, well, and everybody is known and reachable
  local seen
  seen=$(state "$1")
  echo "$1: $seen"
  [[ $seen == "$(ip "$2") master 2 2 "* ]]
}

agreed() { # data-node: all sentinels monitor it, and know each other
  local name
  for name in "${SENTINELS[@]}"; do wait_for "$FAILOVER" settled "$name" "$1"; done
}

follows() { # replica master
  local info regex
  info=$(cli "$1" info replication | tr -d '\r')
  echo "$info"
  regex="role:slave.*master_host:$(ip "$2").*master_link_status:up"
  [[ $info =~ $regex ]]
}

is_master() { [[ $(cli "$1" info replication) == *role:master* ]]; } # data-node

has() { [[ $(cli "$1" get "$2") == "$3" ]]; } # data-node key value

linked() { # data-nodes that follow MASTER
  local name
  for name in "$@"; do wait_for "$FAILOVER" follows "$name" "$MASTER"; done
}

others() { # data nodes besides MASTER
  local name
  for name in "${NODES[@]}"; do [[ $name == "$MASTER" ]] || echo "$name"; done
}

failed_over() { # sentinel: it names another master than redis-1
  local address
  address=$(state "$1" | cut -d ' ' -f 1)
  echo "$1: $address"
  [[ $address != "$(ip redis-1)" ]] && is_master "$(name_of "$address")"
}

at_once() { # command... -- names...: the command for each name, all at the same time
  local command=() name pid pids=()
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  shift
  for name in "$@"; do
    "${command[@]}" "$name" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

engine() { docker "${@:1:$#-1}" "$(c "${*: -1}")" >/dev/null; } # docker-command name

say "a. three data nodes, two attached by hand; three sentinels"
at_once start_node -- "${NODES[@]}"
for name in "${NODES[@]}"; do up "$name"; done
assert_match "without the password nobody gets in" NOAUTH "$(docker exec "$(c redis-2)" "$SERVER-cli" get x 2>&1)"
for name in redis-2 redis-3; do
  assert_eq "REPLICAOF" OK "$(cli "$name" replicaof "$(ip redis-1)" 6379)"
  assert_eq "CONFIG REWRITE" OK "$(cli "$name" config rewrite)"
done
linked redis-2 redis-3
start_first_sentinel() { start_sentinel -v "$(volume "$1"):/data" "$1"; }
at_once start_first_sentinel -- "${SENTINELS[@]}"
for name in "${SENTINELS[@]}"; do up "$name" 26379; done
assert_match "nor to a sentinel" NOAUTH "$(docker exec "$(c sentinel-2)" "$SERVER-cli" -p 26379 sentinel masters 2>&1)"
agreed redis-1
ok "all sentinels monitor redis-1, and know two replicas and each other"
cli redis-1 set before 1 >/dev/null

say "b. the master is killed"
wait_for "$PATIENCE" has redis-2 before 1
wait_for "$PATIENCE" has redis-3 before 1
docker kill "$(c redis-1)" >/dev/null
wait_for "$FAILOVER" failed_over sentinel-1
MASTER=$(name_of "$(state sentinel-1 | cut -d ' ' -f 1)")
ok "failover to $MASTER"
for name in "${SENTINELS[@]}"; do wait_for "$FAILOVER" monitors "$name" "$MASTER"; done
assert_eq "a write through the new master" OK "$(cli "$MASTER" set after 2)"
for name in $(others); do [[ $name == redis-1 ]] || linked "$name"; done
docker start "$(c redis-1)" >/dev/null
up redis-1
linked redis-1
assert_eq "the lost master comes back as a replica, with what was written meanwhile" 2 "$(cli redis-1 get after)"
agreed "$MASTER"

say "what observe says"
SEEN=$(docker exec "$(c sentinel-1)" dkr-redis observe)
JSON=$(docker exec "$(c sentinel-2)" dkr-redis observe --json)
assert_eq "sentinels and nodes" "3 3" "$(grep -c '^sentinel ' <<<"$SEEN") $(grep -c '^node ' <<<"$SEEN")"
for name in "${SENTINELS[@]}"; do
  assert_match "$name" "sentinel  $(ip "$name"):26379  names $(ip "$MASTER"):6379 .*knows 2 other sentinels and 2 replicas" "$SEEN"
done
assert_match "$MASTER" "node      $(ip "$MASTER"):6379  master, 2 linked replicas" "$SEEN"
for name in $(others); do
  assert_match "$name" "node      $(ip "$name"):6379  replica of $(ip "$MASTER"):6379, linked" "$SEEN"
  assert_match "$name, as JSON" "\"address\":\"$(ip "$name"):6379\",\"role\":\"replica\"" "$JSON"
done

say "c. everybody is restarted"
identities() { for name in "${SENTINELS[@]}"; do cli "$name" -p 26379 sentinel myid; done | xargs; }
epochs() { for name in "${SENTINELS[@]}"; do state "$name" | cut -d ' ' -f 5; done | xargs; }
IDS=$(identities) EPOCHS=$(epochs)
assert_match "the epoch of the failover" '^([1-9][0-9]*) \1 \1$' "$EPOCHS"
# Down and up in this order because a second without the master is a reason for a failover here.
at_once engine stop -- "${SENTINELS[@]}" "${NODES[@]}"
# shellcheck disable=SC2046  # names
at_once engine start -- "$MASTER" $(others)
for name in "${NODES[@]}"; do up "$name"; done
assert_match "$MASTER is still the master, with no sentinel to say so" 'role:master' "$(cli "$MASTER" info replication)"
for name in $(others); do
  assert_match "$name is still its replica" "role:slave.*master_host:$(ip "$MASTER")" "$(cli "$name" info replication)"
done
at_once engine start -- "${SENTINELS[@]}"
for name in "${SENTINELS[@]}"; do up "$name" 26379; done
# shellcheck disable=SC2046  # names
linked $(others)
agreed "$MASTER"
assert_eq "identities are kept" "$IDS" "$(identities)"
assert_eq "and the epoch" "$EPOCHS" "$(epochs)"
for name in "${NODES[@]}"; do
  assert_eq "$name has the data" "1 2" "$(cli "$name" mget before after | xargs)"
done
cli "$MASTER" set restarted 3 >/dev/null
for name in "${NODES[@]}"; do wait_for "$PATIENCE" has "$name" restarted 3; done
ok "and a new write arrives everywhere"

say "d. secrets"
no_secret() { # what text
  [[ -n $2 ]] || fail "$1: nothing to look at"
  [[ $2 != *"$NODE_SECRET"* && $2 != *"$SENTINEL_SECRET"* ]] ||
    fail "$1: holds a password: $(grep -aF -e "$NODE_SECRET" -e "$SENTINEL_SECRET" <<<"$2")"
}

# Command line and environment of every process. From a container beside it: root inside lacks the
# capability to read them, and what docker exec starts has the container's environment.
processes() { # name
  # shellcheck disable=SC2016
  docker run --rm --label "$LABEL" --pid "container:$(c "$1")" --cap-add SYS_PTRACE --entrypoint sh "$IMAGE" -c '
    for p in /proc/[0-9]*; do
      [ "$p" = "/proc/$$" ] || { echo "process $p"; cat "$p/cmdline" "$p/environ"; echo; }
    done' | tr '\0' '\n'
}

look() { # name: everything that may be seen of it, as files
  processes "$1" >"$WORK/$1.processes"
  docker exec "$(c "$1")" sh -c '
    dkr-redis plan; dkr-redis observe; dkr-redis observe --json; dkr-redis status; dkr-redis status --json' >"$WORK/$1.answers" 2>&1
  logs "$1" >"$WORK/$1.log"
  # shellcheck disable=SC2016
  printf '%s\n' "$NODE_SECRET" "$SENTINEL_SECRET" | docker exec -i "$(c "$1")" sh -c \
    'grep -rlFf - /data | xargs -r stat -c "%a %n"' >"$WORK/$1.modes"
}

at_once look -- "${NODES[@]}" "${SENTINELS[@]}"
for name in "${NODES[@]}" "${SENTINELS[@]}"; do
  file=redis.conf
  [[ $name != sentinel-* ]] || file=sentinel.conf
  seen=$(<"$WORK/$name.processes")
  [[ $seen == "process /proc/1"*dkr-redis*PATH=*"$SERVER-server"* ]] || fail "$name: which processes? $seen"
  no_secret "$name: processes" "$seen"
  no_secret "$name: log" "$(<"$WORK/$name.log")"
  no_secret "$name: plan and observe" "$(<"$WORK/$name.answers")"
  assert_match "$name: plan and observe" "/data/$file.*\"nodes\":" "$(<"$WORK/$name.answers")"
  assert_match "$name: the password is in $file" " /data/$file" "$(<"$WORK/$name.modes")"
  assert_eq "$name: files with a password that others may read" "" "$(grep -v '^600 ' "$WORK/$name.modes" || true)"
done

say "e. new sentinels without a volume, all at once"
replace_sentinels() {
  local name
  at_once engine rm -fv -- "${SENTINELS[@]}"
  at_once start_sentinel -e REDIS_PEERS=redis-1,redis-2,redis-3 -- "${SENTINELS[@]}"
  for name in "${SENTINELS[@]}"; do
    up "$name" 26379
    wait_for 0 monitors "$name" "$MASTER"
  done
}

reasons() { for name in "${SENTINELS[@]}"; do logs "$name" | grep -oE 'monitors .*'; done | sort -u | paste -sd '|'; }

[[ $MASTER != redis-1 ]] || fail "redis-1 is the master: nothing to be learned"
replace_sentinels
ok "they monitor $MASTER, not REDIS_MASTER_HOST: $(reasons)"
agreed "$MASTER"
assert_eq "their identity is that of their names" "$IDS" "$(identities)"
for name in $(others); do follows "$name" "$MASTER" >/dev/null || fail "$name no longer follows $MASTER"; done
assert_eq "observe: sentinels, replicas and masters" "3 2 1" "$(docker exec "$(c sentinel-3)" dkr-redis observe |
  awk '/^sentinel .* names/ { s++ } /^node .* replica of/ { r++ } /^node .* master,/ { m++ } END { print s, r, m }')"

docker stop "$(c redis-1)" >/dev/null
replace_sentinels
ok "the same while redis-1 is down: $(reasons)"
assert_eq "the data is still there" 3 "$(cli "$MASTER" get restarted)"
for name in "${SENTINELS[@]}"; do no_secret "log of the new $name" "$(logs "$name")"; done
