#!/usr/bin/env bash
# The health of an independent server, by the endpoint and by `dkr-redis probe`.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"
# shellcheck source=../lib/health.sh
source "$(dirname "$0")/../lib/health.sh"

say "a port that cannot be"
refused "that of the server" 78 "REDIS_HEALTH_PORT=6379: is the server's own port" "" own -e REDIS_HEALTH_PORT=6379 "$IMAGE"
refused "none" 78 "REDIS_HEALTH_PORT=http: " "" none -e REDIS_HEALTH_PORT=http "$IMAGE"

say "a master"
docker network create --label "$LABEL" "$RUN" >/dev/null
start a --network "$RUN" -e REDIS_LIVE_TIMEOUT_MS=12000 "$IMAGE" run --health-port $HEALTH -- --port 7000
up a 7000
health "a master" a "200 200 200 200 503 503" "200 an independent master"
assert_eq "probe by the endpoint" "0 an independent master" "$(probed a ready --role master)"
assert_eq "probe for another role" "1 a master" "$(probed a ready --role replica)"
assert_match "probe for a role that is none" "^64 .*--role slave; accepted is" "$(probed a ready --role slave)"
assert_match "status" '"role":"master".*"ready":."yes":true,' "$(ask a status)"
refused "another's port" 78 "REDIS_HEALTH_PORT=$HEALTH: cannot listen: Address already in use" "" taken \
  --network "container:$(c a)" -e REDIS_HEALTH_PORT=$HEALTH "$IMAGE"

say "a replica without sentinels"
launch b --network "$RUN" -e REDIS_HEALTH_PORT=$HEALTH "$IMAGE"
cli b replicaof "$(c a)" 7000 >/dev/null
health "a replica" b "200 200 200 503 200 503" "200 a replica of $(c a):7000"
wait_for "$PATIENCE" answered b "replica?lag=0" "^200 a replica with a lag of 0 bytes"
ok "without a lag"
docker pause "$(c a)" >/dev/null
wait_for "$PATIENCE" answered b "replica?lag=10mb" "^503 a replica, and its lag is not known"
ok "a master that is silent tells no lag"
docker unpause "$(c a)" >/dev/null
cli b replicaof "$(c nobody)" 7000 >/dev/null
cli b config rewrite >/dev/null
health "with data of a master that is gone" b "200 200 200 503 200 503" "200 .* its link is down, and no master lives"
again b
health "without a master since its start" b "200 200 503 503 503 503" "503 a replica that has not had the data"

say "a script that runs too long"
cli a -p 7000 config set lua-time-limit 500 >/dev/null
docker exec -d "$(c a)" "$SERVER-cli" -p 7000 eval 'while true do end' 0
health "after a while" a "200 503 503 503 503 503" "503 the server has not answered for [0-9]+ s"
assert_match "live says why" "^200 the server has not answered for" "$(ask a livez)"
wait_for "$PATIENCE" answered a readyz "not answered for (1[3-9]|[2-9][0-9]) s"  # longer than REDIS_LIVE_TIMEOUT_MS
assert_match "it lives, for it says that it is busy" "^200" "$(ask a livez)"
cli a -p 7000 script kill >/dev/null
health "when it has ended" a "200 200 200 200 503 503" "200"

say "a server that is stopped"
kill -STOP "$(server_of a)"
health "after 5 s" a "200 503 503 503 503 503" "503 the server has not answered for [0-9]+ s"
health "after REDIS_LIVE_TIMEOUT_MS" a "503 503 503 503 503 503" "503 the server has not answered for [0-9]+ s"
assert_match "live says why" "^503 the server has neither answered nor shown progress for [0-9]+ s" "$(ask a livez)"
assert_match "so does probe" "^1 the server has neither answered nor shown progress" "$(probed a live)"
kill -CONT "$(server_of a)"
health "when it goes on" a "200 200 200 200 503 503" "200"

say "the watcher is killed"
kill -KILL "$(watcher_of a)"
assert_match "the next question waits for the next one" "^200 an independent master" "$(ask a readyz)"

say "a server that loads much"
cli a -p 7000 eval "for i = 1, 3000000 do redis.call('set', i, i) end" 0 >/dev/null
docker restart "$(c a)" >/dev/null
wait_for "$PATIENCE" answered a readyz "^503 the server loads its data, [0-9]+ %"
assert_eq "it lives, and has not started" "200 503 503 503 503 503" "$(pages a)"
assert_match "so does probe" "^1 the server loads its data" "$(probed a started)"
health "when it has loaded" a "200 200 200 200 503 503" "200"

say "without an endpoint"
start c "$IMAGE" "$SERVER-server" --port 6400 --save ""
up c 6400
for what in live started ready; do assert_match "probe $what" "^0 " "$(probed c $what)"; done
assert_eq "probe for a role" "1 a master" "$(probed c ready --role replica)"
wait_for "$PATIENCE" is_healthy c
ok "the image's HEALTHCHECK"
kill -STOP "$(server_of c)"
assert_eq "probe of one that is stopped" "1 the server: no answer in time" "$(probed c live)"
kill -CONT "$(server_of c)"
cli c -p 6400 config set requirepass open-sesame >/dev/null
assert_match "it lives, though it lets nobody in" "^0 the server: NOAUTH" "$(probed c live)"
assert_match "and is not known to be ready" "^1 the server: NOAUTH" "$(probed c ready)"
