// Apps: what is drawn and checked when one is made, settings by name, and noticing what others
// wrote.
#include "room/apps.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/random.h"
#include "store/testing/memory_store.h"

namespace plaza::room {
namespace {

TEST(AppRow, DrawsKeysOfTheirForms) {
  base::SeededRandom random(1);
  const auto row = MakeAppRow({"demo"}, random);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->id, 0u);
  EXPECT_EQ(row->secret_key.size(), 64u);
  EXPECT_EQ(row->secret_key.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(row->app_id.size(), 24u);
  EXPECT_EQ(row->app_key.size(), 32u);
  EXPECT_NE(MakeAppRow({"demo"}, random)->secret_key, row->secret_key);
}

TEST(AppRow, TakesChosenNumbersAndKeysThatAreLegal) {
  base::SeededRandom random(1);
  const std::string key(64, 'A');
  const auto row = MakeAppRow({"demo", 1'400'000'007, key}, random);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->id, 1'400'000'007u);
  EXPECT_EQ(row->secret_key, key);
  const std::pair<NewApp, const char*> kBad[] = {{{""}, "name"},
                                                 {{std::string(65, 'x')}, "name"},
                                                 {{"a\nb"}, "name"},
                                                 {{"demo", 1'399'999'999}, "id"},
                                                 {{"demo", 0, "abc"}, "key"},
                                                 {{"demo", 0, std::string(64, 'g')}, "key"}};
  for (const auto& [wanted, field] : kBad)
    EXPECT_EQ(MakeAppRow(wanted, random).error().field, field);
}

TEST(AppSettings, ReadsKnownKeysAndNamesTheWrongOne) {
  const auto settings = ParseAppSettings({{"advanced_permission", "true"},
                                          {"limits.rtc_members", "7"},
                                          {"limits.rtc_publishers", "6"},
                                          {"limits.live_anchors", "5"},
                                          {"limits.live_audience", "0"}});
  ASSERT_TRUE(settings.ok());
  EXPECT_TRUE(settings->advanced_permission);
  EXPECT_EQ(settings->limits.rtc_members, 7u);
  EXPECT_EQ(settings->limits.rtc_publishers, 6u);
  EXPECT_EQ(settings->limits.live_anchors, 5u);
  EXPECT_EQ(settings->limits.live_audience, 0u);
  EXPECT_EQ(ParseAppSettings({{"colour", "red"}}).error().field, "colour");
  for (const char* bad : {"", "-1", "1x", "4294967296", "1.5"})
    EXPECT_EQ(ParseAppSettings({{"limits.rtc_members", bad}}).error().field, "limits.rtc_members")
        << bad;
  EXPECT_FALSE(ParseAppSettings({{"advanced_permission", "yes"}}).ok());
}

TEST(AppSettings, TheDefaultsThatAreListedAreTheDefaults) {
  std::map<std::string, std::string> texts;
  for (const AppSettingInfo& info : AppSettingInfos()) texts[info.key] = info.default_value;
  const AppSettings listed = *ParseAppSettings(texts), fresh;
  EXPECT_EQ(listed.advanced_permission, fresh.advanced_permission);
  EXPECT_EQ(listed.limits.rtc_members, fresh.limits.rtc_members);
  EXPECT_EQ(listed.limits.rtc_publishers, fresh.limits.rtc_publishers);
  EXPECT_EQ(listed.limits.live_anchors, fresh.limits.live_anchors);
  EXPECT_EQ(listed.limits.live_audience, fresh.limits.live_audience);
}

TEST(AppSettings, AStoredSettingOfANewerVersionIsLeftOut) {
  const App app = AppFromRow(
      {1'400'000'000, "demo", "", "", "", 0, {{"newer", "1"}, {"limits.rtc_members", "3"}}});
  EXPECT_EQ(app.settings.limits.rtc_members, 3u);
}

class AppsTest : public testing::Test {
 protected:
  void Run() {
    while (!tasks_.empty()) {
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  uint32_t Create(const std::string& name) {
    uint32_t id = 0;
    apps_.Create({name}, [&](base::Result<App> app) { id = app->id.value(); });
    Run();
    return id;
  }

  std::deque<std::function<void()>> tasks_;
  base::FakeClock clock_;
  base::SeededRandom random_{1};
  store::MemoryData data_;
  store::MemoryStore store_{data_, [this](auto task) { tasks_.push_back(std::move(task)); }};
  Apps apps_{store_, clock_, random_};
};

TEST_F(AppsTest, MakesFindsAndListsApps) {
  const SdkAppId id(Create("demo"));
  EXPECT_EQ(id.value(), kFirstSdkAppId);
  ASSERT_NE(apps_.Find(id), nullptr);
  EXPECT_EQ(apps_.Find(id)->name, "demo");
  EXPECT_EQ(apps_.Find(SdkAppId(5)), nullptr);
  Create("second");
  ASSERT_EQ(apps_.List().size(), 2u);
  EXPECT_EQ(apps_.List()[1].name, "second");
}

TEST_F(AppsTest, PollsWhatAnotherProcessWrote) {
  apps_.Refresh([](base::Status) {});
  Run();
  data_.apps[1'400'000'003] = {1'400'000'003, "cli", "k", "a", "b", 0, {}};
  ++data_.apps_version;
  EXPECT_EQ(apps_.NextDeadline(), clock_.Now() + kAppsPollInterval);
  clock_.Advance(kAppsPollInterval);
  apps_.HandleTimeout(clock_.Now());
  Run();
  EXPECT_NE(apps_.Find(SdkAppId(1'400'000'003)), nullptr);
  EXPECT_EQ(apps_.NextDeadline(), clock_.Now() + kAppsPollInterval);
}

TEST_F(AppsTest, RefreshesOnDemandButNotTooOften) {
  int answers = 0;
  const auto count = [&](base::Status status) { answers += status.ok(); };
  apps_.Refresh(count);
  apps_.Refresh(count);
  Run();
  EXPECT_EQ(answers, 2);
  apps_.Refresh(count);
  EXPECT_EQ(answers, 3) << "asked a moment ago";
  EXPECT_TRUE(tasks_.empty());
  clock_.Advance(kAppsRefreshInterval);
  apps_.Refresh(count);
  EXPECT_FALSE(tasks_.empty());
}

TEST_F(AppsTest, SettingsHoldAtOnceAndAWrongOneChangesNothing) {
  const SdkAppId id(Create("demo"));
  base::Status result;
  apps_.Set(id, {{"limits.rtc_members", "2"}}, [&](base::Status status) { result = status; });
  Run();
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(apps_.Find(id)->settings.limits.rtc_members, 2u);
  apps_.Set(id, {{"limits.rtc_members", "3"}, {"x", "y"}},
            [&](base::Status status) { result = status; });
  Run();
  EXPECT_EQ(result.error().field, "x");
  EXPECT_EQ(data_.apps[id.value()].settings["limits.rtc_members"], "2");
  apps_.Set(SdkAppId(9), {{"limits.rtc_members", "3"}},
            [&](base::Status status) { result = status; });
  Run();
  EXPECT_EQ(result.error().kind, base::ErrorKind::kNotFound);
}

TEST_F(AppsTest, KeepsWhatItKnowsWhenTheStoreFails) {
  const SdkAppId id(Create("demo"));
  data_.broken = true;
  base::Status result;
  apps_.Refresh([&](base::Status status) { result = status; });
  Run();
  EXPECT_FALSE(result.ok());
  EXPECT_NE(apps_.Find(id), nullptr);
}

}  // namespace
}  // namespace plaza::room
