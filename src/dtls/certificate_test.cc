// Certificates and fingerprints.
#include "dtls/certificate.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <cctype>

#include "base/random.h"

namespace plaza::dtls {
namespace {

Certificate Make() { return Certificate::Generate(base::FakeClock().WallNow()).value(); }

TEST(Certificate, EachHasAKeyOfItsOwn) {
  EXPECT_FALSE(Make().fingerprint() == Make().fingerprint());
}

TEST(Certificate, IsTheSameAfterPem) {
  const Certificate made = Make();
  const auto loaded = Certificate::FromPem(made.ToPem());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_TRUE(loaded->fingerprint() == made.fingerprint());
  EXPECT_EQ(loaded->ToPem(), made.ToPem());
}

TEST(Certificate, IsValidAroundTheGivenTime) {
  const base::WallTime now = base::FakeClock().WallNow();
  const auto made = Certificate::Generate(now).value();
  time_t then = base::UnixSeconds(now);
  EXPECT_LT(X509_cmp_time(X509_get0_notBefore(made.x509()), &then), 0);
  EXPECT_GT(X509_cmp_time(X509_get0_notAfter(made.x509()), &then), 0);
}

TEST(Certificate, RefusesPemThatIsNotBothParts) {
  const std::string pem = Make().ToPem();
  const size_t second = pem.find("-----BEGIN CERTIFICATE");
  const std::string key = pem.substr(0, second);
  const std::string certificate = pem.substr(second);
  EXPECT_FALSE(Certificate::FromPem("").ok());
  EXPECT_FALSE(Certificate::FromPem("nonsense").ok());
  EXPECT_FALSE(Certificate::FromPem(key).ok());
  EXPECT_FALSE(Certificate::FromPem(certificate).ok());
  EXPECT_TRUE(Certificate::FromPem(certificate + key).ok());
  const std::string other = Make().ToPem();
  EXPECT_FALSE(Certificate::FromPem(key + other.substr(other.find("-----BEGIN CERT"))).ok());
  EXPECT_FALSE(Certificate::FromPem(std::string(1 << 20, '-')).ok());
}

TEST(Certificate, RefusesAnEncryptedKeyWithoutAsking) {
  constexpr std::string_view kEncrypted =
      "-----BEGIN EC PRIVATE KEY-----\n"
      "Proc-Type: 4,ENCRYPTED\n"
      "DEK-Info: AES-128-CBC,000102030405060708090A0B0C0D0E0F\n\n"
      "AAAAAAAAAAAAAAAAAAAAAA==\n"
      "-----END EC PRIVATE KEY-----\n";
  EXPECT_FALSE(Certificate::FromPem(kEncrypted).ok());
}

TEST(Fingerprint, IsTheSameAfterText) {
  for (const Hash hash : {Hash::kSha256, Hash::kSha384, Hash::kSha512}) {
    const auto fingerprint = Fingerprint::Of(hash, base::AsBytes("certificate"));
    const auto parsed = Fingerprint::Parse(fingerprint.ToString());
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(*parsed == fingerprint);
  }
}

TEST(Fingerprint, IsWrittenAsSdpWantsIt) {
  // The SHA-256 of nothing.
  EXPECT_EQ(Fingerprint::Of(Hash::kSha256, {}).ToString(),
            "sha-256 E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:"
            "95:99:1B:78:52:B8:55");
}

TEST(Fingerprint, IsReadInEitherCase) {
  const auto fingerprint = Fingerprint::Of(Hash::kSha256, base::AsBytes("certificate"));
  std::string text = fingerprint.ToString();
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  EXPECT_TRUE(Fingerprint::Parse(text) == fingerprint);
  text.replace(0, 7, "SHA-256");
  EXPECT_TRUE(Fingerprint::Parse(text) == fingerprint);
}

TEST(Fingerprint, IsNotReadFromAnythingElse) {
  const std::string good = Fingerprint::Of(Hash::kSha256, {}).ToString();
  for (const std::string& bad :
       {std::string(), std::string("sha-256"), std::string("sha-256 "), good + ":00", good + ":",
        good.substr(0, good.size() - 1), good.substr(0, good.size() - 3), "sha-1" + good.substr(7),
        "sha-384" + good.substr(7), std::string("sha-256  ") + good.substr(8)}) {
    EXPECT_FALSE(Fingerprint::Parse(bad)) << bad;
  }
  std::string letter = good;
  letter[8] = 'G';
  EXPECT_FALSE(Fingerprint::Parse(letter));
  std::string dash = good;
  dash[10] = '-';
  EXPECT_FALSE(Fingerprint::Parse(dash));
}

TEST(Fingerprint, MatchesByItsOwnHash) {
  const auto certificate = base::AsBytes("certificate");
  const Fingerprint sha512 = Fingerprint::Of(Hash::kSha512, certificate);
  const Fingerprint other = Fingerprint::Of(Hash::kSha256, base::AsBytes("other"));
  EXPECT_TRUE(MatchesAny(std::vector{other, sha512}, certificate));
  EXPECT_FALSE(MatchesAny(std::vector{other}, certificate));
  EXPECT_FALSE(MatchesAny({}, certificate));
  EXPECT_FALSE(MatchesAny(std::vector{Fingerprint{}}, certificate));
}

}  // namespace
}  // namespace plaza::dtls
