#!/usr/bin/env bash
# What the entrypoint of a base image adds: the modules of the official images since Redis 8.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/../lib/base.sh"

mkdir "$WORK/image"
cat >"$WORK/image/module.c" <<'C'
/* The least that a server takes for a module: it says its name. */
int RedisModule_OnLoad(void *context, void **arguments, int count) {
  int (*get)(const char *, void *) = *(int (**)(const char *, void *))context;
  void (*say)(void *, const char *, int, int) = 0;
  (void)arguments, (void)count;
  if (get("RedisModule_SetModuleAttribs", &say) != 0) return 1;
  say(context, NAME, 1, 1);
  return 0;
}
C
for name in one two; do
  cc -shared -fPIC -nostdlib -DNAME="\"$name\"" -o "$WORK/image/$name.so" "$WORK/image/module.c"
done
: >"$WORK/image/empty.so"
cat >"$WORK/image/Dockerfile" <<D
FROM $IMAGE
COPY one.so two.so empty.so /usr/local/lib/redis/modules/
COPY two.so /usr/local/lib/redis/modules/plain.so
RUN chmod 755 /usr/local/lib/redis/modules/*.so && chmod 644 /usr/local/lib/redis/modules/plain.so
D
docker build -q -t "$RUN" --label "$LABEL" "$WORK/image" >/dev/null

modules() { cli "$1" module list | sed -nE '/^(one|two)$/p' | sort | xargs; } # name

say "a server without arguments"
data=$(volume data)
launch bare -v "$data:/data" "$RUN"
assert_eq "has the modules of its image" "one two" "$(modules bare)"
assert_eq "CONFIG REWRITE" OK "$(cli bare config rewrite)"
again bare
assert_eq "still has them after a restart" "one two" "$(modules bare)"
docker rm -f "$(c bare)" >/dev/null
once plan -v "$data:/data" "$RUN" plan
assert_match "plan shows them" '--loadmodule /usr/local/lib/redis/modules/one\.so --loadmodule /usr/local/lib/redis/modules/two\.so' "$OUT"
launch without -v "$data:/data" "$IMAGE"
assert_eq "an image that lacks them starts, too" "" "$(modules without)"
docker rm -f "$(c without)" >/dev/null

say "a configuration that names one itself"
mkdir -m 777 "$WORK/conf"
printf '%s\n' 'loadmodule /usr/local/lib/redis/modules//one.so' >"$WORK/conf/my.conf"
chmod 666 "$WORK/conf/my.conf"
launch named -v "$WORK/conf:/conf" "$RUN" "$SERVER-server" /conf/my.conf --save ''
assert_eq "loads each once" "one two" "$(modules named)"
assert_eq "CONFIG REWRITE" OK "$(cli named config rewrite)"
again named
assert_eq "also when the file names both" "one two" "$(modules named)"

say "an overlay that names one"
printf '%s\n' 'loadmodule /usr/local/lib/redis/modules/two.so' >"$WORK/conf/overlay.conf"
launch overlaid -v "$WORK/conf:/conf:ro" -e REDIS_OVERRIDES_FILE=/conf/overlay.conf "$RUN"
assert_eq "loads each once, too" "one two" "$(modules overlaid)"

say "a sentinel"
printf '%s\n' 'sentinel monitor redis 127.0.0.1 6379 1' >"$WORK/conf/sentinel.conf"
start sentinel -v "$WORK/conf:/conf" "$RUN" "$SERVER-sentinel" /conf/sentinel.conf
up sentinel 26379
refute_match "has none" 'loadmodule' "$(docker top "$(c sentinel)" -o pid,args)"
