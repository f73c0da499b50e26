# shellcheck shell=bash
# What the scenarios of the health endpoint have in common.
HEALTH=8080

ask() { # name page: the status, and the line that says why
  local answer=
  exec 9<>"/dev/tcp/$(address "$1")/$HEALTH" || return 1
  printf 'GET /%s HTTP/1.0\r\n\r\n' "$2" >&9
  answer=$(cat <&9)
  exec 9>&-
  sed -n -e '1s/^HTTP[^ ]* \([0-9]*\) .*/\1/p' -e '$p' <<<"$answer" | paste -sd ' '
}

PAGES=(livez startupz readyz master replica sentinel)

pages() { # name: the status of each of them
  local page
  for page in "${PAGES[@]}"; do
    ask "$1" "$page" | cut -d ' ' -f 1
  done | xargs
}

shows() { # name statuses
  local now
  now=$(pages "$1")
  echo "$now"
  [[ $now == "$2" ]]
}

answered() { # name page regex
  local now
  now=$(ask "$1" "$2")
  echo "$now"
  [[ $now =~ $3 ]]
}

# Waits for these statuses, and then for the reason of the readiness: what a page tells may be a second old.
health() { # what name statuses regex
  wait_for "$PATIENCE" shows "$2" "$3"
  wait_for "$PATIENCE" answered "$2" readyz "^$4"
  ok "$1: ${PAGES[*]} are $3"
}

probed() { # name, what, and more: the exit status, and the line
  local line code=0
  line=$(docker exec "$(c "$1")" dkr-redis probe "${@:2}" 2>&1) || code=$?
  echo "$code $line"
}
