#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "dkr/core/base/time.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/decide/own_identity.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/group/own_identity.hpp"
#include "dkr/redis/link.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// Listens at a master for another sentinel that says hello with the identity of the one beside
/// us.
class IdentityWatch {
 public:
  /// `taken` is called once, when our sentinel has to take a new identity. If it cannot get one
  /// (`fixed`: its configuration is not ours to write), that is only said.
  IdentityWatch(event_base& loop, const Settings& settings, const OwnServer& sentinel, bool fixed,
                std::function<void()> taken);

  /// Looks where to listen, when that is due, and listens.
  void poll(TimePoint now);

 private:
  void take(const OwnIdentity& own);
  void hear(const Reply& message);
  void tell(IdentityOwner owner);

  event_base& loop_;
  const Settings& settings_;
  const OwnServer& sentinel_;
  bool fixed_;
  std::function<void()> taken_;
  OwnIdentity own_;
  IdentityEar ear_;
  IdentityOwner told_ = IdentityOwner::ours;
  std::unique_ptr<Link> link_;
  std::optional<TimePoint> looked_;
  BackgroundJob job_;
};

}  // namespace dkr
