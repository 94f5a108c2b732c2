// Ranges, entity tags and dates.
#include "net/internal/file_body.h"

#include <gtest/gtest.h>

#include "net/internal/http_head.h"

namespace plaza::net {
namespace {

using Kind = ByteRange::Kind;

TEST(ParseByteRange, OnePart) {
  const auto expect = [](const char* field, uint64_t first, uint64_t last) {
    const ByteRange range = ParseByteRange(field, 100);
    EXPECT_EQ(range.kind, Kind::kPart) << field;
    EXPECT_EQ(range.first, first) << field;
    EXPECT_EQ(range.last, last) << field;
  };
  expect("bytes=0-0", 0, 0);
  expect("bytes=10-", 10, 99);
  expect("bytes=10-1000", 10, 99);
  expect("bytes=-1", 99, 99);
  expect("bytes=-1000", 0, 99);
}

TEST(ParseByteRange, WhatIsNotUnderstoodIsTheWholeFile) {
  for (const char* field :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,3-4", "items=0-1",
        "bytes=99999999999999999999999-", "bytes=-99999999999999999999999"})
    EXPECT_EQ(ParseByteRange(field, 100).kind, Kind::kWhole) << field;
}

TEST(ParseByteRange, OutsideIsUnsatisfiable) {
  for (const char* field : {"bytes=100-", "bytes=100-200", "bytes=-0"})
    EXPECT_EQ(ParseByteRange(field, 100).kind, Kind::kUnsatisfiable) << field;
  EXPECT_EQ(ParseByteRange("bytes=0-", 0).kind, Kind::kUnsatisfiable);
  EXPECT_EQ(ParseByteRange("bytes=-5", 0).kind, Kind::kUnsatisfiable);
}

TEST(EtagMatches, ListsWeakTagsAndTheStar) {
  EXPECT_TRUE(EtagMatches("\"a\"", "\"a\""));
  EXPECT_TRUE(EtagMatches("\"x\", W/\"a\" ", "\"a\""));
  EXPECT_TRUE(EtagMatches(" * ", "\"a\""));
  EXPECT_FALSE(EtagMatches("\"b\", \"c\"", "\"a\""));
  EXPECT_FALSE(EtagMatches("", "\"a\""));
}

TEST(HttpDate, RoundTripsTheFormOfTheRfc) {
  const base::WallTime time{std::chrono::seconds(784111777)};
  EXPECT_EQ(HttpDate(time), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), time);
  for (const char* bad :
       {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT x"})
    EXPECT_FALSE(ParseHttpDate(bad)) << bad;
}

TEST(ContentTypeOf, ByExtension) {
  EXPECT_EQ(ContentTypeOf("/a/index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("plaza.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("noextension"), "application/octet-stream");
}

}  // namespace
}  // namespace plaza::net
