#include "support/seccomp.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace dkr::test {
namespace {

/// `action` for these calls, everything else as usual. Needs root.
long install(const Calls& calls, unsigned action, unsigned flags) {
  std::vector<sock_filter> code;
  code.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const long call : calls) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, action));
  }
  code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  return must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program), "seccomp");
}

void send_fd(int socket, int fd) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  must(sendmsg(socket, &message, 0), "sendmsg");
}

Fd receive_fd(int socket) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  must(recvmsg(socket, &message, MSG_CMSG_CLOEXEC), "recvmsg");
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return Fd(fd);
}

}  // namespace

std::function<void()> failing(const Calls& calls, int error) {
  return [calls, error] { install(calls, SECCOMP_RET_ERRNO | static_cast<unsigned>(error), 0); };
}

Gate::Gate(Calls calls) : calls_(std::move(calls)) {
  std::array<int, 2> ends{};
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  ours_ = Fd(ends[0]);
  const Fd low(ends[1]);
  // High up, where no descriptor of a launched process is placed.
  theirs_ = Fd(static_cast<int>(must(fcntl(low.get(), F_DUPFD_CLOEXEC, 512), "F_DUPFD_CLOEXEC")));
}

std::function<void()> Gate::close() {
  return [this] {
    const long fd = install(calls_, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    send_fd(theirs_.get(), static_cast<int>(fd));
  };
}

std::optional<Gate::Held> Gate::next(Deadline deadline) {
  if (listener_.get() < 0) {
    listener_ = receive_fd(ours_.get());
  }
  while (readable(listener_.get(), deadline)) {
    seccomp_notif notice{};
    if (ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) {
      if (errno == EINTR || errno == ENOENT) {  // whoever made the call is gone
        if (Clock::now() >= deadline) {
          break;
        }
        continue;
      }
      must(-1, "SECCOMP_IOCTL_NOTIF_RECV");
    }
    Held held{notice.id, static_cast<pid_t>(notice.pid), notice.data.nr, {}};
    std::copy(std::begin(notice.data.args), std::end(notice.data.args), std::begin(held.argument));
    return held;
  }
  return std::nullopt;
}

void Gate::release(const Held& held) {
  seccomp_notif_resp response{};
  response.id = held.id;
  response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);  // fails if the caller is gone
}

void Gate::refuse(const Held& held, int error) {
  seccomp_notif_resp response{};
  response.id = held.id;
  response.error = -error;
  ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);
}

std::string Gate::text(const Held& held, int argument) {
  std::array<char, 4096> block{};
  iovec here{block.data(), block.size()};
  // The string may lie at the end of mapped memory: up to the end of its page, then the next one.
  const auto address = held.argument[argument];
  const std::size_t first = 4096 - address % 4096;
  const std::array<iovec, 2> there{
      iovec{reinterpret_cast<void*>(address), first},
      iovec{reinterpret_cast<void*>(address + first), block.size() - first}};
  const auto got = process_vm_readv(held.pid, &here, 1, there.data(), there.size(), 0);
  return got <= 0 ? std::string() : std::string(block.data(), strnlen(block.data(), block.size()));
}

}  // namespace dkr::test
