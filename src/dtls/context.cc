// The real DTLS: transports on OpenSSL, sharing one certificate and its settings.
#include "dtls/context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "dtls/internal/openssl_error.h"
#include "dtls/internal/openssl_transport.h"

namespace plaza::dtls {
namespace {

constexpr char kCiphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384";
constexpr char kGroups[] = "X25519:P-256";
/// Bound on what a peer may make us hold for its certificates.
constexpr long kMaxCertificateListSize = 16 * 1024;

std::shared_ptr<SSL_CTX> MakeContext(const SSL_METHOD* method, const Certificate& certificate) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), &SSL_CTX_free);
  if (!context) return nullptr;
  SSL_CTX* c = context.get();
  SSL_CTX_set_options(c, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                             SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(c, kMaxCertificateListSize);
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(c, &OpenSslTransport::VerifyPeer, nullptr);
  const bool ready = SSL_CTX_set_min_proto_version(c, DTLS1_2_VERSION) == 1 &&
                     SSL_CTX_set_max_proto_version(c, DTLS1_2_VERSION) == 1 &&
                     SSL_CTX_set_cipher_list(c, kCiphers) == 1 &&
                     SSL_CTX_set1_groups_list(c, kGroups) == 1 &&
                     // Sizes OpenSSL's write buffer, which would hold 16 kB.
                     SSL_CTX_set_max_send_fragment(c, kMaxDatagramSize) == 1 &&
                     SSL_CTX_use_certificate(c, certificate.x509()) == 1 &&
                     SSL_CTX_use_PrivateKey(c, certificate.key()) == 1;
  return ready ? context : nullptr;
}

}  // namespace

base::Result<std::unique_ptr<Context>> Context::Create(const Certificate& certificate) {
  ERR_clear_error();
  std::unique_ptr<Context> context(new Context(certificate));
  context->client_ = MakeContext(DTLS_client_method(), certificate);
  context->server_ = MakeContext(DTLS_server_method(), certificate);
  if (!context->client_ || !context->server_) return OpenSslError("making a DTLS context");
  return context;
}

base::Result<std::unique_ptr<Transport>> Context::Create(const TransportConfig& config,
                                                         TransportObserver& observer) {
  if (config.remote_fingerprints.empty()) {
    return base::InvalidArgument("remote_fingerprints", "the peer's SDP names no fingerprint");
  }
  if (config.srtp_profiles.empty()) {
    return base::InvalidArgument("srtp_profiles", "no SRTP profile is allowed");
  }
  ERR_clear_error();
  SSL* ssl = SSL_new(config.role == Role::kClient ? client_.get() : server_.get());
  if (!ssl) return OpenSslError("making a DTLS transport");
  auto transport = std::make_unique<OpenSslTransport>(ssl, config, observer);
  if (auto status = transport->Init(); !status) return status.error();
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace plaza::dtls
