/* A server of which only the times matter. It writes nanoseconds of the monotonic clock to
   descriptor 1: when it starts, and when SIGTERM arrives. With BENCH_ORPHANS=n it leaves n zombies
   to init instead, and then writes how long it took until they were gone. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void tell(int64_t number) {
  if (write(1, &number, sizeof number) != sizeof number) {
    _exit(1);
  }
}

static void on_term(int signal) {
  (void)signal;
  tell(now());
}

static int processes(void) {
  struct sysinfo info;
  sysinfo(&info);
  return info.procs;
}

static void leave_orphans(int count) {
  const int before = processes();
  const pid_t middle = fork();
  if (middle == 0) {
    for (int made = 0; made < count; ++made) {
      if (vfork() == 0) {
        _exit(0);
      }
    }
    _exit(0);
  }
  waitpid(middle, 0, 0);
  const int64_t start = now();
  while (processes() > before + count / 100) { /* others come and go meanwhile */
  }
  tell(now() - start);
}

int main(void) {
  const int64_t start = now();
  const char* orphans = getenv("BENCH_ORPHANS");
  struct sigaction action = {.sa_handler = on_term};
  sigaction(SIGTERM, &action, 0);
  if (orphans != 0) {
    leave_orphans(atoi(orphans));
  } else {
    tell(start);
  }
  for (;;) {
    pause();
  }
}
