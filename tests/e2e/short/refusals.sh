#!/usr/bin/env bash
# Every kind of damaged setting or volume: one line, the documented exit status, no partial file.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

say "damaged settings"
setting() { # NAME=value [files]
  refused "$1" 78 "$1" "" "${1//[^a-zA-Z0-9]/-}" -e "$1" "$IMAGE"
}
setting REDIS_PORT=70000
setting REDIS_PORT=abc
setting REDIS_STOP_TIMEOUT_MS=-1
setting REDIS_CONF=/missing.conf
setting REDIS_OVERRIDES_FILE=/missing.conf
# Arguments may hold a password: only the name is shown.
refused "REDIS_SERVER_ARGS with an open quote" 78 'REDIS_SERVER_ARGS:' "" quote -e 'REDIS_SERVER_ARGS=--requirepass "open-sesame' "$IMAGE"
refute_match "the value is not shown" 'open-sesame' "$OUT"
refused "REDIS_DATA_DIR is a file" 78 'REDIS_DATA_DIR=/etc/passwd' '' isfile -e REDIS_DATA_DIR=/etc/passwd "$IMAGE"
refused "REDIS_DATA_DIR is the root" 78 'REDIS_DATA_DIR=/: ' - isroot -e REDIS_DATA_DIR=/ "$IMAGE"
refused "flag --port 70000" 64 '--port=70000' '' flag "$IMAGE" run --port 70000

say "configuration that cannot be read"
mkdir -m 700 "$WORK/closed"
echo 'port 6379' >"$WORK/closed/x.conf"
chmod 600 "$WORK/closed/x.conf"
data=$(volume unreadable)
docker run --rm -v "$data:/data:nocopy" --entrypoint chown "$IMAGE" 1234 /data
refused "REDIS_CONF without the right to read it" 78 'REDIS_CONF=/closed/x.conf' '' unreadable --user 1234 \
  -v "$data:/data:nocopy" -v "$WORK/closed:/closed:ro" -e REDIS_CONF=/closed/x.conf "$IMAGE"
refused "REDIS_CONF that is a folder" 78 'REDIS_CONF=/etc' '' folder -e REDIS_CONF=/etc "$IMAGE"

say "volumes"
refused "read-only volume" 78 '/data' '' readonly -v "$(volume readonly):/data:ro" "$IMAGE"
# shellcheck disable=SC2016  # for the container's shell
full='head -c 1m /dev/zero >/data/fill 2>/dev/null; dkr-redis; code=$?; echo "files: $(ls -A /data | xargs)"; exit $code'
once full --tmpfs /data:size=64k --entrypoint sh "$IMAGE" -c "$full"
assert_eq "full disk: exit status" 78 "$CODE"
assert_eq "full disk: no partial file" "files: fill" "$(tail -n 1 <<<"$OUT")"
one_error "full disk" '/data' "$(head -n -1 <<<"$OUT")"
ok "full disk: $(complaints "$(head -n -1 <<<"$OUT")" | sed 's/.*dkr-redis //')"
refused "no inode left" 78 '/data' - inodes --tmpfs /data:nr_inodes=1 "$IMAGE"

say "a configuration in the volume that cannot be replaced (a mount of its own)"
printf 'port 6379\ndir /data\n' >"$WORK/single.conf"
refused "it has to change for REDIS_PORT" 78 '/data/redis\.conf' redis.conf single \
  -e REDIS_PORT=6380 -v "$WORK/single.conf:/data/redis.conf" "$IMAGE"
assert_eq "it was not changed" "port 6379 dir /data" "$(xargs <"$WORK/single.conf")"

say "a volume that became unwritable, after a good start"
data=$(volume later)
launch later -v "$data:/data" "$IMAGE"
docker stop "$(c later)" >/dev/null
before=$(files later)
refused "read-only now" 78 '/data' "$before" later-ro -v "$data:/data:ro" "$IMAGE"

say "a configuration without end"
refused "REDIS_CONF=/dev/zero" 78 'REDIS_CONF=/dev/zero' '' zero --memory 256m -e REDIS_CONF=/dev/zero "$IMAGE"
