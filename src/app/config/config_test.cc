#include "app/config/config.h"

#include <gtest/gtest.h>

namespace plaza::app {
namespace {

std::string FieldOf(const base::Status& status) { return status.ok() ? "" : status.error().field; }

TEST(Config, DefaultsAreValid) {
  const Config config;
  EXPECT_TRUE(Validate(config).ok());
  ASSERT_EQ(RtcAddresses(config).size(), 1u);
  EXPECT_EQ(RtcAddresses(config)[0].ToString(), "127.0.0.1:7000");
}

TEST(Config, TakesTomlTablesAndDottedKeys) {
  Config config;
  ASSERT_TRUE(ApplyToml(config,
                        "http.listen = \"[::1]:9\"\n[rtc]\nworkers = 3\nannounce = [\"1.2.3.4\"]\n",
                        "f")
                  .ok());
  EXPECT_EQ(config.http_listen, "[::1]:9");
  EXPECT_EQ(config.rtc_workers, 3);
  EXPECT_EQ(RtcAddresses(config)[0].ToString(), "[::1]:7000");
}

TEST(Config, ListensForMediaOnOneAddressOrSeveral) {
  Config config;
  ASSERT_TRUE(ApplyToml(config, "rtc.listen = \"[::]:7000\"", "f").ok());
  EXPECT_EQ(config.rtc_listen, std::vector<std::string>{"[::]:7000"});
  ASSERT_TRUE(ApplyToml(config, "rtc.listen = [\"127.0.0.1:1\", \"[::1]:2\"]", "f").ok());
  ASSERT_TRUE(Validate(config).ok());
  EXPECT_EQ(RtcAddresses(config)[1].ToString(), "[::1]:2");
  config.rtc_listen.push_back("somewhere");
  EXPECT_EQ(FieldOf(Validate(config)), "rtc.listen");
}

TEST(Config, NamesAnUnknownKeyWithItsLine) {
  Config config;
  const auto status = ApplyToml(config, "\n[http]\nlisen = 3\n", "plaza.toml");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().field, "http.lisen");
  EXPECT_NE(status.error().message.find("plaza.toml line 3"), std::string::npos)
      << status.error().message;
}

TEST(Config, NamesAWrongTypeABrokenFileAndWhatIsNotBuilt) {
  Config config;
  EXPECT_EQ(FieldOf(ApplyToml(config, "rtc.workers = \"two\"", "f")), "rtc.workers");
  EXPECT_EQ(FieldOf(ApplyToml(config, "rtc.workers = ", "f")), "f");
  EXPECT_EQ(FieldOf(ApplyToml(config, "cluster.url = \"nats://x\"", "f")), "cluster.url");
}

TEST(Config, EnvironmentOverridesAndIsChecked) {
  Config config;
  ASSERT_TRUE(ApplyEnvironment(config, [](const char* name) -> const char* {
                return std::string_view(name) == "PLAZA_RTC_ANNOUNCE" ? "1.2.3.4,::1" : nullptr;
              }).ok());
  EXPECT_EQ(config.rtc_announce, (std::vector<std::string>{"1.2.3.4", "::1"}));
  EXPECT_EQ(FieldOf(ApplyEnvironment(config,
                                     [](const char* name) -> const char* {
                                       return std::string_view(name) == "PLAZA_DEMO" ? "yes"
                                                                                     : nullptr;
                                     })),
            "demo");
}

TEST(Config, RefusesAPublicAddressWithoutTls) {
  Config config;
  config.http_listen = "0.0.0.0:8080";
  EXPECT_EQ(FieldOf(Validate(config)), "http.listen");
  config.http_insecure = true;
  EXPECT_TRUE(Validate(config).ok());
}

TEST(Config, RefusesBadValuesByName) {
  for (auto [key, text] : {std::pair{"http.listen", "localhost"},
                           {"rtc.announce", "example.org"},
                           {"log.level", "loud"},
                           {"rtc.workers", "9999"},
                           {"http.tls_cert", "/nowhere.pem"},
                           {"store.url", "mysql://x"}}) {
    Config config;
    for (const Setting& setting : Settings()) {
      if (setting.key != key) continue;
      ASSERT_TRUE(ApplyText(config, setting, text).ok());
    }
    EXPECT_EQ(FieldOf(Validate(config)), key);
  }
}

TEST(Config, PrintedTomlCanBeFedBack) {
  Config config, again;
  config.rtc_announce = {"1.2.3.4"};
  config.data = "a \"quoted\" name";
  ASSERT_TRUE(ApplyToml(again, PrintToml(config), "printed").ok());
  EXPECT_EQ(PrintToml(again), PrintToml(config));
}

}  // namespace
}  // namespace plaza::app
