#include "api/whip/target.h"

#include <gtest/gtest.h>

namespace plaza::api {
namespace {

net::HttpRequest Request(std::string path, std::string query = "") {
  net::HttpRequest request;
  request.raw_path = std::move(path);
  request.query = std::move(query);
  return request;
}

std::string FieldOf(const std::string& path, const std::string& query = "") {
  const auto target = ReadWhipTarget(Request(path, query));
  return target ? "none" : target.error().field;
}

TEST(WhipTarget, NamesAppRoomAndUser) {
  const auto target = ReadWhipTarget(Request("/whip/1400000001/123/alice"));
  ASSERT_TRUE(target.ok());
  EXPECT_FALSE(target->egress);
  EXPECT_EQ(target->sdk_app_id, 1400000001u);
  EXPECT_EQ(target->room_id, 123u);
  EXPECT_FALSE(target->str_room_id);
  EXPECT_EQ(target->user_id, "alice");
  EXPECT_EQ(target->session, "");
}

TEST(WhipTarget, ANumberIsATextRoomIfTheQuerySaysSo) {
  const auto target = ReadWhipTarget(Request("/whep/1/123/alice", "roomType=string"));
  ASSERT_TRUE(target.ok());
  EXPECT_TRUE(target->egress);
  EXPECT_FALSE(target->room_id);
  EXPECT_EQ(target->str_room_id, "123");
}

TEST(WhipTarget, SegmentsAreDecoded) {
  const auto target = ReadWhipTarget(Request("/whip/1/a%20room%2F/alice"));
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->str_room_id, "a room/");
}

TEST(WhipTarget, NamesASessionAndItsPart) {
  const auto target = ReadWhipTarget(Request("/whep/1/2/alice/x-y_z/layer"));
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->session, "x-y_z");
  EXPECT_EQ(target->part, "layer");
}

TEST(WhipTarget, TakesTheQuery) {
  const auto target = ReadWhipTarget(
      Request("/whep/1/2/alice", "streamType=aux&scene=live&from=bob&privateMapKey=k%2B"));
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->stream, signal::StreamType::kAux);
  EXPECT_EQ(target->scene, signal::Scene::kLive);
  EXPECT_EQ(target->from, "bob");
  EXPECT_EQ(target->private_map_key, "k+");
}

TEST(WhipTarget, ErrorsNameWhatBreaksTheRule) {
  EXPECT_EQ(FieldOf("/whip/abc/1/alice"), "sdkAppId");
  EXPECT_EQ(FieldOf("/whip/1/%zz/alice"), "roomId");
  EXPECT_EQ(FieldOf("/whip/1/abc/alice", "roomType=number"), "roomId");
  EXPECT_EQ(FieldOf("/whip/1/1/alice", "roomType=text"), "roomType");
  EXPECT_EQ(FieldOf("/whip/1/1/%0"), "userId");
  EXPECT_EQ(FieldOf("/whip/1/1/alice", "streamType=side"), "streamType");
  EXPECT_EQ(FieldOf("/whip/1/1/alice", "scene=stage"), "scene");
  EXPECT_EQ(FieldOf("/whip/1/1/alice", "from=bob"), "from");
}

TEST(WhipTarget, OtherPathsAreNotFound) {
  for (const char* path : {"/whip/1/1", "/whip/1/1/a/b/c/d", "/whap/1/1/a", "/whip/1/1/a/", ""}) {
    const auto target = ReadWhipTarget(Request(path));
    ASSERT_FALSE(target.ok()) << path;
    EXPECT_EQ(target.error().kind, base::ErrorKind::kNotFound) << path;
  }
}

TEST(BearerToken, IsTheHeaderFieldOrElseTheQuery) {
  net::HttpRequest request = Request("/", "token=of-query");
  EXPECT_EQ(BearerToken(request), "of-query");
  request.headers.Set("Authorization", "Basic abc");
  EXPECT_EQ(BearerToken(request), "of-query");
  request.headers.Set("Authorization", "bearer  of-field");
  EXPECT_EQ(BearerToken(request), "of-field");
}

}  // namespace
}  // namespace plaza::api
