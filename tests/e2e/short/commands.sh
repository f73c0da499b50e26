#!/usr/bin/env bash
# Everything that is no server passes through: docker run IMAGE COMMAND.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

say "other programs"
once seven "$IMAGE" sh -c 'exit 7'
assert_eq "exit status of a shell" 7 "$CODE"
assert_eq "nothing of ours is said" "" "$OUT"
once cli "$IMAGE" "$SERVER-cli" --version
assert_match "$SERVER-cli --version" "^$SERVER-cli [0-9]" "$OUT"
once root "$IMAGE" id -u
assert_eq "the user we were started as" 0 "$OUT"
once user --user 1234 "$IMAGE" id -u
assert_eq "the user we were started as" 1234 "$OUT"
refused "a missing program" 127 'no-such-program' - missing "$IMAGE" no-such-program
refused "a file that is no program" 126 '/etc/passwd' - noexec "$IMAGE" /etc/passwd

say "the server's own questions"
once version "$IMAGE" "$SERVER-server" --version
assert_match "$SERVER-server --version" 'v=[0-9]' "$OUT"
assert_eq "no file was written" "" "$(files version)"

say "our own commands"
once plan -e REDIS_PORT=7000 "$IMAGE" plan
assert_match "plan" '/data/redis\.conf' "$OUT"
assert_eq "exit status of plan" 0 "$CODE"
assert_eq "plan touches nothing" "" "$(files plan)"
once announced -e REDIS_GROUP=blue -e REDIS_PEERS=127.0.0.1:7001 -e REDIS_ANNOUNCE_PORT=7001 "$IMAGE" plan
assert_match "a peer by the port that this node announces is this node" 'there is no other node to follow' "$OUT"
refused "a flag nobody knows" 64 'nonsense' '' flag "$IMAGE" run --nonsense
refused "a flag that is nearly one" 64 'did you mean --port' '' prot "$IMAGE" run --prot 7000
refused "a command that is nearly one" 127 'did you mean "observe"' - obsreve "$IMAGE" obsreve
refused "a pause of nobody" 69 'no sentinel of group redis answers' '' pause "$IMAGE" pause
refused "a pause of no length" 64 'accepted is a time like 90s' '' length "$IMAGE" pause --for 5
once ours "$IMAGE" --version
assert_match "--version" '^dkr-redis [0-9]' "$OUT"
once help "$IMAGE" probe --help
assert_match "probe --help" '^Usage: dkr-redis probe live\|ready\|started' "$OUT"
once doctor "$IMAGE" doctor
assert_match "doctor, where there is nobody" '^error: there is no server here' "$OUT"
assert_eq "exit status of doctor" 2 "$CODE"

say "arguments of the server"
once refuses "$IMAGE" --maxmemory nonsense
assert_eq "the server's own exit status" 1 "$CODE"
launch args -e REDIS_SERVER_ARGS='--maxmemory "9mb" --hz 21' "$IMAGE" --maxmemory-policy allkeys-lfu
assert_eq "REDIS_SERVER_ARGS" 9437184 "$(cli args config get maxmemory | tail -n 1)"
assert_eq "argument" allkeys-lfu "$(cli args config get maxmemory-policy | tail -n 1)"
docker rm -fv "$(c args)" >/dev/null

say "an interactive terminal of the server's container"
start tty -t "$IMAGE" run --port 7001
up tty 7001
ok "run --port 7001"
docker stop "$(c tty)" >/dev/null
assert_eq "exit status" 0 "$(exit_status tty)"
