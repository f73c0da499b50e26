#!/usr/bin/env bash
# Configuration by path, the overlay, and lines that would break supervision.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

value() { cli "$1" config get "$2" | tail -n 1; }

say "configuration by path that $SERVER can rewrite"
mkdir -m 777 "$WORK/writable"
printf 'dir /data\nmaxmemory 11mb\n' >"$WORK/writable/my.conf"
chmod 666 "$WORK/writable/my.conf"
launch writable -v "$WORK/writable:/conf" "$IMAGE" "$SERVER-server" /conf/my.conf
assert_eq "its value" 11534336 "$(value writable maxmemory)"
cli writable config set maxmemory 13mb >/dev/null
assert_eq "CONFIG REWRITE" OK "$(cli writable config rewrite)"
refute_match "no warning about it" 'my\.conf' "$(logs writable | grep 'dkr-redis warning' || true)"
again writable
assert_eq "what was rewritten survives a restart" 13631488 "$(value writable maxmemory)"
assert_eq "no second configuration in the volume" 0 "$(files writable | grep -c 'redis\.conf' || true)"

say "configuration by path, read-only"
printf 'dir /data\nmaxmemory 14mb\n' >"$WORK/mine.conf"
chmod 644 "$WORK/mine.conf"
launch readonly -v "$WORK/mine.conf:/mine.conf:ro" "$IMAGE" /mine.conf --maxmemory-policy allkeys-lru
assert_eq "its value" 14680064 "$(value readonly maxmemory)"
assert_eq "an argument behind it" allkeys-lru "$(value readonly maxmemory-policy)"
assert_eq "one warning that it cannot be rewritten" 1 "$(logs readonly | grep -c 'dkr-redis warning: .*/mine\.conf')"

say "who may use a server without a password"
docker network create --label "$LABEL" "$(c net)" >/dev/null
from_outside() { # name: what another container is answered
  docker run --rm --network "$(c net)" --label "$LABEL" "$IMAGE" "$SERVER-cli" -h "$(c "$1")" ping 2>&1 || true
}
reached() { # name answer warnings conf [arguments]
  local name=$1 answer=$2 warnings=$3
  # shellcheck disable=SC2059  # lines of a configuration
  printf "$4" >"$WORK/$name.conf"
  chmod 644 "$WORK/$name.conf"
  shift 4
  start "$name" --network "$(c net)" -v "$WORK/$name.conf:/my.conf:ro" "$IMAGE" "$SERVER-server" /my.conf "$@"
  wait_for "$PATIENCE" has_logged "$name" 'Ready to accept'
  assert_match "$name: another container gets $answer" "^($answer)" "$(from_outside "$name")"
  assert_eq "$name: warnings of an open port" "$warnings" "$(logs "$name" | grep -c 'no password protects' || true)"
}
reached two-lines PONG 1 'maxmemory 11mb\nappendonly yes\n'
reached everywhere PONG 1 'bind 0.0.0.0\n'
reached says-yes DENIED 0 'protected-mode yes\n'
reached argument-yes DENIED 0 'maxmemory 11mb\n' --protected-mode yes
reached loopback 'Could not connect' 0 'bind 127.0.0.1\n'
reached password 'NOAUTH|\(error\) NOAUTH' 0 'requirepass pw\n'

say "lines that would break supervision"
printf 'daemonize yes\nsupervised systemd\nlogfile /nowhere/x\ndir /data\npidfile /run/x.pid\nsave ""\n' >"$WORK/bad.conf"
chmod 644 "$WORK/bad.conf"
launch bad -e REDIS_CONF=/bad.conf -v "$WORK/bad.conf:/bad.conf:ro" "$IMAGE"
assert_match "the server's log is the container's log" 'Ready to accept connections' "$(logs bad)"
launch given -v "$WORK/bad.conf:/bad.conf:ro" "$IMAGE" "$SERVER-server" /bad.conf
assert_match "the same, given by path" 'Ready to accept connections' "$(logs given)"
docker stop "$(c bad)" "$(c given)" >/dev/null
for name in bad given; do
  assert_eq "exit status after docker stop" 0 "$(exit_status $name)"
done

say "overlay"
mkdir "$WORK/overlay"
chmod 755 "$WORK/overlay"
overlay() { printf '%s\n' "$@" >"$WORK/overlay/overlay.conf"; }
overlay 'maxmemory 20mb' 'hz 17'
data=$(volume overlaid)
launch overlaid -e REDIS_OVERRIDES_FILE=/overlay/overlay.conf -v "$WORK/overlay:/overlay:ro" -v "$data:/data" "$IMAGE"
assert_eq "its value" 20971520 "$(value overlaid maxmemory)"
cli overlaid config set timeout 77 >/dev/null
cli overlaid config set maxmemory 33mb >/dev/null
assert_eq "CONFIG REWRITE" OK "$(cli overlaid config rewrite)"
overlay 'maxmemory 25mb'
again overlaid
assert_eq "the changed overlay wins over what was rewritten" 26214400 "$(value overlaid maxmemory)"
assert_eq "what the overlay does not name survives" 77 "$(value overlaid timeout)"
docker exec "$(c overlaid)" cat /data/redis.conf >"$WORK/seen"
assert_eq "the include is the file's last line" "include /overlay/overlay.conf" \
  "$(tail -n 1 "$WORK/seen" | tr -d '"')"
assert_eq "and there once" 1 "$(grep -c '^include' "$WORK/seen")"
docker rm -fv "$(c overlaid)" >/dev/null
launch bare -v "$data:/data" "$IMAGE"
assert_eq "a start without overlay" 77 "$(value bare timeout)"
docker stop "$(c bare)" >/dev/null

say "what CONFIG REWRITE keeps of arguments"
data=$(volume argued)
launch argued -v "$data:/data" "$IMAGE" --user app on '>pw' '~*' '+@all' --maxmemory 20mb
assert_eq "CONFIG REWRITE" OK "$(cli argued config rewrite)"
again argued
assert_eq "the user is told once" 1 "$(cli argued acl list | grep -c '^user app ')"
assert_eq "CONFIG REWRITE, again" OK "$(cli argued config rewrite)"
docker rm -fv "$(c argued)" >/dev/null
launch silent -v "$data:/data" "$IMAGE"
refute_match "the user went away with its argument" 'user app ' "$(cli silent acl list)"
assert_eq "and so did the limit" 0 "$(value silent maxmemory)"

say "a password that comes after CONFIG REWRITE"
assert_eq "CONFIG REWRITE" OK "$(cli silent config rewrite)"
docker rm -fv "$(c silent)" >/dev/null
start late -v "$data:/data" "$IMAGE" --requirepass pw
wait_for "$PATIENCE" has_logged late 'Ready to accept'
assert_match "is asked for" NOAUTH "$(cli late ping 2>&1)"
assert_match "and opens" PONG "$(cli late --no-auth-warning -a pw ping)"
docker rm -fv "$(c late)" >/dev/null

say "directives that are not the overlay's"
for line in 'replicaof master 6379' 'requirepass secret'; do
  overlay "$line"
  refused "overlay with ${line%% *}" 78 "${line%% *}" '' "not-${line%% *}" \
    -e REDIS_OVERRIDES_FILE=/overlay/overlay.conf -v "$WORK/overlay:/overlay:ro" "$IMAGE"
  refute_match "no value is shown" 'secret' "$OUT"
done
