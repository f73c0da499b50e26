# shellcheck shell=bash
# Groups of data nodes and sentinels in a network of their own.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/base.sh
source "${BASH_SOURCE%/*}/base.sh"

# Addresses that survive a restart, as a StatefulSet's names would.
NET=10.$((RANDOM % 200 + 20)).$((RANDOM % 256))
docker network create --label "$LABEL" --subnet "$NET.0/24" "$RUN" >/dev/null
GROUP=(-e REDIS_GROUP=redis -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11,$NET.12,$NET.13"
  -e "REDIS_PEERS=$NET.111,$NET.112,$NET.113" -e REDIS_DOWN_AFTER_MS=5000)

node() { # number [docker run arguments]
  start "redis-$1" --network "$RUN" --ip "$NET.11$1" -v "$(volume "redis-$1"):/data" "${GROUP[@]}" "${@:2}" "$IMAGE"
}

sentinel() { # number [docker run arguments]
  start "sentinel-$1" --network "$RUN" --ip "$NET.1$1" -v "$(volume "sentinel-$1"):/data" -e SENTINEL=1 "${GROUP[@]}" \
    "${@:2}" "$IMAGE"
}

role_of() { cli "redis-$1" info replication | sed -n 's/^role:\([a-z]*\).*/\1/p'; } # number

# One node is a master with two linked replicas, and every sentinel names it.
healthy() { # number of the master
  local n
  [[ $(cli "redis-$1" info replication) == *role:master*state=online*state=online* ]] || return 1
  for n in 1 2 3; do
    [[ $(cli "sentinel-$n" -p 26379 sentinel get-master-addr-by-name redis | xargs) == "$NET.11$1 6379" ]] || return 1
  done
}

# And every sentinel knows the others and both replicas, and reaches all of them: the next failover can succeed.
settled() { # number of the master
  local n known
  healthy "$1" || return 1
  for n in 1 2 3; do
    known=$(for what in master replicas sentinels; do cli "sentinel-$n" -p 26379 sentinel "$what" redis; done | xargs)
    echo "sentinel-$n: $known"
    [[ $known == *" num-slaves 2 num-other-sentinels 2 "* && ! $known =~ [so]_down|disconnected ]] || return 1
  done
}

place_all() { # three nodes and three sentinels, in whatever order; the first node becomes the master
  local n
  for n in 1 2 3; do
    node "$n" &
    sentinel "$n" &
  done
  wait
  wait_for "$PATIENCE" settled 1
}

named() { # the number of the node that the first sentinel names
  cli sentinel-1 -p 26379 sentinel get-master-addr-by-name redis | sed -n "1s/^$NET\\.11//p"
}

named_is_not() { [[ -n $(named) && $(named) != "$1" ]]; } # number

keys() { cli "redis-$1" dbsize; } # number

empty_again() { # number: its volume is gone, its address is not
  docker rm -fv "$(c "redis-$1")" >/dev/null
  docker volume rm "$(c "redis-$1")" >/dev/null
}

firewall() { # number, -A or -D: whether nothing passes between the node and other hosts
  local pid rule
  pid=$(docker inspect -f '{{.State.Pid}}' "$(c "redis-$1")")
  for rule in 'INPUT ! -i lo' 'OUTPUT ! -o lo'; do
    # shellcheck disable=SC2086  # words of a rule
    nsenter -t "$pid" -n iptables -w "$2" $rule -j DROP
  done
}

promoted_at() { # number: the last time, in milliseconds
  date -d "$(logs "redis-$1" | sed -n 's/^[0-9]*:M \(.*\) [*#] [A-Z]* MODE enabled.*/\1/p' | tail -n 1)" +%s%3N
}
