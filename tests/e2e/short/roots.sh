#!/usr/bin/env bash
# The one binary in a scratch root, in a root like Alpine's (musl, busybox, no
# nsswitch.conf) and in Debian's; each runs a real server that answers.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

say "musl and a static busybox, unpacked from their Debian packages"
mkdir "$WORK/packages"
(cd "$WORK/packages" && apt-get -qq download busybox-static musl 2>"$WORK/log" &&
  for package in *.deb; do dpkg -x "$package" .; done) || fail "$(cat "$WORK/log")"

# The server and its client with the libraries they need, and the binary, as a tar of a root
# shellcheck disable=SC2016  # for the container's shell
closure='set -eu
  cd /
  programs="$(readlink -f "$(command -v '"$SERVER"'-server)") $(readlink -f "$(command -v '"$SERVER"'-cli)")"
  libraries=$(ldd $programs | grep -oE "/[^ :]+\.so[^ :]*" | sort -u)
  mkdir -p /root-of-it/data /root-of-it/tmp
  for file in $libraries; do
    mkdir -p "/root-of-it$(dirname "$file")"
    cp -L "$file" "/root-of-it$file"
  done
  set -- $programs
  mkdir -p /root-of-it/usr/bin
  cp "$1" /root-of-it/usr/bin/'"$SERVER"'-server
  cp "$2" /root-of-it/usr/bin/'"$SERVER"'-cli
  cp /usr/local/bin/dkr-redis /root-of-it/dkr-redis
  chown -R 999:999 /root-of-it/data
  tar -C /root-of-it -c .'
# shellcheck disable=SC2153
docker run --rm --entrypoint sh "$IMAGE" -c "$closure" >"$WORK/scratch.tar"

make_image() { # name tar
  docker import --change 'ENTRYPOINT ["/dkr-redis"]' --change 'ENV PATH=/usr/bin:/bin' \
    --change 'VOLUME /data' --change "LABEL $LABEL" "$2" "$RUN:$1" >/dev/null
}
make_image scratch "$WORK/scratch.tar"

mkdir -p "$WORK/musl/bin" "$WORK/musl/lib" "$WORK/musl/etc"
cp "$WORK/packages/bin/busybox" "$WORK/musl/bin/"
cp "$WORK"/packages/lib/*-linux-musl*/libc.so "$WORK/musl/lib/ld-musl-$(uname -m).so.1"
ln -s busybox "$WORK/musl/bin/sh"
printf 'root:x:0:0:root:/root:/bin/sh\nredis:x:999:1000:redis:/data:/bin/sh\n' >"$WORK/musl/etc/passwd"
printf 'root:x:0:\nredis:x:1000:\n' >"$WORK/musl/etc/group"
cp "$WORK/scratch.tar" "$WORK/musl.tar"
(cd "$WORK/musl" && tar --owner=0 --group=0 -rf "$WORK/musl.tar" ./bin ./lib/* ./etc)
make_image musl "$WORK/musl.tar"

check() { # root binary image [docker run arguments]
  local root=$1 binary=$2 image=$3 out
  shift 3
  say "$root"
  launch "$root" "$@" "$image"
  assert_eq "$root: SET" OK "$(cli "$root" set key value)"
  out=$(docker exec "$(c "$root")" "$binary" version) || fail "$root: version: exit status $?"
  assert_match "$root: version" '[0-9]+\.[0-9]+' "$out"
  out=$(docker exec "$(c "$root")" "$binary" plan) || fail "$root: plan: exit status $?"
  assert_match "$root: plan" "/usr/bin/$SERVER-server /data/redis\.conf" "$out"
  docker stop "$(c "$root")" >/dev/null
  assert_eq "$root: exit status after docker stop" 0 "$(exit_status "$root")"
}
check scratch /dkr-redis "$RUN:scratch" --user 999:999 --read-only --cap-drop ALL --security-opt no-new-privileges
check musl /dkr-redis "$RUN:musl"
check debian dkr-redis "$IMAGE"

say "scratch, as root: there is no user to become"
refused "no user" 78 '--user' '' nobody "$RUN:scratch"
