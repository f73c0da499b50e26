#!/usr/bin/env bash
# Variables that Kubernetes injects, names nobody knows, logging.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

say "service variables of Kubernetes"
services=()
for service in REDIS REDIS_SENTINEL REDIS_MASTER REDIS_HEALTH REDIS_DATA_DIR; do
  services+=(-e "${service}_PORT=tcp://10.0.0.1:6379" -e "${service}_SERVICE_HOST=10.0.0.1"
    -e "${service}_SERVICE_PORT=6379" -e "${service}_SERVICE_PORT_REDIS=6379"
    -e "${service}_PORT_6379_TCP=tcp://10.0.0.1:6379" -e "${service}_PORT_6379_TCP_PROTO=tcp"
    -e "${service}_PORT_6379_TCP_PORT=6379" -e "${service}_PORT_6379_TCP_ADDR=10.0.0.1")
done
launch services "${services[@]}" "$IMAGE"
assert_eq "they do not change the port" 6379 "$(cli services config get port | tail -n 1)"
refute_match "they are not mentioned" 'REDIS_[A-Z_]*(PORT|SERVICE)|tcp://' "$(logs services | grep 'dkr-redis ')"
docker rm -fv "$(c services)" >/dev/null

say "a plain number counts"
start number "${services[@]}" -e REDIS_PORT=7100 "$IMAGE"
up number 7100
ok "REDIS_PORT=7100"
docker rm -fv "$(c number)" >/dev/null

say "names nobody knows"
start unknown -e REDIS_PROT=6380 -e REDIS_FOO=1 -e LOG_LEVEL=nonsense "$IMAGE"
up unknown
text=$(logs unknown)
assert_eq "one warning of REDIS_FOO" 1 "$(grep -c 'dkr-redis warning: .*REDIS_FOO' <<<"$text")"
assert_eq "one warning of REDIS_PROT, naming REDIS_PORT" 1 \
  "$(grep -c 'dkr-redis warning: .*REDIS_PROT.*REDIS_PORT' <<<"$text")"
assert_eq "one warning of LOG_LEVEL" 1 "$(grep -c 'dkr-redis warning: .*LOG_LEVEL' <<<"$text")"
docker rm -fv "$(c unknown)" >/dev/null

say "a secret is never shown"
printf 'requirepass open-sesame\ndir /data\n' >"$WORK/secret.conf"
chmod 644 "$WORK/secret.conf"
once plan -e REDIS_CONF=/secret.conf -v "$WORK/secret.conf:/secret.conf:ro" "$IMAGE" plan --requirepass open-sesame
refute_match "plan" 'open-sesame' "$OUT"
start secret -e LOG_LEVEL=trace -e REDIS_CONF=/secret.conf -v "$WORK/secret.conf:/secret.conf:ro" "$IMAGE"
wait_for "$PATIENCE" has_logged secret 'Ready to accept'
refute_match "log" 'open-sesame' "$(logs secret)"
refute_match "arguments of every process" 'open-sesame' \
  "$(docker exec "$(c secret)" sh -c 'cat /proc/[0-9]*/cmdline' | tr '\0' ' ')"
refute_match "no line about a missing password" 'password' "$(logs secret | grep 'dkr-redis ')"

say "debug and trace say what was seen and decided, and no secret"
docker network create --label "$LABEL" "$RUN" >/dev/null
traced=(--network "$RUN" -e LOG_LEVEL=trace -e REDIS_PASSWORD=open-sesame -e REDIS_SENTINEL_PASSWORD=open-sesame
  -e REDIS_SENTINEL_SERVICE_HOST=sentinel -e REDIS_MASTER_HOST=master -e REDIS_QUORUM=1
  -e REDIS_SERVER_ARGS='--tls-key-file-pass open-sesame')
start master --network-alias master "${traced[@]}" "$IMAGE"
start sentinel --network-alias sentinel "${traced[@]}" -e SENTINEL=1 "$IMAGE"
for line in 'debug: settings given: .*REDIS_PASSWORD \(not shown\)' 'debug: looked at group redis: ' \
  'debug: plan: ' 'debug: decided: ' 'debug: fence: .*sentinel .* names ' 'trace: the server: master' \
  'trace: sentinel .* names '; do
  wait_for "$PATIENCE" has_logged master "dkr-redis $line"
  ok "$line"
done
wait_for "$PATIENCE" has_logged sentinel 'dkr-redis debug: looked at group redis: '
for name in master sentinel; do
  refute_match "log of the $name" 'open-sesame' "$(logs "$name")"
done
docker rm -fv "$(c master)" "$(c sentinel)" >/dev/null

say "log format"
once json -e LOG_FORMAT=JSON -e REDIS_PORT=70000 "$IMAGE"
assert_match "JSON" '^\{"time":"[0-9TZ:.-]+",.*"level":"error","msg":"[^"]*REDIS_PORT=70000[^"]*"\}$' "$OUT"
once quiet -e LOG_LEVEL=Error -e REDIS_FOO=1 -e REDIS_PORT=70000 "$IMAGE"
assert_match "LOG_LEVEL=Error leaves the error only" '^[^ ]+ dkr-redis error: [^'$'\n'']*$' "$OUT"
