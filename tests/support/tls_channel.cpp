#include "tests/support/tls_channel.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace det::testing {
namespace {

template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Text = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using Settings = std::shared_ptr<SSL_CTX>;

std::string contents(BIO* text) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate self_signed(EVP_PKEY* key, const std::string& names) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto* common_name = reinterpret_cast<const unsigned char*>("loopback");
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  add_extension(certificate.get(), NID_subject_alt_name, names);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

// Notes the protocols that a client offers, each behind its length as ALPN sends them, and chooses none.
int note_protocols(SSL*, const unsigned char**, unsigned char*, const unsigned char* in, unsigned size,
                   void* noted) {
  static_cast<std::string*>(noted)->assign(reinterpret_cast<const char*>(in), size);
  return SSL_TLSEXT_ERR_NOACK;
}

Settings server_settings(const TlsIdentity& identity, std::string& offered) {
  const Settings settings(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const Text certificate_text(BIO_new_mem_buf(identity.certificate_pem.c_str(), -1));
  const Text key_text(BIO_new_mem_buf(identity.key_pem.c_str(), -1));
  const Certificate certificate(PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
  const Key key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  const bool usable = SSL_CTX_use_certificate(settings.get(), certificate.get()) == 1 &&
                      SSL_CTX_use_PrivateKey(settings.get(), key.get()) == 1;
  if (!usable) throw std::runtime_error("the test's certificate cannot be used");
  SSL_CTX_set_alpn_select_cb(settings.get(), note_protocols, &offered);
  return settings;
}

class TlsChannel final : public Channel {
 public:
  TlsChannel(Settings settings, int socket)
      : settings_(std::move(settings)), connection_(SSL_new(settings_.get())) {
    SSL_set_fd(connection_.get(), socket);
    SSL_set_accept_state(connection_.get());
  }

  ssize_t receive(char* bytes, std::size_t size) override {
    return SSL_read(connection_.get(), bytes, static_cast<int>(size));
  }
  ssize_t send(const char* bytes, std::size_t size) override {
    return SSL_write(connection_.get(), bytes, static_cast<int>(size));
  }

 private:
  Settings settings_;
  std::unique_ptr<SSL, Freeing<SSL_free>> connection_;
};

}  // namespace

TlsIdentity tls_identity(const std::string& names) {
  const Key key(EVP_EC_gen("P-256"));
  const auto certificate = self_signed(key.get(), names);
  const Text certificate_text(BIO_new(BIO_s_mem()));
  const Text key_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_text.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {contents(certificate_text.get()), contents(key_text.get())};
}

ChannelFactory tls_channels(const TlsIdentity& identity, std::string& offered) {
  return [settings = server_settings(identity, offered)](int socket) {
    return std::make_unique<TlsChannel>(settings, socket);
  };
}

}  // namespace det::testing
