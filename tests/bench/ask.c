/* ask HOW COUNT PERIOD_US PORT/PATH...: sends GET to each target in turn, COUNT times, and prints a
   line for each: how many answers were no 200 (or none), then p50, p99 and the longest time in
   nanoseconds, from before the connection (or the request) to the end of the answer. HOW:
     new    a connection for each request, which the server closes
     kept   one connection for all
     idle   COUNT connections that ask nothing are opened, and "open NANOSECONDS" is printed; at the
            end of standard input, how many of them are still open
   With PERIOD_US 0 a request follows the one before at once. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { most_targets = 8, patience_s = 10, addresses = 100 };

struct target {
  int port;
  int fd;
  size_t length;
  char request[256];
  int64_t* times;
  int wrong;
};

static void give_up(const char* what) {
  fprintf(stderr, "ask: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Closed connections keep their pair of addresses for a while; a hundred addresses do not run out.
 */
static int dial(int port, int number) {
  static const struct timeval patience = {.tv_sec = patience_s};
  const struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons(port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK + number % addresses),
  };
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) {
    give_up("socket");
  }
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, (const struct sockaddr*)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

/* Where the answer ends, when that much of it has arrived; 0 before. */
static size_t end_of(const char* answer) {
  const char* body = strstr(answer, "\r\n\r\n");
  const char* length = strcasestr(answer, "\r\nContent-Length:");
  return body == 0 || length == 0 ? 0 : (size_t)(body + 4 - answer) + strtoul(length + 17, 0, 10);
}

/* Whether the answer is a 200. */
static int answer(int fd, int to_its_end) {
  char text[4096];
  size_t got = 0;
  ssize_t more = 1;
  while (got < sizeof text - 1 && (more = read(fd, text + got, sizeof text - 1 - got)) > 0) {
    got += (size_t)more;
    text[got] = '\0';
    if (!to_its_end && end_of(text) != 0 && got >= end_of(text)) {
      break;
    }
  }
  return more >= 0 && got > 12 && strncmp(text + 8, " 200", 4) == 0;
}

static int ask_once(struct target* target, int kept, int number) {
  if (!kept || target->fd < 0) {
    target->fd = dial(target->port, number);
  }
  const int good =
      target->fd >= 0 &&
      send(target->fd, target->request, target->length, MSG_NOSIGNAL) == (ssize_t)target->length &&
      answer(target->fd, !kept);
  if (target->fd >= 0 && (!kept || !good)) {
    close(target->fd);
    target->fd = -1;
  }
  return good;
}

static struct target aim(const char* text, int kept, int count) {
  struct target target = {.port = atoi(text), .fd = -1};
  const char* path = strchr(text, '/');
  target.length = (size_t)snprintf(target.request, sizeof target.request,
                                   "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n", path ? path : "/",
                                   kept ? "" : "Connection: close\r\n");
  target.times = calloc((size_t)count, sizeof *target.times);
  if (target.times == 0 || target.length >= sizeof target.request) {
    give_up(text);
  }
  return target;
}

static int ascending(const void* left, const void* right) {
  const int64_t a = *(const int64_t*)left;
  const int64_t b = *(const int64_t*)right;
  return (a > b) - (a < b);
}

static void wait_until(int64_t time) {
  const struct timespec until = {time / 1000000000, time % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
}

static void ask(int kept, int count, int64_t period, char** targets, int number) {
  struct target aims[most_targets];
  for (int i = 0; i < number; ++i) {
    aims[i] = aim(targets[i], kept, count);
  }
  const int64_t begin = now();
  for (int round = 0; round < count; ++round) {
    for (int i = 0; i < number; ++i) {
      if (period != 0) {
        wait_until(begin + ((int64_t)round * number + i) * period / number);
      }
      const int64_t sent = now();
      aims[i].wrong += !ask_once(&aims[i], kept, round);
      aims[i].times[round] = now() - sent;
    }
  }
  for (int i = 0; i < number; ++i) {
    qsort(aims[i].times, (size_t)count, sizeof(int64_t), ascending);
    printf("%d %ld %ld %ld\n", aims[i].wrong, (long)aims[i].times[count / 2],
           (long)aims[i].times[count - 1 - count / 100], (long)aims[i].times[count - 1]);
  }
}

static void be_idle(int count, int port) {
  int* fds = calloc((size_t)count, sizeof *fds);
  const int64_t begin = now();
  for (int i = 0; i < count; ++i) {
    fds[i] = dial(port, i);
    if (fds[i] < 0) {
      give_up("connect");
    }
  }
  printf("open %ld\n", (long)(now() - begin));
  fflush(stdout);
  while (getchar() != EOF) {
  }
  int open = 0;
  for (int i = 0; i < count; ++i) {
    char byte;
    open += recv(fds[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
  }
  printf("%d\n", open);
}

int main(int argc, char** argv) {
  const int count = argc > 4 ? atoi(argv[2]) : 0;
  if (count < 1 || argc - 4 > most_targets) {
    errno = EINVAL;
    give_up("usage: ask new|kept|idle COUNT PERIOD_US PORT/PATH...");
  }
  if (strcmp(argv[1], "idle") == 0) {
    be_idle(count, atoi(argv[4]));
  } else {
    ask(strcmp(argv[1], "kept") == 0, count, atol(argv[3]) * 1000, argv + 4, argc - 4);
  }
  return 0;
}
