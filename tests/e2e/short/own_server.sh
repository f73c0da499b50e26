#!/usr/bin/env bash
# A server that no setting tells how to reach: its password, socket, TLS and port stand in its arguments, its files or on
# standard input. The probe and the watcher know them all the same.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"
# shellcheck source=../lib/health.sh
source "$(dirname "$0")/../lib/health.sh"

CERTIFICATES=$WORK/tls
mkdir "$CERTIFICATES"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=own -keyout "$CERTIFICATES/key" -out "$CERTIFICATES/cert" \
  2>/dev/null
chmod -R a+rX "$CERTIFICATES"
chmod a+r "$CERTIFICATES"/*
TLS=(--port 0 --tls-port 6390 --tls-cert-file /tls/cert --tls-key-file /tls/key)

beside() { # name [docker run arguments]: with a watcher
  start "$1" -e "REDIS_HEALTH_PORT=$HEALTH" -v "$WORK:/given" -v "$CERTIFICATES:/tls" "${@:2}"
}

typed() { # name, configuration, [docker run arguments]
  printf '%b' "$2" | docker run -i --name "$(c "$1")" --label "$LABEL" -e "REDIS_HEALTH_PORT=$HEALTH" "${@:3}" \
    >/dev/null 2>&1 &
}

# The watcher's page, and a probe that asks the server itself.
looks() { # name, page or probe, regex
  local page direct
  page=$(ask "$1" "$2") || true
  direct=$(docker exec -e REDIS_HEALTH_PORT= "$(c "$1")" dkr-redis probe "${2%z}" 2>&1) || true
  echo "$1: $page; $direct"
  [[ $page =~ ^$3 && "200 $direct" =~ ^$3 ]]
}

seen() { # name: whatever there is can be seen
  wait_for "$PATIENCE" looks "$1" readyz '200 (an independent master|a sentinel of 1 group)'
  ok "$1: $(ask "$1" readyz)"
}

started_only() { # name regex: it has started, and lets nobody look
  wait_for "$PATIENCE" has_started "$1" "$2"
  ok "$1: $(ask "$1" startupz)"
}

has_started() { # name regex
  local page direct
  page=$(ask "$1" startupz) || true
  direct=$(docker exec -e REDIS_HEALTH_PORT= "$(c "$1")" dkr-redis probe started 2>&1) || direct="no: $direct"
  echo "$1: $page; $direct"
  [[ $page =~ ^"200 the server has started, but lets nobody look: "$2 && $direct =~ ^"the server has started, but".*$2 ]]
}

say "passwords"
printf 'requirepass included\n' >"$WORK/more.conf"
printf 'include /given/more.conf\nprotected-mode no\n' >"$WORK/redis.conf"
printf 'user default on >of-the-list ~* &* +@all\n' >"$WORK/users.acl"
printf 'aclfile /given/users.acl\n' >"$WORK/overlay.conf"
printf 'port 26400\nrequirepass s\nsentinel monitor m 127.0.0.1 6379 1\n' >"$WORK/sentinel.conf"
beside argument "$IMAGE" --requirepass s
beside include -e REDIS_CONF=/given/redis.conf "$IMAGE"
beside overlay -e REDIS_OVERRIDES_FILE=/given/overlay.conf "$IMAGE"
beside given "$IMAGE" "$SERVER-server" /given/redis.conf --port 7300
beside user "$IMAGE" --user default off --user app on '>pw' '~*' '+@all'
beside master -e REDIS_PASSWORD=own -e REDIS_MASTER_PASSWORD=another "$IMAGE"
beside sentinel "$IMAGE" "$SERVER-sentinel" /given/sentinel.conf
beside hash "$IMAGE" --user default on "#$(printf x | sha256sum | cut -c 1-64)" '~*' '+@all'
beside later "$IMAGE"
say "sockets, TLS"
beside socket "$IMAGE" --port 0 --unixsocket /tmp/s
beside relative "$IMAGE" --bind '' --unixsocket s.sock --requirepass s
beside tls "$IMAGE" "${TLS[@]}" --tls-ca-cert-file /tls/cert
beside anybody "$IMAGE" "${TLS[@]}" --tls-auth-clients no --requirepass s
say "standard input"
typed root 'port 7100\nrequirepass typed\n' "$IMAGE" -
typed user-typed 'port 7100\nrequirepass typed\n' --user 999 "$IMAGE" "$SERVER-server" --port 7200 -

for name in argument include overlay given user master sentinel later socket relative tls anybody root user-typed; do
  seen "$name"
done
started_only hash NOAUTH
cli later config set requirepass s >/dev/null
cli later -a s client kill type normal skipme no >/dev/null 2>&1 || true
started_only later NOAUTH
