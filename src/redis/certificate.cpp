#include "dkr/redis/certificate.hpp"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace dkr {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    free(object);
  }
};

void free_chain(STACK_OF(X509) * chain) noexcept {
  sk_X509_pop_free(chain, X509_free);
}

using File = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Chain = std::unique_ptr<STACK_OF(X509), Free<free_chain>>;
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using Check = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;

std::string reason(int error) {
  std::string text = X509_verify_cert_error_string(error);
  return error == X509_V_ERR_INVALID_PURPOSE ? text + ": extendedKeyUsage lacks clientAuth" : text;
}

}  // namespace

std::string flaw_of_certificate(const std::string& certificate, const std::string& authority) {
  const File file(BIO_new_file(certificate.c_str(), "r"));
  const Certificate own(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
  const Chain others(sk_X509_new_null());
  while (X509* next = own ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr) {
    sk_X509_push(others.get(), next);
  }
  const Store store(X509_STORE_new());
  const Check check(X509_STORE_CTX_new());
  if (!own || X509_STORE_load_locations(store.get(), authority.c_str(), nullptr) != 1 ||
      X509_STORE_CTX_init(check.get(), store.get(), own.get(), others.get()) != 1 ||
      X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_CLIENT) != 1) {
    return {};
  }
  return X509_verify_cert(check.get()) == 1 ? std::string()
                                            : reason(X509_STORE_CTX_get_error(check.get()));
}

}  // namespace dkr
