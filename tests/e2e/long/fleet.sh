#!/usr/bin/env bash
# Three sentinels watch many groups, as one file says.
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../lib/members.sh
source "$(dirname "$0")/../lib/members.sh"

SHOWN=3
mkdir "$WORK/groups"

# The file is swapped as Kubernetes does it: a link to a link to a folder.
write_groups() { # from standard input
  local folder
  folder=$(mktemp -d "$WORK/groups/..XXXX")
  cat >"$folder/groups.conf"
  chmod 755 "$folder"
  chmod 644 "$folder/groups.conf"
  ln -sfn "$(basename "$folder")" "$WORK/groups/..new"
  mv -T "$WORK/groups/..new" "$WORK/groups/..data"
  ln -sfn ..data/groups.conf "$WORK/groups/groups.conf"
}

member() { # name address [server arguments]: a server that knows of no sentinel
  start "$1" --network "$RUN" --ip "$NET.$2" "$IMAGE" "${@:3}"
}

fleet_sentinel() { # number
  start "sentinel-$1" --network "$RUN" --ip "$NET.1$1" -v "$(volume "sentinel-$1"):/data" -v "$WORK/groups:/etc/redis:ro" \
    -e SENTINEL=1 -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11,$NET.12,$NET.13" "$IMAGE"
}

masters() { cli "sentinel-$1" -p 26379 sentinel masters; } # number

told() { # number group option: its value
  cli "sentinel-$1" -p 26379 sentinel master "$2" | sed -n "/^$3\$/{n;p;}"
}

everywhere() { # group option value
  local n
  for n in 1 2 3; do [[ $(told "$n" "$1" "$2") == "$3" ]] || return 1; done
}

groups_everywhere() { # names
  local n
  for n in 1 2 3; do [[ $(masters "$n" | sed -n '/^name$/{n;p;}' | sort | xargs) == "$1" ]] || return 1; done
}

all_wanted() { # as the second file says
  local group
  groups_everywhere "a b c d f g" || return 1
  for group in a b c d f g; do
    everywhere $group down-after-milliseconds 2000 && everywhere $group quorum 3 && everywhere $group parallel-syncs 2 &&
      everywhere $group failover-timeout 9000 || return 1
  done
}

fleet() { docker exec "$(c sentinel-1)" dkr-redis sentinel "$@" 2>&1; }

say "five groups from one file"
member a-1 111
for n in 2 3 4 5 6 7; do member "m-$n" "11$n"; done
up a-1
member a-2 121 --replicaof "$NET.111" 6379
for n in 1 2 3 4 5; do
  name=$(cut -c "$n" <<<abcde)
  printf 'sentinel monitor %s %s.11%s 6379 2\nsentinel down-after-milliseconds %s 30000\n' "$name" "$NET" "$n" "$name"
done | write_groups
for n in 1 2 3; do fleet_sentinel $n; done
wait_for "$PATIENCE" groups_everywhere "a b c d e"
everywhere_known() { everywhere a num-other-sentinels 2 && everywhere a num-slaves 1; }
wait_for "$PATIENCE" everywhere_known
for name in a b c d e; do everywhere $name down-after-milliseconds 30000; done
assert_eq "all are in step" "3" "$(fleet diff | grep -c 'in step')"

say "the sentinels have chosen another master than the file's"
cli sentinel-1 -p 26379 sentinel failover a >/dev/null
learned() { everywhere a ip "$NET.121" && everywhere a flags master; } # the failover is over, too
wait_for "$PATIENCE" learned

say "every setting is changed, two groups are added, one is removed"
began=$(now_ms)
{
  for n in 1 2 3 4 6 7; do
    name=$(cut -c "$n" <<<abcdefg)
    printf 'sentinel monitor %s %s.11%s 6379 3\n' "$name" "$NET" "$n"
    printf 'sentinel %s %s %s\n' down-after-milliseconds "$name" 2000 failover-timeout "$name" 9000 parallel-syncs "$name" 2 \
      auth-user "$name" default master-reboot-down-after-period "$name" 7000
  done
  echo sentinel remove e
} | write_groups
wait_for "$PATIENCE" all_wanted
last=$(for n in 1 2 3; do logs sentinel-$n; done | sed -n 's/ dkr-redis info: told the sentinel.*//p' | sort | tail -n 1)
ok "all three have converged after $(($(date -d "$last" +%s%3N) - began)) ms"
assert_eq "a learned master stays" "$NET.121" "$(told 2 a ip)"
untold() { [[ $(docker exec "$(c sentinel-3)" grep -c -e 'auth-user . default' -e 'reboot-down-after-period . 7000' /data/sentinel.conf) == 12 ]]; }
wait_for "$PATIENCE" untold

say "drift"
cli sentinel-2 -p 26379 sentinel set b quorum 1 >/dev/null
wait_for "$PATIENCE" everywhere b quorum 3
assert_match "it is undone, and said" "told the sentinel what is wanted: group b: quorum is 1, wanted is 3" "$(logs sentinel-2)"
cli sentinel-2 -p 26379 sentinel set b master-reboot-down-after-period 1 >/dev/null
undone() { docker exec "$(c sentinel-2)" grep -q 'reboot-down-after-period b 7000' /data/sentinel.conf; }
wait_for "$PATIENCE" undone
ok "also what a sentinel does not tell"

say "a group whose members start for the first time"
for n in 8 9; do
  start "redis-$n" --network "$RUN" --ip "$NET.11$n" -v "$(volume "redis-$n"):/data" -e REDIS_GROUP=n \
    -e "REDIS_PEERS=$NET.118,$NET.119" -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" "$IMAGE"
done
wait_for "$PATIENCE" has_logged redis-9 "waits for its role in group n"
cp "$WORK/groups/groups.conf" "$WORK/before.conf"
{ cat "$WORK/before.conf" && printf 'sentinel monitor n %s 6379 2\nsentinel down-after-milliseconds n 2000\n' "$NET.118"; } |
  write_groups
members_settled() { everywhere n num-slaves 1 && everywhere n flags master && [[ $(role_of 8) == master ]]; }
wait_for "$PATIENCE" members_settled
ok "the sentinels and the members have found each other"
docker kill "$(c redis-8)" >/dev/null
promoted() { everywhere n ip "$NET.119" && [[ $(role_of 9) == master ]]; }
wait_for "$PATIENCE" promoted
ok "and fail over"
{ cat "$WORK/before.conf" && echo sentinel remove n; } | write_groups
wait_for "$PATIENCE" groups_everywhere "a b c d f g"
docker rm -f "$(c redis-8)" "$(c redis-9)" >/dev/null

say "by hand, from a container beside them"
beside() {
  docker run --rm --label "$LABEL" --network "$RUN" -v "$WORK:/mine:ro" -e "REDIS_SENTINEL_SERVICE_HOST=$NET.11" "$IMAGE" \
    sentinel "$@" 2>&1
}
beside remove g >/dev/null || true # the watchers, which want it, bring it back
wait_for "$PATIENCE" groups_everywhere "a b c d f g"
cp "$WORK/groups/groups.conf" "$WORK/mine.conf"
sed -i 's/parallel-syncs c 2/parallel-syncs c 4/' "$WORK/mine.conf"
chmod 644 "$WORK/mine.conf"
CODE=0 OUT=$(beside diff --file /mine/mine.conf) || CODE=$?
assert_eq "it shows who differs" "1, 3" "$CODE, $(grep -c 'group c: parallel-syncs is 2, wanted is 4' <<<"$OUT")"

say "an error in the file"
{ cat "$WORK/groups/groups.conf" && echo sentinel quorum a 1; } >"$WORK/next.conf"
sed -i 's/quorum 3/quorum 2/' "$WORK/next.conf"
write_groups <"$WORK/next.conf"
for n in 1 2 3; do
  wait_for "$PATIENCE" has_logged "sentinel-$n" "no group is changed: REDIS_GROUPS_FILE=/etc/redis/groups.conf: line 39: sentinel quorum"
done
all_wanted || fail "something has changed"
CODE=0 OUT=$(fleet apply) || CODE=$?
assert_eq "nor by hand" 78 "$CODE"

say "without watchers that want something else"
for n in 1 2 3; do docker rm -f "$(c "sentinel-$n")" >/dev/null; done
rm -r "$WORK/groups" && mkdir "$WORK/groups"
for n in 1 2 3; do fleet_sentinel $n; done
for n in 1 2 3; do up "sentinel-$n" 26379; done
settled_fleet() { groups_everywhere "a b c d f g" && everywhere a num-other-sentinels 2; }
wait_for "$PATIENCE" settled_fleet
CODE=0 OUT=$(beside apply --file /mine/mine.conf) || CODE=$?
assert_eq "apply makes them so" "0, 3" "$CODE, $(grep -c 'in step' <<<"$OUT")"
everywhere c parallel-syncs 4 || fail "it is not everywhere"
CODE=0 OUT=$(beside monitor h "$NET.115" 6379 2 down-after-milliseconds 4000) || CODE=$?
assert_eq "monitor adds a group" 0 "$CODE"
everywhere h down-after-milliseconds 4000 || fail "it is not everywhere"
CODE=0 OUT=$(beside remove h) || CODE=$?
assert_eq "remove takes it away" 0 "$CODE"
groups_everywhere "a b c d f g" || fail "it is still somewhere"
assert_match "groups shows all" "group  a  master $NET.121:6379, monitored by 3 of 3, quorum 3, .*parallel-syncs 2" "$(beside groups)"
docker stop -t 5 "$(c sentinel-3)" >/dev/null
CODE=0 OUT=$(beside apply --file /mine/mine.conf) || CODE=$?
assert_eq "one that does not answer is an error" 69 "$CODE"
