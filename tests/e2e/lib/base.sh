# shellcheck shell=bash
# What every scenario needs: containers of its own, polling with a deadline,
# assertions that show what happened, and a clean-up of nothing but its own.
#   [IMAGE=...] [SERVER=redis|valkey] tests/e2e/short/NAME.sh     without IMAGE: one of build/dkr-redis
set -Eeuo pipefail

TOOLS=$(cd "${BASH_SOURCE[0]%/*}/../tools" && pwd)
SERVER=${SERVER:-redis}
IMAGE=${IMAGE:-$("$TOOLS/image" "$SERVER")}
RUN=dkr-e2e-$(basename "$0" .sh)-$$-$RANDOM
LABEL=dkr-redis.e2e=$RUN
WORK=$(mktemp -d)
chmod 755 "$WORK"
export DOCKER_BUILDKIT=0 DOCKER_CLI_HINTS=false
# Loaded machines are slow: how long something may take that normally takes a second.
PATIENCE=${PATIENCE:-30}
# Of how many containers a failure shows the logs.
SHOWN=2

cleanup() {
  local status=$? ids
  trap - EXIT
  ids=$(docker ps -aq --filter "label=$LABEL")
  # shellcheck disable=SC2086  # a list of ids
  [[ -z $ids ]] || docker rm -fv $ids >/dev/null
  ids=$(docker volume ls -q --filter "label=$LABEL")
  # shellcheck disable=SC2086
  [[ -z $ids ]] || docker volume rm -f $ids >/dev/null
  ids=$(docker network ls -q --filter "label=$LABEL")
  # shellcheck disable=SC2086
  [[ -z $ids ]] || docker network rm $ids >/dev/null
  ids=$(docker image ls -q --filter "reference=$RUN")
  # shellcheck disable=SC2086
  [[ -z $ids ]] || docker image rm -f $ids >/dev/null
  # The containers' files may belong to another user.
  rm -rf "$WORK" 2>/dev/null ||
    docker run --rm -v "$WORK:/left" --entrypoint sh "$IMAGE" -c "rm -rf /left/*" 2>/dev/null || true
  rm -rf "$WORK"
  if [[ $status -eq 0 ]]; then
    printf 'PASS %s (%s s)\n' "$RUN" "$SECONDS"
  fi
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
trap 'printf "not ok - line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR

say() { printf '# %s\n' "$*"; }
ok() { printf 'ok - %s\n' "$*"; }

fail() { # the newest containers are those it is about; with LOGS=FOLDER all logs are kept there
  local id
  if [[ -n ${LOGS-} ]]; then
    for id in $(docker ps -aq --filter "label=$LABEL"); do
      docker logs "$id" >"$LOGS/$(docker inspect -f '{{.Name}}' "$id" | sed "s,^/$RUN-,,")" 2>&1 || true
    done
  fi
  for id in $(docker ps -aqn "$SHOWN" --filter "label=$LABEL" | tac); do
    docker ps -a --filter "id=$id" --format '--- {{.Names}}: {{.Status}}' >&2
    docker logs --tail 20 "$id" >&2 2>&1 || true
  done
  printf 'not ok - %s\n' "$*" >&2
  exit 1
}

assert_eq() { # what expected actual
  [[ $3 == "$2" ]] || fail "$1: expected '$2', got '$3'"
  ok "$1: $3"
}

assert_match() { # what regex text
  [[ $3 =~ $2 ]] || fail "$1: '$2' does not match: $3"
  ok "$1"
}

refute_match() { # what regex text
  [[ ! $3 =~ $2 ]] || fail "$1: '$2' matches: $3"
  ok "$1"
}

# Polls a command until it succeeds; the last failure is shown when time is up.
# A command that knows it never will returns 99.
wait_for() { # seconds command...
  local deadline=$((SECONDS + $1)) last
  shift
  until last=$("$@" 2>&1); do
    if [[ $? -eq 99 ]] || ((SECONDS >= deadline)); then
      fail "gave up waiting for: $* ($last)"
    fi
    sleep 0.05
  done
}

now_ms() { echo $(($(date +%s%N) / 1000000)); }

c() { echo "$RUN-$1"; }

volume() { # name -> its full name
  docker volume create --label "$LABEL" "$(c "$1")"
}

start() { # name [docker run arguments]
  local name=$1
  shift
  docker run -d --name "$(c "$name")" --label "$LABEL" "$@" >/dev/null || fail "docker run $*"
}

cli() { # name command...
  local name=$1
  shift
  docker exec "$(c "$name")" "$SERVER-cli" "$@"
}

# Fails at once when the container is gone, so that nobody waits for it.
answers() { # name [port]
  [[ $(docker inspect -f '{{.State.Running}}' "$(c "$1")") == true ]] || return 99
  [[ $(cli "$1" -p "${2:-6379}" ping) == PONG ]]
}

up() { wait_for "$PATIENCE" answers "$@"; } # name [port]

launch() { # name [docker run arguments]: start, and wait until it answers
  start "$@"
  up "$1"
}

again() { # name: docker restart, and wait until it answers
  docker restart "$(c "$1")" >/dev/null
  up "$1"
}

is_healthy() { [[ $(docker inspect -f '{{.State.Health.Status}}' "$(c "$1")") == healthy ]]; } # name

address() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(c "$1")"; } # name

server_of() { # name: the process of its server or sentinel, as the host sees it
  docker top "$(c "$1")" -o pid,comm | awk -v server="$SERVER-" 'index($2, server) == 1 { print $1 }'
}

watcher_of() { # name: the process of its watcher; what it asks in processes of its own bears its name too
  docker top "$(c "$1")" -o pid,ppid,comm |
    awk -v init="$(docker inspect -f '{{.State.Pid}}' "$(c "$1")")" '$2 == init && /dkr-redis watch/ { print $1 }'
}

logs() { docker logs "$(c "$1")" 2>&1; }

has_logged() { # name regex
  [[ $(logs "$1") =~ $2 ]]
}

gone() { [[ $(docker inspect -f '{{.State.Running}}' "$(c "$1")") == false ]]; }

exit_status() { docker inspect -f '{{.State.ExitCode}}' "$(c "$1")"; }

# Runs a container to its end. Sets CODE and OUT (both streams).
once() { # name [docker run arguments]
  local name=$1
  shift
  CODE=0
  OUT=$(timeout -k 2 "$PATIENCE" docker run --name "$(c "$name")" --label "$LABEL" "$@" 2>&1) || CODE=$?
  # timeout's SIGTERM goes through to the container, which may not heed it.
  [[ $CODE -ne 124 && $CODE -ne 137 ]] || [[ $(docker inspect -f '{{.State.Running}}' "$(c "$name")") != true ]] ||
    fail "$name still runs after $PATIENCE s; it should have ended: $OUT"
}

# What lies in a volume of a container, running or not
files() { # name
  docker cp "$(c "$1"):/data" - 2>/dev/null | tar -t | sed -e 's,^data/*,,' -e '/^$/d' | sort | xargs
}

# What the program says besides information and warnings; a refusal is one such line and nothing else.
complaints() { # text
  grep -vE ' dkr-redis (debug|info|warning): ' <<<"$1" || true
}

# The container ends with this code and exactly one error line, and leaves only these files.
refused() { # what code regex files name [docker run arguments]
  local what=$1 code=$2 regex=$3 left=$4 name=$5
  shift 5
  once "$name" "$@"
  [[ $CODE == "$code" ]] || fail "$what: expected exit status $code, got $CODE: $OUT"
  one_error "$what" "$regex" "$OUT"
  [[ $left == - || $(files "$name") == "$left" ]] ||
    fail "$what: expected the files '$left', found '$(files "$name")'"
  ok "$what: exit status $code, $(complaints "$OUT" | sed 's/.*dkr-redis //')"
}

one_error() { # what regex text
  local line
  line=$(complaints "$3")
  [[ $line != *$'\n'* && $line == *' dkr-redis error: '* && $line =~ $2 ]] ||
    fail "$1: expected one error line that matches '$2', got: $3"
}
