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

/// Serves HTTP in an event loop, behind everything else that the loop does. However many
/// connections come, and whatever they send or do not send, it keeps a bounded number of them with
/// a bounded number of bytes: a new one takes the place of the one that was answered longest ago.
/// libevent's own server has no such bound, and spins when no descriptor is left.
class HttpPort {
 public:
  /// Answers what was read, also what is refused.
  using Site = std::function<HttpAnswer(const HttpRead&)>;

  /// The listener stays its owner's.
  HttpPort(event_base& loop, int listener, Site site);
  HttpPort(const HttpPort&) = delete;
  HttpPort(HttpPort&&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;
  HttpPort& operator=(HttpPort&&) = delete;
  ~HttpPort() = default;

  /// Accepts connections from now on; those that came before have waited.
  void open();

  /// Closes those that were not answered for too long.
  void expire(TimePoint now);

 private:
  struct Client {
    HttpPort* port;
    UniqueFd connection;
    TimePoint since;       ///< it came, or was answered last
    std::string in = {};   ///< what was read and not answered
    std::string out = {};  ///< what was answered and not sent
    bool more = false;     ///< what was read has more than one request
    bool last = false;     ///< nothing is answered any more
    EventPtr event = nullptr;
    std::list<Client>::iterator place = {};
  };

  static void connected(int listener, short what, void* port);
  static void ready(int connection, short what, void* client);

  void accept();
  void serve(Client& client);
  /// False: it is at its end.
  static bool receive(Client& client);
  static bool send(Client& client);
  /// False: nothing whole is there, or nothing more is answered.
  bool answer_next(Client& client);
  void wait_for(Client& client);

  event_base& loop_;
  int listener_;
  Site site_;
  EventPtr listening_;
  std::list<Client> clients_;  ///< the one that was answered longest ago comes first
};

}  // namespace dkr
