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
                           {"data", ""},
                           {"http.idle_seconds", "0"},
                           {"http.max_connections_per_address", "0"},
                           {"drain_seconds", "-1"},
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

TEST(Config, PrintedTomlCarriesControlCharacters) {
  Config config, again;
  for (char c = 1; c < 0x20; ++c) config.data += c;
  config.data += "\x7f\\ \xc3\xa9";
  config.rtc_announce = {"one\ntwo"};
  const base::Status applied = ApplyToml(again, PrintToml(config), "printed");
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  EXPECT_EQ(again.data, config.data);
  EXPECT_EQ(again.rtc_announce, config.rtc_announce);
}

TEST(Config, ErrorsStayOnOneLineWhateverTheValue) {
  Config config;
  config.http_listen = "one\ntwo";
  EXPECT_EQ(Validate(config).error().message.find('\n'), std::string::npos);
}

TEST(Config, EveryWorkerNeedsAPort) {
  Config config;
  config.rtc_listen = {"127.0.0.1:7000", "127.0.0.1:65534"};
  config.rtc_workers = 2;
  EXPECT_TRUE(Validate(config).ok());
  config.rtc_workers = 3;
  const auto status = Validate(config);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().field, "rtc.listen");
  EXPECT_NE(status.error().message.find("65535"), std::string::npos) << status.error().message;
  config.rtc_listen = {"127.0.0.1:0"};  // each takes a free one
  EXPECT_TRUE(Validate(config).ok());
}

TEST(Config, NamesWhatAReloadCannotTakeOver) {
  Config running, changed;
  changed.log_level = "debug";
  EXPECT_EQ(KeysThatNeedARestart(running, changed), std::vector<std::string>{});
  changed.rtc_workers = 7;
  changed.rtc_announce = {"1.2.3.4"};
  EXPECT_EQ(KeysThatNeedARestart(running, changed),
            (std::vector<std::string>{"rtc.announce", "rtc.workers"}));
}

}  // namespace
}  // namespace plaza::app
