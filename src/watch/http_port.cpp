#include "dkr/watch/http_port.hpp"

#include <event2/event.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/tcp.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t most_clients = 256;

bool has_to_wait(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

bool is_without_descriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

EventPtr make_event(event_base& loop, int fd, short what, event_callback_fn call, void* data) {
  EventPtr event(event_new(&loop, fd, static_cast<short>(what | EV_PERSIST), call, data));
  if (event) {
    event_priority_set(event.get(), last_priority);
    event_add(event.get(), nullptr);
  }
  return event;
}

}  // namespace

HttpPort::HttpPort(event_base& loop, int listener, Site site)
    : loop_(loop), listener_(listener), site_(std::move(site)) {}

void HttpPort::open() {
  if (!listening_) {
    listening_ = make_event(loop_, listener_, EV_READ, connected, this);
  }
}

void HttpPort::expire(TimePoint now) {
  while (!clients_.empty() && now - clients_.front().since > idle_connection_timeout) {
    clients_.pop_front();
  }
  if (listening_) {
    event_add(listening_.get(), nullptr);
  }
}

void HttpPort::connected(int /*listener*/, short /*what*/, void* port) {
  static_cast<HttpPort*>(port)->accept();
}

void HttpPort::accept() {
  UniqueFd connection = accept_from(listener_);
  if (!connection && is_without_descriptors(errno)) {
    if (clients_.empty()) {
      event_del(listening_.get());  // until expire()
    } else {
      clients_.pop_front();
    }
    return;
  }
  if (!connection) {
    return;
  }
  if (clients_.size() == most_clients) {
    clients_.pop_front();
  }
  Client& client = clients_.emplace_back(Client{this, std::move(connection), steady_clock::now()});
  client.place = std::prev(clients_.end());
  serve(client);  // its request has usually arrived, too
}

void HttpPort::ready(int /*connection*/, short /*what*/, void* client) {
  auto& self = *static_cast<Client*>(client);
  self.port->serve(self);
}

void HttpPort::serve(Client& client) {
  bool goes_on = !client.out.empty() || client.more || receive(client);
  if (goes_on && client.out.empty()) {
    // One request per turn: others wait, and the watcher has its own work.
    client.more = answer_next(client) && !client.last && !client.in.empty();
  }
  goes_on = goes_on && send(client);
  if (goes_on && client.last && client.out.empty()) {
    // Closing it with unread bytes might lose the answer. RFC 9112, section 9.6.
    end_sending(client.connection);
    goes_on = !std::exchange(client.in, {}).empty();
  }
  if (goes_on) {
    wait_for(client);
  } else {
    clients_.erase(client.place);
  }
}

bool HttpPort::receive(Client& client) {
  std::array<char, longest_http_request> block;  // NOLINT: written before it is read
  const std::size_t room = block.size() - client.in.size();
  const ssize_t got = ::recv(client.connection.get(), block.data(), room, 0);
  if (got > 0) {
    client.in.append(block.data(), static_cast<std::size_t>(got));
  }
  return got > 0 || (got < 0 && has_to_wait(errno));
}

bool HttpPort::answer_next(Client& client) {
  const HttpRead read = client.last ? HttpRead{} : read_http(client.in);
  const bool refused = read.status != 0;
  if (!refused && read.length == 0) {
    return false;
  }
  const HttpAnswer answer = site_(read);
  client.last = refused || !read.request.keep;
  client.out = to_bytes(answer, read.request.method == "HEAD", !client.last);
  client.in.erase(0, read.length);
  client.since = steady_clock::now();
  clients_.splice(clients_.end(), clients_, client.place);
  return true;
}

bool HttpPort::send(Client& client) {
  if (client.out.empty()) {
    return true;
  }
  const ssize_t sent =
      ::send(client.connection.get(), client.out.data(), client.out.size(), MSG_NOSIGNAL);
  if (sent > 0) {
    client.out.erase(0, static_cast<std::size_t>(sent));
  }
  return sent > 0 || has_to_wait(errno);
}

void HttpPort::wait_for(Client& client) {
  const short what = client.out.empty() ? EV_READ : EV_WRITE;
  if (!client.event || event_get_events(client.event.get()) != (what | EV_PERSIST)) {
    client.event.reset();
    client.event = make_event(loop_, client.connection.get(), what, ready, &client);
  }
  if (client.more && client.out.empty() && client.event) {
    event_active(client.event.get(), EV_READ, 0);
  }
}

}  // namespace dkr
