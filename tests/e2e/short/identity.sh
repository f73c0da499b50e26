#!/usr/bin/env bash
# Who a server is, is not said by an address: nodes that are told their own, virtual or published address as that of the
# master never follow themselves, whatever port they listen on.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

GATEWAY=$(docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' "$RUN")
GATEWAY=${GATEWAY:-$NET.1}
VIRTUAL=10.255.255.$((RANDOM % 200 + 20)) # nobody's

is_master() { [[ $(cli "$1" -p "${2:-6379}" info replication) == *role:master* ]]; } # name [port]

leads() { # what name [port]
  wait_for "$PATIENCE" is_master "${@:2}"
  assert_eq "$1: it takes writes" OK "$(cli "$2" -p "${3:-6379}" set written yes)"
  refute_match "$1: and never followed itself" "Connecting to MASTER" "$(logs "$2")"
}

told() { # name, last part of its address, [docker run arguments]
  start "$1" --network "$RUN" --ip "$NET.$2" "${@:3}"
}

# The free port is what Docker finds.
published() { # name, last part of its address, its port, [docker run arguments]: it is told its published port
  local port=$((RANDOM % 20000 + 20000))
  told "$1" "$2" -p "$port:$3" -e "REDIS_MASTER_HOST=$GATEWAY" -e "REDIS_MASTER_PORT=$port" "${@:4}"
}

say "its own address, and the port that its arguments, its file or standard input say"
printf 'port 7312\nprotected-mode no\n' >"$WORK/redis.conf"
told argument 31 -e "REDIS_MASTER_HOST=$NET.31" -e REDIS_MASTER_PORT=7311 "$IMAGE" --port 7311
told file 32 -e "REDIS_MASTER_HOST=$NET.32" -e REDIS_MASTER_PORT=7312 -e REDIS_CONF=/given/redis.conf -v "$WORK:/given" \
  "$IMAGE"
told name 33 --network-alias me -e REDIS_MASTER_HOST=me -e REDIS_MASTER_PORT=7313 "$IMAGE" --port 7313
told member 34 -e REDIS_GROUP=redis -e "REDIS_MASTER_HOST=$NET.34" -e REDIS_MASTER_PORT=7314 "$IMAGE" --port 7314
leads "by an argument" argument 7311
leads "by a file" file 7312
leads "by a name" name 7313
leads "a member" member 7314

say "an address that leads to it"
published alone 41 6379 "$IMAGE"
published other 42 7400 "$IMAGE" --port 7400
published grouped 43 6379 -e REDIS_GROUP=redis "$IMAGE"
port=$((RANDOM % 20000 + 20000))
told peer 44 -p "$port:6379" -e REDIS_GROUP=redis -e "REDIS_PEERS=$GATEWAY:$port" "$IMAGE"
leads "alone" alone
assert_match "and says why" "this node itself answers at $GATEWAY:[0-9]+.*REDIS_MASTER_HOST is this node" "$(logs alone | xargs)"
leads "by another port" other 7400
leads "a member" grouped
leads "the only peer" peer

say "an address that it was told to announce, and that another one has"
port=$((RANDOM % 20000 + 20000))
told first 61 -p "$port:6379" "$IMAGE"
up first
for name in second second-member; do
  more=()
  [[ $name == second ]] || more=(-e REDIS_GROUP=redis)
  [[ $name == second ]] && last=62 || last=63
  told "$name" "$last" -e "REDIS_ANNOUNCE_HOST=$GATEWAY" -e "REDIS_ANNOUNCE_PORT=$port" \
    -e "REDIS_MASTER_HOST=$GATEWAY" -e "REDIS_MASTER_PORT=$port" "${more[@]}" "$IMAGE"
  wait_for "$PATIENCE" has_logged "$name" "another node answers at $GATEWAY:$port, which this one was told to announce"
  follows() { [[ $(cli "$name" info replication) == *master_link_status:up* ]]; }
  wait_for "$PATIENCE" follows
  ok "$name: it is a replica of that one"
done

say "an address that leads to it only when it runs, as that of a service"
told late 51 -e REDIS_GROUP=redis -e "REDIS_MASTER_HOST=$VIRTUAL" "$IMAGE"
wait_for "$PATIENCE" has_logged late "starts as a replica of $VIRTUAL:6379"
nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(c late)")" -n \
  iptables -w -t nat -A OUTPUT -d "$VIRTUAL" -p tcp --dport 6379 -j DNAT --to-destination "$NET.51:6379"
wait_for "$PATIENCE" is_master late
assert_match "it has found out" "becomes a master: .*REDIS_MASTER_HOST is this node" "$(logs late)"
assert_eq "and takes writes" OK "$(cli late set written yes)"

say "a replica of another one is none of itself"
told follower 52 -e REDIS_GROUP=redis -e "REDIS_MASTER_HOST=$NET.34" -e REDIS_MASTER_PORT=7314 "$IMAGE"
is_linked() { [[ $(cli follower info replication) == *master_link_status:up* ]]; }
wait_for "$PATIENCE" is_linked
ok "it is linked to the member"
