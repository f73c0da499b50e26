#!/usr/bin/env bash
# Users, capabilities, owners of files and links in the volume.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

# nocopy: Docker gives an empty volume the owner of the image's folder, again and again.
inside() { docker run --rm -v "$1:/data:nocopy" --entrypoint sh "$IMAGE" -c "$2"; }

say "read-only container, any user, no capability"
data=$(volume user)
inside "$data" 'chown 1234:1234 /data'
launch user --read-only --tmpfs /tmp --user 1234 --cap-drop ALL -v "$data:/data:nocopy" "$IMAGE"
cli user set kept yes >/dev/null
assert_eq "owner of the configuration" 1234 "$(docker exec "$(c user)" stat -c %u /data/redis.conf)"
assert_match "PID 1" 'Uid:.1234.1234.1234.1234' "$(docker exec "$(c user)" cat /proc/1/status)"
docker stop "$(c user)" >/dev/null
assert_eq "exit status" 0 "$(exit_status user)"
docker start "$(c user)" >/dev/null
up user
assert_eq "its data" yes "$(cli user get kept)"

say "a user who cannot write"
data=$(volume foreign)
inside "$data" 'chown 0:0 /data; chmod 755 /data'
refused "not writable" 78 '/data' '' foreign --user 1234 -v "$data:/data:nocopy" "$IMAGE"
inside "$data" 'chmod 700 /data'
refused "not readable" 78 'REDIS_DATA_DIR.*accepted is a directory' '' locked --user 1234 -v "$data:/data:nocopy" "$IMAGE"

say "root without capabilities"
data=$(volume capless)
inside "$data" 'chown 0:0 /data'
refused "root without capabilities" 78 '--user' '' capless --cap-drop ALL -v "$data:/data:nocopy" "$IMAGE"

say "files of root in the volume, and links out of it"
data=$(volume owned)
inside "$data" 'chown 0:0 /data; mkdir -p /data/sub/deep; echo x >/data/sub/deep/file
  ln -s /etc/shadow /data/link; ln -s /etc /data/folder; chown -h 0:0 /data/link
  printf "save \"\"\nappendonly yes\ndir /data\nprotected-mode no\n" >/data/redis.conf'
launch owned -v "$data:/data:nocopy" "$IMAGE"
assert_eq "owners in the volume" "999 999 999 999" "$(docker exec "$(c owned)" sh -c \
  'stat -c %u /data /data/sub/deep/file /data/sub/deep /data/redis.conf' | xargs)"
assert_eq "owners of what the links name" "0 0" "$(docker exec "$(c owned)" stat -c %u /etc/shadow /etc | xargs)"
assert_eq "its configuration was kept" "" "$(cli owned config get save | tail -n +2)"

say "switches"
launch root -e SKIP_DROP_PRIVS=1 -e REDIS_GROUP=redis "$IMAGE"
assert_match "SKIP_DROP_PRIVS keeps root" 'Uid:.0.0.0.0' "$(docker exec "$(c root)" cat /proc/1/status)"
wait_for "$PATIENCE" docker exec "$(c root)" grep '^data ' /data/dkr-redis.state
ok "and so does the watcher, whose note is root's"
data=$(volume kept)
inside "$data" 'echo x >/data/file; chmod 777 /data'
launch kept -e SKIP_FIX_PERMS=1 -v "$data:/data:nocopy" "$IMAGE"
assert_eq "SKIP_FIX_PERMS keeps owners" 0 "$(docker exec "$(c kept)" stat -c %u /data/file)"

say "a configuration that is a link to somebody else's file"
data=$(volume trap)
inside "$data" 'ln -s /etc/shadow /data/redis.conf'
once trap -e REDIS_PORT=6380 -v "$data:/data:nocopy" "$IMAGE"
[[ $CODE -ne 0 ]] || fail "a link to /etc/shadow as configuration was accepted"
refute_match "nothing of it is shown" 'root:' "$OUT"
docker cp "$(c trap):/data" - | tar -xO >"$WORK/left" 2>/dev/null
refute_match "nothing of it is copied" 'root:' "$(cat "$WORK/left")"
