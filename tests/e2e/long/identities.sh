#!/usr/bin/env bash
# Sentinels that would have one identity: containers with one host name, and copies of one volume.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/moved.sh
source "$(dirname "$0")/../lib/moved.sh"

id() { cli "sentinel-$1" -p 26379 sentinel myid; } # number

# Every sentinel knows two others, by three identities in all.
know_each_other() {
  local n
  for n in 1 2 3; do
    [[ $(cli "sentinel-$n" -p 26379 sentinel master redis | xargs) == *" num-other-sentinels 2 "* ]] || return 1
  done
  [[ $(for n in 1 2 3; do id "$n"; done | sort -u | wc -l) == 3 ]]
}

quorum() { cli "sentinel-$1" -p 26379 sentinel ckquorum redis; } # number

say "three containers with one host name"
for name in redis-1 redis-2 redis-3; do place "$name"; done
for name in sentinel-1 sentinel-2 sentinel-3; do place "$name" --hostname sentinel; done
find_master
wait_for "$PATIENCE" know_each_other
for n in 1 2 3; do
  assert_match "sentinel-$n: they form a quorum" '^OK 3 usable Sentinels\.' "$(quorum "$n")"
done
docker kill "$(c "redis-$MASTER")" >/dev/null
is_another() { [[ $(named_by sentinel-1) != "$(called "redis-$MASTER")" ]]; }
wait_for "$PATIENCE" is_another
ok "a failover succeeds"
place "redis-$MASTER"
find_master

say "the volume of one is copied while they are stopped"
of_sentinels() { for n in 1 2 3; do docker "$1" "$(c "sentinel-$n")" >/dev/null; done; } # docker command
of_sentinels stop
docker cp "$(c sentinel-1):/data/sentinel.conf" "$WORK/sentinel.conf" >/dev/null
for n in 2 3; do docker cp -a "$WORK/sentinel.conf" "$(c "sentinel-$n"):/data/sentinel.conf" >/dev/null; done
first=$(sed -n 's/^sentinel myid //p' "$WORK/sentinel.conf")
of_sentinels start
PATIENCE=60
wait_for "$PATIENCE" know_each_other
for n in 1 2 3; do assert_match "sentinel-$n: they form a quorum" '^OK 3 usable' "$(quorum "$n")"; done
assert_eq "one has kept the identity" 1 "$(for n in 1 2 3; do id "$n"; done | grep -cx "$first")"
assert_match "the others say so" 'has the identity of this one: this one is restarted|another sentinel has the identity' \
  "$(logs sentinel-2)$(logs sentinel-3)"

say "a copy is started beside the living ones"
docker stop "$(c sentinel-3)" >/dev/null
docker cp "$(c sentinel-1):/data/sentinel.conf" "$WORK/sentinel.conf" >/dev/null
docker cp -a "$WORK/sentinel.conf" "$(c sentinel-3):/data/sentinel.conf" >/dev/null
kept=$(id 1)
docker start "$(c sentinel-3)" >/dev/null
wait_for "$PATIENCE" know_each_other
assert_eq "the living one has kept its identity" "$kept" "$(id 1)"
