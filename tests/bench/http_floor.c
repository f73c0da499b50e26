/* http_floor PORT: answers a fixed text to whatever arrives, by as few calls of the kernel as can
   be. What it costs is what no server can be cheaper than. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { backlog = 1024, most_events = 64 };

static const char kept[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nready\n";
static const char last[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: "
    "close\r\n\r\nready\n";

/* Whether the connection stays. */
static int serve(int fd) {
  char request[1024];
  const ssize_t length = read(fd, request, sizeof request - 1);
  if (length < 0 && errno == EAGAIN) {
    return 1;
  }
  if (length <= 0) {
    return 0;
  }
  request[length] = '\0';
  if (strstr(request, "Connection: close") == 0) {
    return write(fd, kept, sizeof kept - 1) > 0;
  }
  return write(fd, last, sizeof last - 1) < 0;
}

int main(int argc, char** argv) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0)};
  const int loop = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (const struct sockaddr*)&address, sizeof address) != 0 ||
      listen(listener, backlog) != 0 || epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event) != 0) {
    return 1;
  }
  for (;;) {
    struct epoll_event events[most_events];
    const int count = epoll_wait(loop, events, most_events, -1);
    for (int i = 0; i < count; ++i) {
      const int fresh = events[i].data.fd == listener;
      const int fd = fresh ? accept4(listener, 0, 0, SOCK_NONBLOCK) : events[i].data.fd;
      if (fd < 0) {
        continue;
      }
      if (!serve(fd)) { /* what it asks has mostly come with it */
        close(fd);
      } else if (fresh) {
        event.data.fd = fd;
        epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
      }
    }
  }
}
