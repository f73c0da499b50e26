# shellcheck shell=bash
# A group whose members get other addresses, and find each other by two names: one for all sentinels, one for all data
# nodes, as services without an address of their own do.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/base.sh
source "${BASH_SOURCE%/*}/base.sh"

NET=10.$((RANDOM % 200 + 20)).$((RANDOM % 256))
docker network create --label "$LABEL" --subnet "$NET.0/24" "$RUN" >/dev/null
GROUP=(-e REDIS_GROUP=redis -e REDIS_SENTINEL_SERVICE_HOST=sentinels -e REDIS_PEERS=nodes
  -e REDIS_DOWN_AFTER_MS=5000 -e REDIS_FAILOVER_TIMEOUT=10000)
declare -A AT=([redis-1]=11 [redis-2]=12 [redis-3]=13 [sentinel-1]=21 [sentinel-2]=22 [sentinel-3]=23)
EVERYBODY=(redis-1 redis-2 redis-3 sentinel-1 sentinel-2 sentinel-3)
began=0 # when the last change had been made, in milliseconds; how long containers take to start does not count
BY_NAME=${BY_NAME:-} # not empty: everybody announces its name

move() { # name last part of its address, ...
  while [[ $# -gt 0 ]]; do
    AT[$1]=$2
    shift 2
  done
}

# Its container is made anew, with the volume it had.
place() { # name [docker run arguments]
  local name=$1 options=(--network-alias nodes)
  shift
  [[ $name != sentinel-* ]] || options=(--network-alias sentinels -e SENTINEL=1)
  [[ -z $BY_NAME ]] || options+=(--network-alias "$name" -e "REDIS_ANNOUNCE_HOST=$name")
  docker rm -f "$(c "$name")" >/dev/null 2>&1 || true
  start "$name" --network "$RUN" --ip "$NET.${AT[$name]}" -v "$(volume "$name"):/data" "${GROUP[@]}" "${options[@]}" \
    "$@" "$IMAGE"
}

place_all() {
  local name placing=()
  for name in "${EVERYBODY[@]}"; do
    place "$name" &
    placing+=($!)
  done
  wait "${placing[@]}"
}

of_all() { # docker command...: done to all containers, or volumes
  local name names=()
  for name in "${EVERYBODY[@]}"; do names+=("$(c "$name")"); done
  docker "$@" "${names[@]}" >/dev/null
}

empty_all() {
  of_all rm -f
  of_all volume rm
}

called() { # name: how the group calls it
  if [[ -n $BY_NAME ]]; then echo "$1"; else echo "$NET.${AT[$1]}"; fi
}

named_by() { # sentinel's container
  cli "$1" -p 26379 sentinel get-master-addr-by-name redis | head -n 1
}

# This node is a master with two linked replicas, and every sentinel names it.
healthy() { # number
  local sentinel
  [[ $(cli "redis-$1" info replication) == *role:master*state=online*state=online* ]] || return 1
  for sentinel in "${EVERYBODY[@]}"; do
    [[ $sentinel != sentinel-* || $(named_by "$sentinel") == "$(called "redis-$1")" ]] || return 1
  done
}

any_healthy() {
  local n
  for n in 1 2 3; do
    if healthy "$n" 2>/dev/null; then
      echo "$n"
      return
    fi
  done
  return 1
}

# Waits until a node is the master of all; MASTER is its number.
find_master() {
  wait_for "$PATIENCE" any_healthy
  # shellcheck disable=SC2034  # for the scenarios
  MASTER=$(any_healthy)
}

writes() { # number
  [[ $(cli "redis-$1" set written 1) == OK ]]
}

takes_keys() { # number
  [[ $(cli "redis-$1" eval 'for i = 1, 1999 do redis.call("set", "k" .. i, i) end return "all"' 0) == all ]]
}

fill() { # number of the master: it has 2000 keys, and so have the others
  wait_for "$PATIENCE" takes_keys "$1" # its fence may still be closed
  wait_for "$PATIENCE" writes "$1"
  assert_eq "both replicas have it" 2 "$(cli "redis-$1" wait 2 5000)"
}

have_all_keys() {
  local n
  for n in 1 2 3; do
    assert_eq "keys of redis-$n" 2000 "$(cli "redis-$n" dbsize)"
  done
}

settles() { # what number of the master: it is one, with all keys, 15 s after `began` at most
  wait_for "$PATIENCE" healthy "$2"
  wait_for "$PATIENCE" writes "$2"
  local took=$(($(now_ms) - began))
  have_all_keys
  [[ $took -lt 15000 ]] || fail "$1: it took $took ms"
  ok "$1: redis-$2 is the master, after $took ms"
}
