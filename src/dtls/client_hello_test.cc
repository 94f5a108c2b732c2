// A client that is plain OpenSSL: ClientHellos larger than a datagram, as Chromium sends them, and
// RSA.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "dtls/context.h"
#include "dtls/internal/datagram_bio.h"
#include "dtls/internal/records.h"
#include "dtls/testing/link.h"
#include "dtls/testing/simulated_openssl.h"

namespace plaza::dtls {
namespace {

// An OpenSSL client whose hello carries `padding` bytes of protocol names.
class PlainClient {
 public:
  PlainClient(X509* certificate, EVP_PKEY* key, size_t padding)
      : context_(SSL_CTX_new(DTLS_client_method()), &SSL_CTX_free) {
    SSL_CTX* c = context_.get();
    SSL_CTX_set_options(c, SSL_OP_NO_QUERY_MTU);
    EXPECT_EQ(SSL_CTX_use_certificate(c, certificate), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(c, key), 1);
    EXPECT_EQ(SSL_CTX_set_tlsext_use_srtp(c, "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM"), 0);
    ssl_.reset(SSL_new(c));
    std::string protocols;
    while (protocols.size() < padding) protocols += std::string("\x0f") + std::string(15, 'p');
    EXPECT_EQ(
        SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned int>(protocols.size())),
        0);
    BIO* bio = NewDatagramBio(&port_);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_mtu(ssl_.get(), kMaxDatagramSize);
    SSL_set_connect_state(ssl_.get());
  }

  // Gives the client a datagram (or nothing) and returns what it sends.
  std::vector<base::Bytes> Handle(base::ByteView datagram) {
    port_.input = datagram;
    connected_ = SSL_do_handshake(ssl_.get()) == 1;
    std::vector<base::Bytes> datagrams;
    const base::Bytes output = std::exchange(port_.output, {});
    for (base::ByteView rest = output; !rest.empty();) {
      const base::ByteView next = TakeDatagram(rest, kMaxDatagramSize);
      datagrams.emplace_back(next.begin(), next.end());
      rest = rest.subspan(next.size());
    }
    return datagrams;
  }

  bool connected() const { return connected_; }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  DatagramPort port_;
  bool connected_ = false;
};

class ClientHelloTest : public ::testing::Test {
 protected:
  void SetUp() override { Expect(certificate_.fingerprint()); }

  void Expect(const Fingerprint& fingerprint) {
    server_.transport = context_->Create({.remote_fingerprints = {fingerprint}}, server_).value();
  }

  void Deliver(const std::vector<base::Bytes>& datagrams) {
    for (const base::Bytes& datagram : datagrams) {
      server_.transport->HandleDatagram(datagram, clock_.Now());
    }
  }

  void FinishHandshake(PlainClient& client) {
    while (!server_.sent.empty()) {
      const base::Bytes datagram = server_.sent.front();
      server_.sent.pop_front();
      Deliver(client.Handle(datagram));
    }
    EXPECT_TRUE(client.connected());
    EXPECT_EQ(server_.connected, 1) << server_.failure;
    EXPECT_EQ(server_.keys.profile, SrtpProfile::kAeadAes128Gcm);
  }

  base::FakeClock clock_;
  testing::SimulatedOpenSsl openssl_{clock_, 8};
  Certificate certificate_ = Certificate::Generate(clock_.WallNow()).value();
  std::unique_ptr<Context> context_ =
      Context::Create(Certificate::Generate(clock_.WallNow()).value()).value();
  testing::Endpoint server_;
};

TEST_F(ClientHelloTest, InTwoDatagramsIsAnswered) {
  PlainClient client(certificate_.x509(), certificate_.key(), 1300);
  const auto hello = client.Handle({});
  ASSERT_EQ(hello.size(), 2u);
  Deliver({hello[0]});
  EXPECT_TRUE(server_.sent.empty());
  Deliver({hello[1]});
  EXPECT_FALSE(server_.sent.empty());
  FinishHandshake(client);
}

TEST_F(ClientHelloTest, InTwoDatagramsThatOvertakeEachOtherIsAnswered) {
  PlainClient client(certificate_.x509(), certificate_.key(), 1300);
  const auto hello = client.Handle({});
  ASSERT_EQ(hello.size(), 2u);
  Deliver({hello[1], hello[0]});
  FinishHandshake(client);
}

TEST_F(ClientHelloTest, SentTwiceIsAnsweredOnce) {
  PlainClient client(certificate_.x509(), certificate_.key(), 1300);
  const auto hello = client.Handle({});
  Deliver(hello);
  const size_t answered = server_.sent.size();
  Deliver(hello);
  EXPECT_EQ(server_.sent.size(), answered);
  FinishHandshake(client);
}

TEST_F(ClientHelloTest, OfManyDatagramsIsAnswered) {
  PlainClient client(certificate_.x509(), certificate_.key(), 6000);
  const auto hello = client.Handle({});
  ASSERT_GE(hello.size(), 5u);
  Deliver(hello);
  FinishHandshake(client);
}

TEST_F(ClientHelloTest, AClientMayHaveAnRsaCertificate) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_dup(certificate_.x509()), &X509_free);
  ASSERT_EQ(X509_set_pubkey(x509.get(), key.get()), 1);
  ASSERT_GT(X509_sign(x509.get(), key.get(), EVP_sha256()), 0);
  base::Bytes der(static_cast<size_t>(i2d_X509(x509.get(), nullptr)));
  uint8_t* end = der.data();
  i2d_X509(x509.get(), &end);
  Expect(Fingerprint::Of(Hash::kSha384, der));

  PlainClient client(x509.get(), key.get(), 0);
  Deliver(client.Handle({}));
  FinishHandshake(client);
}

}  // namespace
}  // namespace plaza::dtls
