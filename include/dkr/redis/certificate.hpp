#pragma once

#include <string>

namespace dkr {

/// Returns why servers that trust an authority do not let the owner of a certificate in, as OpenSSL
/// says it; empty if they do, or if a file cannot be read. Parses files of others, so only for
/// child processes.
std::string flaw_of_certificate(const std::string& certificate, const std::string& authority);

}  // namespace dkr
