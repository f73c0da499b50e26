#include "dkr/redis/hiredis_glue.hpp"

#include <hiredis.h>
#include <hiredis_ssl.h>
#include <openssl/ssl.h>

#include <cerrno>

#include "dkr/redis/certificate.hpp"

namespace dkr {
namespace {

/// Done once per process, before the first handshake.
void prepare_tls() {
  [[maybe_unused]] static const bool done = [] {
    // An image may have no openssl.cnf, and one that it has is not meant for us.
    return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
  }();
}

struct FreeTls {
  void operator()(redisSSLContext* context) const noexcept { redisFreeSSLContext(context); }
};

const char* path_or_null(const std::string& path) {
  return path.empty() ? nullptr : path.c_str();
}

}  // namespace

Words::Words(const std::vector<std::string>& command) {
  for (const std::string& word : command) {
    begins.push_back(word.data());
    lengths.push_back(word.size());
  }
}

std::vector<std::string> auth_command(const Access& access) {
  std::vector<std::string> command{"AUTH"};
  if (!access.user.empty()) {
    command.push_back(access.user);
  }
  command.push_back(access.password);
  return command;
}

Failure failure_of(const redisContext& context) {
  const int error = context.err == REDIS_ERR_IO ? errno : 0;
  // hiredis reports an expired SO_RCVTIMEO as EAGAIN.
  if (context.err == REDIS_ERR_TIMEOUT || error == EAGAIN || error == EINPROGRESS ||
      error == ETIMEDOUT) {
    return too_late();
  }
  // ENOENT: the server has not made its socket yet.
  const bool nobody = error == ECONNREFUSED || error == ENOENT;
  return {nobody ? Failure::Kind::refused_connection : Failure::Kind::silent, context.errstr};
}

Failure failure_of(const redisContext& context, const std::optional<TlsFiles>& tls) {
  Failure why = failure_of(context);
  const bool closed = why.kind == Failure::Kind::silent && why.text != too_late().text;
  const std::string flaw =
      closed && tls ? flaw_of_certificate(tls->certificate, tls->authority) : std::string();
  if (!flaw.empty()) {
    why.text += " (it does not accept REDIS_TLS_CERT_FILE: " + flaw + ")";
  }
  return why;
}

Result<Done, Failure> agree_on_tls(redisContext& context, const TlsFiles& files) {
  prepare_tls();
  redisSSLContextError error = REDIS_SSL_CTX_NONE;
  redisSSLOptions options{};
  options.cacert_filename = path_or_null(files.authority);
  options.cert_filename = path_or_null(files.certificate);
  options.private_key_filename = path_or_null(files.key);
  options.verify_mode = files.authority.empty() ? REDIS_SSL_VERIFY_NONE : REDIS_SSL_VERIFY_PEER;
  const std::unique_ptr<redisSSLContext, FreeTls> tls(
      redisCreateSSLContextWithOptions(&options, &error));
  if (!tls) {
    return Failure{Failure::Kind::silent, redisSSLContextGetError(error)};
  }
  if (redisInitiateSSLWithContext(&context, tls.get()) != REDIS_OK) {
    Failure why = failure_of(context, files);
    why.text.insert(0, "TLS: ");
    return why;
  }
  return Done{};
}

}  // namespace dkr
