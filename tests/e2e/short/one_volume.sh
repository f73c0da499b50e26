#!/usr/bin/env bash
# One volume, one container: a second one waits a moment, and then ends with one line. Two servers on the same files
# acknowledge writes that are in none of them.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

data=$(volume shared)
launch first -v "$data:/data" "$IMAGE"
cli first set key value >/dev/null

say "a second container on the same volume"
refused "it is refused" 78 'REDIS_DATA_DIR=/data: another container uses it' - second -v "$data:/data" "$IMAGE"
assert_match "it has waited" "waits for the volume /data" "$OUT"
assert_eq "the first goes on" value "$(cli first get key)"

say "told to stop while it waits"
start stopped -v "$data:/data" "$IMAGE"
wait_for "$PATIENCE" has_logged stopped 'waits for the volume'
docker stop "$(c stopped)" >/dev/null
assert_eq "exit status" 143 "$(exit_status stopped)"

say "the first ends while another waits"
start next -v "$data:/data" "$IMAGE"
wait_for "$PATIENCE" has_logged next 'waits for the volume'
docker kill "$(c first)" >/dev/null
up next
assert_eq "it has the data" value "$(cli next get key)"

say "a sentinel may share the volume of a data node, and not that of another sentinel"
sentinel=(-v "$data:/data" -e SENTINEL=1 -e "REDIS_MASTER_HOST=$(address next)" "$IMAGE")
start sentinel "${sentinel[@]}"
wait_for "$PATIENCE" docker exec "$(c sentinel)" "$SERVER-cli" -p 26379 sentinel master redis
ok "it monitors the node"
start other "${sentinel[@]}"
wait_for "$PATIENCE" gone other
assert_eq "exit status of another one" 78 "$(exit_status other)"
