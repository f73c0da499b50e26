#pragma once

#include <string>

namespace dkr {

/// While it lives, a root that may not pass over the rights of files (no CAP_DAC_OVERRIDE) reaches
/// them as the user that the server runs as; whoever else we are, it changes nothing. It is for
/// looking only. Nothing is changed either where that user may not enter the volume, and root may.
class ServiceEyes {
 public:
  /// `stays`: we stay who we are, whatever server there is.
  ServiceEyes(const std::string& volume, bool stays);
  ServiceEyes(const ServiceEyes&) = delete;
  ServiceEyes(ServiceEyes&&) = delete;
  ServiceEyes& operator=(const ServiceEyes&) = delete;
  ServiceEyes& operator=(ServiceEyes&&) = delete;
  ~ServiceEyes();

 private:
  bool open_ = false;
};

/// While it lives, files are reached as by whoever we are, whatever eyes are open.
class OwnEyes {
 public:
  OwnEyes();
  OwnEyes(const OwnEyes&) = delete;
  OwnEyes(OwnEyes&&) = delete;
  OwnEyes& operator=(const OwnEyes&) = delete;
  OwnEyes& operator=(OwnEyes&&) = delete;
  ~OwnEyes();

 private:
  unsigned uid_;
  unsigned gid_;
};

}  // namespace dkr
