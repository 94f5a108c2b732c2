// One DTLS 1.2 association on OpenSSL.
#include "dtls/internal/openssl_transport.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/time.h>

#include <algorithm>
#include <utility>

#include "dtls/internal/openssl_error.h"
#include "dtls/internal/records.h"

namespace plaza::dtls {
namespace {

constexpr unsigned int ToMicros(base::Duration d) { return static_cast<unsigned int>(d.count()); }

// OpenSSL's list for SSL_set_tlsext_use_srtp.
std::string ProfileNames(const std::vector<SrtpProfile>& profiles) {
  std::string names;
  for (const SrtpProfile profile : profiles) {
    if (!names.empty()) names += ':';
    names +=
        profile == SrtpProfile::kAeadAes128Gcm ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_SHA1_80";
  }
  return names;
}

}  // namespace

OpenSslTransport::OpenSslTransport(SSL* ssl, const TransportConfig& config,
                                   TransportObserver& observer)
    : ssl_(ssl), config_(config), observer_(observer) {}

OpenSslTransport::~OpenSslTransport() { SSL_free(ssl_); }

base::Status OpenSslTransport::Init() {
  ERR_clear_error();
  BIO* bio = NewDatagramBio(&port_);
  // SSL_set_tlsext_use_srtp() is alone in returning 0 for success.
  if (!bio || SSL_set_app_data(ssl_, this) != 1 ||
      SSL_set_tlsext_use_srtp(ssl_, ProfileNames(config_.srtp_profiles).c_str()) != 0) {
    BIO_free(bio);
    return OpenSslError("making a DTLS transport");
  }
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_mtu(ssl_, kMaxDatagramSize);
  DTLS_set_timer_cb(ssl_, &NextRetransmission);
  if (config_.role == Role::kServer) {
    SSL_set_accept_state(ssl_);
  } else {
    SSL_set_connect_state(ssl_);
  }
  return {};
}

unsigned int OpenSslTransport::NextRetransmission(SSL* ssl, unsigned int last_us) {
  if (last_us == 0) return ToMicros(kFirstRetransmission);
  ++static_cast<OpenSslTransport*>(SSL_get_app_data(ssl))->stats_.retransmissions;
  return std::min(2 * last_us, ToMicros(kMaxRetransmission));
}

int OpenSslTransport::VerifyPeer(X509_STORE_CTX* store, void*) {
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* self = static_cast<OpenSslTransport*>(SSL_get_app_data(ssl));
  uint8_t* der = nullptr;
  const int size = i2d_X509(X509_STORE_CTX_get0_cert(store), &der);
  self->certificate_seen_ = true;
  self->certificate_matches_ =
      size > 0 &&
      MatchesAny(self->config_.remote_fingerprints, base::ByteView(der, static_cast<size_t>(size)));
  OPENSSL_free(der);
  X509_STORE_CTX_set_error(store,
                           self->certificate_matches_ ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return self->certificate_matches_ ? 1 : 0;
}

void OpenSslTransport::Start(base::Time now) {
  if (state_ != TransportState::kNew || config_.role == Role::kServer) return;
  Begin(now);
  Advance(now);
}

void OpenSslTransport::Begin(base::Time now) {
  state_ = TransportState::kConnecting;
  handshake_deadline_ = now + kHandshakeTimeout;
}

void OpenSslTransport::HandleDatagram(base::ByteView datagram, base::Time now) {
  const bool early = state_ == TransportState::kNew && config_.role == Role::kClient;
  if (ended() || early || RecordSize(datagram) == 0) {
    ++stats_.dropped_datagrams;
    return;
  }
  if (state_ == TransportState::kNew) Begin(now);
  port_.input = datagram;
  Advance(now);
  port_.input = {};
}

void OpenSslTransport::HandleTimeout(base::Time now) {
  if (state_ != TransportState::kConnecting) return;
  if (now >= handshake_deadline_) return Fail("the handshake took too long");
  ERR_clear_error();
  if (DTLSv1_handle_timeout(ssl_) < 0) return Fail(TakeOpenSslError());
  Flush();
  UpdateTimer(now);
}

base::Time OpenSslTransport::NextDeadline() const {
  if (state_ != TransportState::kConnecting) return base::kNever;
  return std::min(handshake_deadline_, retransmission_);
}

void OpenSslTransport::Advance(base::Time now) {
  if (state_ == TransportState::kConnecting) Handshake();
  if (state_ == TransportState::kConnected) ReadData();
  // The record buffers, 18 kB, are allocated again when they are needed.
  if (state_ == TransportState::kConnected) (void)SSL_free_buffers(ssl_);
  UpdateTimer(now);
}

void OpenSslTransport::Handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) return FinishHandshake();
  const int error = SSL_get_error(ssl_, result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return Flush();
  if (certificate_seen_ && !certificate_matches_) {
    ERR_clear_error();
    return Fail("the peer's certificate has none of the announced fingerprints");
  }
  Fail("handshake: " + TakeOpenSslError());
}

void OpenSslTransport::FinishHandshake() {
  Flush();
  if (!certificate_matches_) return Fail("the peer showed no certificate");
  const auto keys = ExportKeys();
  if (!keys) return Fail("no SRTP profile in common");
  state_ = TransportState::kConnected;
  observer_.OnDtlsConnected(*keys);
}

// RFC 5764 section 4.2: client key, server key, client salt, server salt.
std::optional<SrtpKeys> OpenSslTransport::ExportKeys() const {
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(ssl_);
  if (!chosen) return std::nullopt;
  SrtpKeys keys;
  keys.profile = static_cast<SrtpProfile>(chosen->id);
  constexpr size_t kKeySize = 16;
  const size_t salt_size = keys.profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14;
  static constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  base::Bytes material(2 * (kKeySize + salt_size));
  if (SSL_export_keying_material(ssl_, material.data(), material.size(), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) != 1) {
    return std::nullopt;
  }
  const auto take = [&](size_t side) {
    const uint8_t* key = material.data() + side * kKeySize;
    const uint8_t* salt = material.data() + 2 * kKeySize + side * salt_size;
    base::Bytes master(key, key + kKeySize);
    master.insert(master.end(), salt, salt + salt_size);
    return master;
  };
  keys.local = take(config_.role == Role::kClient ? 0 : 1);
  keys.remote = take(config_.role == Role::kClient ? 1 : 0);
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

void OpenSslTransport::ReadData() {
  while (state_ == TransportState::kConnected) {
    uint8_t data[kMaxReceivedDataSize];
    ERR_clear_error();
    const int size = SSL_read(ssl_, data, sizeof data);
    if (size > 0) {
      observer_.OnDtlsData({data, static_cast<size_t>(size)});
      continue;
    }
    switch (SSL_get_error(ssl_, size)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return Flush();
      case SSL_ERROR_ZERO_RETURN:
        Close();
        return observer_.OnDtlsClosed();
      default:
        return Fail(TakeOpenSslError());
    }
  }
}

base::Status OpenSslTransport::SendData(base::ByteView data) {
  if (state_ != TransportState::kConnected) {
    return base::Error{base::ErrorKind::kFailedPrecondition, "DTLS is not connected"};
  }
  if (data.empty() || data.size() > kMaxDataSize) {
    return base::InvalidArgument("data", "does not fit one DTLS record");
  }
  ERR_clear_error();
  if (SSL_alloc_buffers(ssl_) != 1 ||
      SSL_write(ssl_, data.data(), static_cast<int>(data.size())) <= 0) {
    return OpenSslError("sending DTLS data");
  }
  Flush();
  return {};
}

void OpenSslTransport::Close() {
  if (ended()) return;
  const bool connected =
      std::exchange(state_, TransportState::kClosed) == TransportState::kConnected;
  if (!connected) return;
  ERR_clear_error();
  if (SSL_alloc_buffers(ssl_) == 1) SSL_shutdown(ssl_);
  ERR_clear_error();
  Flush();
}

void OpenSslTransport::Fail(const std::string& reason) {
  state_ = TransportState::kFailed;
  Flush();  // The alert, if OpenSSL wrote one.
  observer_.OnDtlsFailed(reason);
}

void OpenSslTransport::UpdateTimer(base::Time now) {
  retransmission_ = base::kNever;
  timeval remaining{};
  if (state_ == TransportState::kConnecting && DTLSv1_get_timeout(ssl_, &remaining) == 1) {
    retransmission_ =
        now + std::chrono::seconds(remaining.tv_sec) + base::Duration(remaining.tv_usec);
  }
}

void OpenSslTransport::Flush() {
  const base::Bytes records = std::exchange(port_.output, {});
  base::ByteView rest = records;
  while (!rest.empty()) {
    const base::ByteView datagram = TakeDatagram(rest, kMaxDatagramSize);
    observer_.OnDtlsDatagram(datagram);
    rest = rest.subspan(datagram.size());
  }
}

}  // namespace plaza::dtls
