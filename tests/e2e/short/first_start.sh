#!/usr/bin/env bash
# A volume's life: first start, write, docker stop, start again, read.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

say "first start on an empty volume"
data=$(volume data)
launch a -v "$data:/data" "$IMAGE"
cli a set greeting hello >/dev/null
cli a config set maxmemory 12mb >/dev/null
cli a config set appendfsync always >/dev/null
assert_eq "CONFIG REWRITE" OK "$(cli a config rewrite)"
# shellcheck disable=SC2016  # for the container's shell
facts=$(docker exec "$(c a)" sh -c '
  stat -c "conf %a %u" /data/redis.conf
  stat -c "volume %u" /data
  grep -E "^(Uid|Gid|NoNewPrivs|CapEff|Groups):" /proc/1/status | tr -s "\t " " "
  echo "init $(cat /proc/1/comm)"
  for p in /proc/[0-9]*; do
    [ "$(cut -d" " -f4 "$p/stat")" = 1 ] && [ "$(cat "$p/comm")" = '"$SERVER"'-server ] &&
      grep -E "^(Uid|NoNewPrivs|Umask|SigBlk|SigIgn):" "$p/status" | tr -s "\t " " " | sed "s/^/server /"
  done; true')
for line in "conf 600 999" "volume 999" \
  "Uid: 999 999 999 999" "Gid: 999 999 999 999" "NoNewPrivs: 1" "CapEff: 0000000000000000" \
  "init dkr-redis" "server Uid: 999 999 999 999" "server NoNewPrivs: 1" \
  "server Umask: 0077" "server SigBlk: 0000000000000000"; do
  [[ $'\n'$facts$'\n' == *$'\n'$line$'\n'* ]] || fail "no line '$line' in: $facts"
  ok "$line"
done
assert_match "no supplementary group but its own" $'\n''Groups: ?(999)? ?'$'\n' "$facts"
assert_eq "one line about the missing password" 1 "$(logs a | grep -c -i 'dkr-redis warning: .*password')"

say "docker stop"
begin=$(date +%s%N)
docker stop "$(c a)" >/dev/null
took=$((($(date +%s%N) - begin) / 1000000))
assert_eq "exit status after docker stop" 0 "$(exit_status a)"
((took < 2000)) || fail "docker stop took $took ms"
ok "docker stop took $took ms (docker itself included)"
assert_match "the server saved and said good bye" "ready to exit, bye bye" "$(logs a)"

say "second start, another container, the same volume"
docker rm -v "$(c a)" >/dev/null
launch b -v "$data:/data" "$IMAGE"
assert_eq "the key" hello "$(cli b get greeting)"
assert_eq "CONFIG SET maxmemory survived" 12582912 "$(cli b config get maxmemory | tail -n 1)"
assert_eq "CONFIG SET appendfsync survived" always "$(cli b config get appendfsync | tail -n 1)"
assert_eq "append-only" yes "$(cli b config get appendonly | tail -n 1)"

say "orphans"
# shellcheck disable=SC2016
docker exec "$(c b)" sh -c 'i=0; while [ $i -lt 500 ]; do ( : & ); i=$((i + 1)); done'
# shellcheck disable=SC2016
no_zombie() { [[ $(docker exec "$(c b)" sh -c 'cat /proc/[0-9]*/stat 2>/dev/null' | grep -c ') Z ') == 0 ]]; }
wait_for "$PATIENCE" no_zombie
ok "500 orphans left no zombie"
assert_eq "the server answers" PONG "$(cli b ping)"

say "the server is killed from inside"
# shellcheck disable=SC2016
docker exec "$(c b)" sh -c 'for p in /proc/[0-9]*; do
  [ "$(cat "$p/comm" 2>/dev/null)" != '"$SERVER"'-server ] || kill -9 "${p#/proc/}"; done'
wait_for "$PATIENCE" gone b
assert_eq "exit status of the container" 137 "$(exit_status b)"
