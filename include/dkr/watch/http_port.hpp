#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/health/http.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/loop.hpp"

namespace dkr {

/// Serves HTTP in an event loop, at the lowest priority of the loop. Keeps a bounded number of
/// connections with a bounded number of bytes, whatever clients send or do not send: a new
/// connection replaces the one that was answered longest ago. libevent's own server has no such
/// bound, and spins when no descriptor is left.
class HttpPort {
 public:
  /// Returns the answer to a request, also to one that is refused.
  using Site = std::function<HttpAnswer(const HttpRead&)>;

  /// Does not own the listener.
  HttpPort(event_base& loop, int listener, Site site);
  HttpPort(const HttpPort&) = delete;
  HttpPort(HttpPort&&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;
  HttpPort& operator=(HttpPort&&) = delete;
  ~HttpPort() = default;

  /// Starts to accept connections; earlier ones have waited.
  void open();

  /// Closes connections that got no answer for idle_connection_timeout.
  void expire(TimePoint now);

 private:
  struct Client {
    HttpPort* port;
    UniqueFd connection;
    TimePoint since;       ///< when it came, or was last answered
    std::string in = {};   ///< received and not answered yet
    std::string out = {};  ///< the answer, as far as it is not sent yet
    bool more = false;     ///< `in` may hold another request
    bool last = false;     ///< no further request is answered
    EventPtr event = nullptr;
    std::list<Client>::iterator place = {};
  };

  static void connected(int listener, short what, void* port);
  static void ready(int connection, short what, void* client);

  void accept();
  void serve(Client& client);
  /// Both return false once the connection has ended.
  static bool receive(Client& client);
  static bool send(Client& client);
  /// False if there is no whole request, or no further one is answered.
  bool answer_next(Client& client);
  void wait_for(Client& client);

  event_base& loop_;
  int listener_;
  Site site_;
  EventPtr listening_;
  std::list<Client> clients_;  ///< the one answered longest ago comes first
};

}  // namespace dkr
