# shellcheck shell=bash
# What `doctor` finds, asked of a container. Comes after base.sh or members.sh.
PASSWORD=doctors-secret

# A server without a password takes these commands, too.
cli() { docker exec -e "REDISCLI_AUTH=$PASSWORD" "$(c "$1")" "$SERVER-cli" --no-auth-warning "${@:2}" 2>/dev/null; } # name command...

# Sets CODE and OUT.
doctor() { # name [docker exec arguments]
  CODE=0
  OUT=$(docker exec "${@:2}" "$(c "$1")" dkr-redis doctor --json 2>&1) || CODE=$?
}

finds() { # name "finding..." [docker exec arguments]: these and no others
  local found
  doctor "$1" "${@:3}"
  found=$(grep -o '"finding":"[a-z-]*"' <<<"$OUT" | cut -d '"' -f 4 | sort -u | xargs)
  echo "exit status $CODE: $OUT"
  [[ $found == "$2" && $OUT != *"$PASSWORD"* ]]
}

also_finds() { # name finding: it, and maybe others
  doctor "$1"
  echo "exit status $CODE: $OUT"
  [[ $OUT == *"\"finding\":\"$2\""* ]] && ok "$1: $2"
}

found() { # name "finding..." exit status [docker exec arguments]
  local deadline=$((SECONDS + PATIENCE))
  until finds "$1" "$2" "${@:4}" >/dev/null; do
    ((SECONDS < deadline)) || fail "$1: expected '$2', found: $OUT"
  done
  assert_eq "$1: ${2:-nothing}, exit status" "$3" "$CODE"
}

lone() { # name [docker run arguments]: a node without a group, which is healthy but for what the arguments do
  start "$1" "${@:2}"
  up "$1"
}
