#!/usr/bin/env bash
# Rights that are missing and not needed: a volume in which nothing has to be written, and a root to whom the rights of
# files apply.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

# nocopy: Docker gives an empty volume the owner of the image's folder, again and again.
inside() { docker run --rm -v "$1:/data:nocopy" --entrypoint sh "$IMAGE" -c "$2"; } # volume script

foreign() { # name, [script]: a volume of root, that others can read
  local data
  data=$(volume "$1")
  inside "$data" "chown 0:0 /data; chmod 755 /data; ${2:-}"
  echo "$data"
}

probe() { docker exec "$(c "$1")" dkr-redis probe ready 2>&1 || true; } # name

NOTHING=(--save '' --appendonly no)

unkept() { # what name
  up "$2" "${3:-6379}"
  assert_eq "$1: one line on what is not kept" 1 "$(logs "$2" | grep -c 'dkr-redis warning: nothing is kept: the volume /data ')"
  assert_eq "$1: nothing is written" "${4:-}" "$(files "$2")"
  assert_eq "$1: probe" "an independent master" "$(probe "$2")"
}

say "nothing has to be written"
start user --user 3008 -v "$(foreign user):/data:nocopy" "$IMAGE" "${NOTHING[@]}"
start read-only -v "$(foreign read-only):/data:ro" "$IMAGE" "${NOTHING[@]}" --port 7001
printf 'save ""\nappendonly no\nport 7002\n' >"$WORK/redis.conf"
start file --user 3008 -v "$(foreign file):/data:nocopy" -v "$WORK:/given" -e REDIS_CONF=/given/redis.conf "$IMAGE"
start secret --user 3008 -v "$(foreign secret):/data:nocopy" -e REDIS_PASSWORD=s "$IMAGE" "${NOTHING[@]}"
start kept --user 3008 -v "$(foreign kept 'printf "save \"\"\nappendonly no\nport 7003\n" >/data/redis.conf'):/data:nocopy" "$IMAGE"
start given --user 3008 -v "$(foreign given):/data:nocopy" -v "$WORK:/given" "$IMAGE" "$SERVER-server" /given/redis.conf
start no-owner --cap-drop CHOWN -v "$(foreign no-owner):/data:nocopy" "$IMAGE" "${NOTHING[@]}"
unkept "another user" user
assert_eq "it serves" OK "$(cli user set a b)"
assert_match "and says that it cannot save" 'ERR|error' "$(cli user config rewrite 2>&1)"
again user
unkept "a read-only volume" read-only 7001
unkept "by a file" file 7002
wait_for "$PATIENCE" docker exec "$(c secret)" dkr-redis probe ready
assert_match "its password is in force" NOAUTH "$(cli secret ping 2>&1)"
refute_match "and is no argument" '=s | s$' "$(docker top "$(c secret)" -o pid,args)"
unkept "a configuration that is there" kept 7003 redis.conf
unkept "a configuration that is used as given" given 7002
unkept "root who may not change owners" no-owner

say "something has to be written"
refused "an AOF" 78 'not writable by the user we run as' '' aof --user 3008 -v "$(foreign aof):/data:nocopy" "$IMAGE" --save ''
refused "an RDB" 78 'not writable' '' rdb --user 3008 -v "$(foreign rdb):/data:nocopy" "$IMAGE" --appendonly no
refused "an RDB after all" 78 'not writable' '' more --user 3008 -v "$(foreign more):/data:nocopy" "$IMAGE" "${NOTHING[@]}" \
  --save 60 1
refused "data of a master" 78 'not writable' '' replica --user 3008 -v "$(foreign replica):/data:nocopy" "$IMAGE" \
  "${NOTHING[@]}" --replicaof 127.0.0.1 1
refused "the note of a member" 78 'not writable' '' member --user 3008 -e REDIS_GROUP=redis \
  -v "$(foreign member):/data:nocopy" "$IMAGE" "${NOTHING[@]}"

say "root to whom the rights of files apply"
LIMITED=(--cap-drop ALL --cap-add SETUID --cap-add SETGID)
owned() { # name: a volume of redis, that nobody else may enter
  local data
  data=$(volume "$1")
  inside "$data" 'chown 999:999 /data; chmod 700 /data'
  echo "$data"
}

lives_on() { # what name [port]: also when it is started again
  local round
  for round in first second third; do
    [[ $round == first ]] || docker restart "$(c "$2")" >/dev/null
    wait_for "$PATIENCE" docker exec "$(c "$2")" dkr-redis probe started
    ok "$1: $round start"
  done
  refute_match "$1: no warning of rights" 'cannot change the owner|cannot be locked' "$(logs "$2")"
}

printf 'requirepass s\n' >"$WORK/root.conf"
chmod 600 "$WORK/root.conf"
start mine "${LIMITED[@]}" -v "$(owned mine):/data:nocopy" "$IMAGE"
start changed "${LIMITED[@]}" --cap-add CHOWN -v "$(foreign changed):/data:nocopy" "$IMAGE"
start locked "${LIMITED[@]}" --cap-add CHOWN -v "$(foreign locked 'chmod 700 /data'):/data:nocopy" "$IMAGE"
start own-conf "${LIMITED[@]}" -v "$(owned own-conf):/data:nocopy" -v "$WORK:/given" -e REDIS_CONF=/given/root.conf "$IMAGE"
start grouped "${LIMITED[@]}" -e REDIS_GROUP=redis -v "$(owned grouped):/data:nocopy" "$IMAGE"
start sentinel "${LIMITED[@]}" -v "$(owned sentinel):/data:nocopy" "$IMAGE" "$SERVER-sentinel" --sentinel monitor m 127.0.0.1 6379 1
start socket "${LIMITED[@]}" -v "$(owned socket):/data:nocopy" "$IMAGE" --port 0 --unixsocket s --requirepass s
up mine
assert_eq "a key" OK "$(cli mine set kept yes)"
lives_on "a volume of its user" mine
assert_eq "the key is kept" yes "$(cli mine get kept)"
lives_on "a volume of root, CHOWN" changed
lives_on "a volume that only root may enter, CHOWN" locked
lives_on "a configuration that only root may read" own-conf
assert_match "which is in force" NOAUTH "$(cli own-conf ping 2>&1)"
lives_on "a member" grouped
assert_match "it has kept its note" 'group redis' "$(docker exec -u 999 "$(c grouped)" cat /data/dkr-redis.state)"
lives_on "a sentinel" sentinel
lives_on "a socket" socket
assert_match "observe" 'master, 0 linked replicas' "$(docker exec "$(c grouped)" dkr-redis observe 2>&1 || true)"
assert_match "plan" "user  *$SERVER 999" "$(docker exec "$(c mine)" dkr-redis plan 2>&1)"
