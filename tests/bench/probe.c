/* probe WHAT COMMAND...: runs a command as PID 1 of a new PID namespace, measures one thing, prints
   it, and ends it all. WHAT:
     start    nanoseconds from exec of the command to main() of the stand-in
     ping     the same to the first answer of a real server on the socket BENCH_SOCKET
     term     nanoseconds from kill() to the stand-in's handler, for the first signal after a rest
     memory   kB of the command: resident, private and dirty, and resident once a signal (SIGWINCH)
              has been passed on
     wakeups  voluntary context switches of the command in five seconds
     orphans  nanoseconds until the orphans of the stand-in were reaped
   See stand_in.c. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { patience_ms = 20000, rest_ms = 30, settle_ms = 400, idle_s = 5 };

static pid_t command = -1;

static void give_up(const char* what) {
  fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
  if (command > 0) {
    kill(command, SIGKILL);
  }
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void rest(long ms) {
  const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, 0);
}

/* The child: `exec_time` is shared with the parent. */
static void become(char** argv, int out, volatile int64_t* exec_time) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = open("/dev/null", O_RDWR);
  if (mount("none", "/", 0, MS_REC | MS_PRIVATE, 0) != 0 ||
      mount("proc", "/proc", "proc", 0, 0) != 0 || setsid() < 0) {
    give_up("namespace");
  }
  dup2(null, 0);
  dup2(out, 1);
  if (getenv("BENCH_LOUD") == 0) {
    dup2(null, 2);
  }
  syscall(SYS_close_range, 3, ~0U, 0);
  *exec_time = now();
  execvp(argv[0], argv);
  give_up(argv[0]);
}

static int64_t hear(int fd) {
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  int64_t number = 0;
  if (poll(&entry, 1, patience_ms) != 1 || read(fd, &number, sizeof number) != sizeof number) {
    give_up("no word from the stand-in");
  }
  return number;
}

static int64_t first_answer(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, getenv("BENCH_SOCKET"), sizeof address.sun_path - 1);
  const int64_t deadline = now() + patience_ms * INT64_C(1000000);
  char answer[8] = "";
  while (now() < deadline) {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr*)&address, sizeof address) == 0 &&
        write(fd, "PING\r\n", 6) == 6 && read(fd, answer, sizeof answer) > 0 && answer[0] == '+') {
      close(fd);
      return now();
    }
    close(fd);
    usleep(100);
  }
  give_up("no answer from the server");
  return 0;
}

/* A number behind a name in a file of /proc. */
static long row(const char* file, const char* name) {
  char path[64];
  char line[256];
  long value = -1;
  snprintf(path, sizeof path, "/proc/%d/%s", command, file);
  FILE* table = fopen(path, "re");
  while (table != 0 && fgets(line, sizeof line, table) != 0) {
    if (strncmp(line, name, strlen(name)) == 0) {
      value = strtol(line + strlen(name), 0, 10);
    }
  }
  if (table != 0) {
    fclose(table);
  }
  return value;
}

static void measure(const char* what, int heard, const volatile int64_t* exec_time) {
  if (strcmp(what, "ping") == 0) {
    printf("%ld\n", (long)(first_answer() - *exec_time));
    return;
  }
  const int64_t word = hear(heard);
  if (strcmp(what, "start") == 0) {
    printf("%ld\n", (long)(word - *exec_time));
  } else if (strcmp(what, "orphans") == 0) {
    printf("%ld\n", (long)word);
  } else if (strcmp(what, "term") == 0) {
    rest(rest_ms);
    const int64_t sent = now();
    kill(command, SIGTERM);
    printf("%ld\n", (long)(hear(heard) - sent));
  } else if (strcmp(what, "memory") == 0) {
    rest(settle_ms);
    printf("%ld %ld ", row("smaps_rollup", "Rss:"), row("smaps_rollup", "Private_Dirty:"));
    kill(command, SIGWINCH);
    rest(settle_ms);
    printf("%ld\n", row("smaps_rollup", "Rss:"));
  } else {
    rest(settle_ms);
    const long before = row("status", "voluntary_ctxt_switches:");
    rest(idle_s * 1000);
    printf("%ld\n", row("status", "voluntary_ctxt_switches:") - before);
  }
}

int main(int argc, char** argv) {
  int ends[2];
  volatile int64_t* exec_time =
      mmap(0, sizeof *exec_time, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (argc < 3 || exec_time == MAP_FAILED || pipe2(ends, O_CLOEXEC) != 0) {
    give_up("usage: probe WHAT COMMAND...");
  }
  command = (pid_t)syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
  if (command < 0) {
    give_up("clone");
  }
  if (command == 0) {
    become(argv + 2, ends[1], exec_time);
  }
  close(ends[1]);
  measure(argv[1], ends[0], exec_time);
  kill(command, SIGKILL);
  waitpid(command, 0, 0);
  return 0;
}
