#!/usr/bin/env bash
# What the official images are tested for, seen from outside: a server without any setting, with a configuration of one line,
# with TLS, over a restart; another program; no password in the image.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

docker network create --label "$LABEL" "$RUN" >/dev/null
CLI=() # flags of the client

client() { # name command...: from a container of its own, which knows the server by its name
  docker run --rm --network "$RUN" --label "$LABEL" -v "$WORK:/certificates:ro" --entrypoint "$SERVER-cli" "$IMAGE" \
    -h "$1" "${CLI[@]}" "${@:2}" 2>&1
}
pong() { [[ $(client "$1" ping) == PONG ]]; } # name
serve() { # name [docker run arguments]
  start "$1" --network "$RUN" --network-alias "$1" "${@:2}"
  wait_for "$PATIENCE" pong "$1"
}
works() { # name: it answers other containers, and keeps what they say
  assert_eq "$1: SET" OK "$(client "$1" set mykey somevalue)"
  assert_eq "$1: GET" somevalue "$(client "$1" get mykey)"
}
survives() { # name
  docker stop "$(c "$1")" >/dev/null
  assert_eq "$1: exit status after docker stop" 0 "$(exit_status "$1")"
  docker start "$(c "$1")" >/dev/null
  wait_for "$PATIENCE" pong "$1"
  assert_eq "$1: GET after a restart" somevalue "$(client "$1" get mykey)"
}
built() { # line...: an image with these lines, in place of the one that is tested
  printf '%s\n' "FROM $IMAGE" "$@" | docker build -q -t "$RUN" --label "$LABEL" - >/dev/null
}

say "basics"
serve basics "$IMAGE"
works basics
survives basics

say "a configuration of one line, relative to the working directory, and an argument"
built "RUN echo 'save 60 1000' >../test.conf" 'CMD ["../test.conf", "--appendonly", "yes"]'
serve config "$RUN"
works config
assert_eq "the line is in force" "60 1000" "$(client config config get save | tail -n 1)"
survives config

say "persistent"
for how in "--appendonly yes" "$SERVER-server --appendonly yes" "$SERVER-server --save 60,1"; do
  name=persistent-${how//[^a-z0-9]/}
  # shellcheck disable=SC2086  # words of a command
  serve "$name" "$IMAGE" ${how/,/ }
  works "$name"
  survives "$name"
done

say "TLS"
quietly() { "$@" >/dev/null 2>&1 || fail "$*"; }
quietly openssl req -new -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout "$WORK/ca.key" -out "$WORK/ca.crt"
quietly openssl req -new -newkey rsa:2048 -nodes -subj /CN=redis -keyout "$WORK/private.key" -out "$WORK/cert.csr"
quietly openssl x509 -req -in "$WORK/cert.csr" -CA "$WORK/ca.crt" -CAkey "$WORK/ca.key" -CAcreateserial -days 2 -out "$WORK/cert.crt"
chmod 644 "$WORK"/*
CLI=(--tls --cert /certificates/cert.crt --key /certificates/private.key --cacert /certificates/ca.crt)
serve tls -v "$WORK:/certificates:ro" "$IMAGE" --tls-port 6379 --port 0 --tls-cert-file /certificates/cert.crt \
  --tls-key-file /certificates/private.key --tls-ca-cert-file /certificates/ca.crt
works tls
survives tls
CLI=()
refute_match "no answer without TLS" PONG "$(client tls ping || true)"

say "another program"
hello=world-$RANDOM
assert_eq "in place of the entrypoint" "Hello $hello" "$(docker run --rm --entrypoint echo "$IMAGE" "Hello $hello")"
assert_eq "in place of the server" "Hello $hello" "$(docker run --rm "$IMAGE" echo "Hello $hello")"

say "no password in the image"
for file in /etc/passwd /etc/shadow; do
  # Empty, locked (!...) and never valid (*) are none; x is in the other file.
  assert_eq "$file" "" "$(docker run --rm --user 0:0 --entrypoint awk "$IMAGE" -F: '$2 !~ /^(|x|\*|!.*)$/ { print $1 }' "$file")"
done
