#!/usr/bin/env bash
# Why a server does not start, or does not let us in: one line that names the cause. And commands of the official images.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

# A server that ends with status 1, and the one line that tells why; its data is not blamed.
ended() { # what regex name [docker run arguments]
  local what=$1 regex=$2 name=$3
  shift 3
  once "$name" --label "$LABEL" "$@"
  assert_eq "$what: exit status" 1 "$CODE"
  assert_match "$what: the cause" "dkr-redis error: $regex" "$OUT"
  assert_eq "$what: one line" 1 "$(grep -c 'dkr-redis error' <<<"$OUT")"
  refute_match "$what: not its data" 'checking its data' "$OUT"
}

say "a configuration that the server does not take"
conf() { # name line...
  local name=$1
  shift
  printf '%s\n' "$@" >"$WORK/$name.conf"
  chmod 644 "$WORK/$name.conf"
}
data=$(volume data)
launch first -v "$data:/data" "$IMAGE"
cli first set key value >/dev/null
docker rm -f "$(c first)" >/dev/null
ON=(-v "$data:/data" -v "$WORK:/conf:ro")
ended "a wrong value" "the server does not take its configuration: appendonly: argument must be 'yes' or 'no'" value \
  "${ON[@]}" "$IMAGE" --appendonly true
conf typo 'port 6379' 'appendoly yes'
ended "a typo" 'the server does not take its configuration: appendoly: Bad directive' typo "${ON[@]}" "$IMAGE" /conf/typo.conf
conf secret 'requirepass open sesame'
ended "a secret" 'the server does not take its configuration: requirepass' secret "${ON[@]}" "$IMAGE" /conf/secret.conf
refute_match "its value is not shown" sesame "$(grep ' dkr-redis ' <<<"$OUT")"
conf include 'include /missing.conf'
ended "an include" "the server does not take its configuration: can't open config file '/missing.conf'" include "${ON[@]}" \
  "$IMAGE" /conf/include.conf
conf closed 'port 6379'
chmod 600 "$WORK/closed.conf"
ended "a file that it may not read" "the server does not take its configuration: can't open config file" closed "${ON[@]}" \
  "$IMAGE" "$SERVER-server" /conf/closed.conf

say "another cause"
once module "${ON[@]}" "$IMAGE" --loadmodule /missing.so
assert_eq "a module: exit status" 1 "$CODE"
assert_match "the configuration and the data are cleared" \
  "the server exited with status 1, and its configuration is well; checking its data.*the data is whole; the server's last line" \
  "$(tr '\n' ' ' <<<"$OUT")"
printf '%s' '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":1}]}' >"$WORK/old.json"
# A server whose C library does not use clone3 does not mind.
start threads "${ON[@]}" --security-opt "seccomp=$WORK/old.json" "$IMAGE"
forbidden() { gone threads || has_logged threads 'Ready to accept'; }
wait_for "$PATIENCE" forbidden
if gone threads; then
  assert_match "clone3 is forbidden" 'dkr-redis error: the server cannot start threads: this container forbids clone3' "$(logs threads)"
  refute_match "not its data" 'checking its data' "$(logs threads)"
fi
docker rm -f "$(c threads)" >/dev/null
launch whole -v "$data:/data" "$IMAGE"
assert_eq "the data has seen all of this" value "$(cli whole get key)"
docker rm -f "$(c whole)" >/dev/null

say "a certificate that is no client's"
quietly() { "$@" >/dev/null 2>&1 || fail "$*"; }
signed() { # name days extension
  quietly openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$WORK/$1.key" -out "$WORK/$1.csr"
  printf '%s\n' "$3" 'subjectAltName=IP:127.0.0.1' >"$WORK/$1.ext"
  quietly openssl x509 -req -in "$WORK/$1.csr" -CA "$WORK/ca.crt" -CAkey "$WORK/ca.key" -CAcreateserial -days "$2" \
    -out "$WORK/$1.crt" -extfile "$WORK/$1.ext"
  chmod 644 "$WORK/$1".*
}
quietly openssl req -new -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout "$WORK/ca.key" -out "$WORK/ca.crt"
quietly openssl req -new -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout "$WORK/other.key" -out "$WORK/other.crt"
chmod 644 "$WORK"/*.crt "$WORK"/*.key
signed server 2 extendedKeyUsage=serverAuth
signed both 2 extendedKeyUsage=serverAuth,clientAuth
tls() { # name certificate [server arguments]
  start "$1" -v "$WORK:/conf:ro" -e "REDIS_TLS_CERT_FILE=/conf/$2.crt" -e "REDIS_TLS_KEY_FILE=/conf/$2.key" \
    -e REDIS_TLS_CA_FILE=/conf/ca.crt "$IMAGE" "${@:3}"
  wait_for "$PATIENCE" has_logged "$1" 'Ready to accept'
}
probed() { docker exec "$(c "$1")" dkr-redis probe ready 2>&1 || true; } # name
tls server-only server
assert_match "the start says so" 'warning: servers do not accept REDIS_TLS_CERT_FILE from a client: .*lacks clientAuth' "$(logs server-only)"
assert_match "and so does the probe" 'it does not accept REDIS_TLS_CERT_FILE: .*lacks clientAuth' "$(probed server-only)"
tls asks-nobody server --tls-auth-clients no
assert_match "no client is asked: it is ready" 'independent master' "$(probed asks-nobody)"
refute_match "and nothing is said" 'do not accept' "$(logs asks-nobody)"
tls good both
assert_match "a client's, too" 'independent master' "$(probed good)"
refute_match "and nothing is said" 'do not accept' "$(logs good)"
tls stranger other
assert_match "of another authority" 'warning: servers do not accept REDIS_TLS_CERT_FILE from a client' "$(logs stranger)"

say "commands of the official images"
reaches_us() { # what name [docker run arguments]
  start "$2" "${@:3}"
  wait_for "$PATIENCE" has_logged "$2" 'Ready to accept'
  assert_eq "$1: leads to us" /usr/local/bin/dkr-redis "$(readlink "/proc/$(docker inspect -f '{{.State.Pid}}' "$(c "$2")")/exe")"
  assert_match "$1: probe finds it" 'independent master' "$(probed "$2")"
}
reaches_us "docker-entrypoint.sh redis-server" entry-1 "$IMAGE" docker-entrypoint.sh "$SERVER-server" --port 6380
reaches_us "as the entrypoint" entry-2 --entrypoint docker-entrypoint.sh "$IMAGE"
reaches_us "as the entrypoint, with arguments" entry-3 --entrypoint docker-entrypoint.sh "$IMAGE" "$SERVER-server" --port 6380
reaches_us "from a shell" entry-4 "$IMAGE" sh -c "exec docker-entrypoint.sh $SERVER-server --port 6380"
start bypass "$IMAGE" sh -c "$SERVER-server --save ''"
wait_for "$PATIENCE" has_logged bypass 'Ready to accept'
assert_match "a bypass is said" "dkr-redis warning: sh starts $SERVER-server without dkr-redis" "$(logs bypass)"
