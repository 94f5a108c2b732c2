#include "sctp/internal/chunks.h"

#include "sctp/testing/test_outbox.h"

namespace plaza::sctp::internal {
namespace {

ChunkView Cut(ChunkView chunk, size_t size) {
  chunk.value = chunk.value.first(size);
  return chunk;
}

TEST(Chunks, DataKeepsItsFieldsAndFlags) {
  TestOutbox box;
  DataChunk written;
  written.tsn = 0xFFFFFFF0;
  written.stream = 3;
  written.ssn = 65535;
  written.ppid = 53;
  written.begin = written.unordered = true;
  written.payload = base::AsBytes("hello");
  Write(written, box.out);
  const ChunkView chunk = box.Chunks()[0];
  const auto read = ParseData(chunk);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tsn, written.tsn);
  EXPECT_EQ(read->stream, 3);
  EXPECT_EQ(read->ssn, 65535);
  EXPECT_EQ(read->ppid, 53u);
  EXPECT_TRUE(read->begin && read->unordered && !read->end && !read->immediate);
  EXPECT_EQ(base::AsText(read->payload), "hello");
  for (size_t size = 0; size < kDataFields; ++size) EXPECT_FALSE(ParseData(Cut(chunk, size)));
}

TEST(Chunks, InitTellsWhatIsSupported) {
  TestOutbox box;
  InitChunk written;
  written.tag = 77;
  written.window = 100'000;
  written.outbound_streams = 10;
  written.inbound_streams = 20;
  written.initial_tsn = 4'000'000'000;
  written.forward_tsn = written.re_config = true;
  const base::Bytes cookie(64, 5);
  written.cookie = cookie;
  Write(written, ChunkType::kInitAck, box.out);
  const ChunkView chunk = box.Chunks()[0];
  EXPECT_EQ(chunk.type, ChunkType::kInitAck);
  const auto read = ParseInit(chunk);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tag, 77u);
  EXPECT_EQ(read->window, 100'000u);
  EXPECT_EQ(read->outbound_streams, 10);
  EXPECT_EQ(read->inbound_streams, 20);
  EXPECT_EQ(read->initial_tsn, 4'000'000'000);
  EXPECT_TRUE(read->forward_tsn && read->re_config);
  EXPECT_EQ(base::Bytes(read->cookie.begin(), read->cookie.end()), cookie);
  for (size_t size = 0; size < 16; ++size) EXPECT_FALSE(ParseInit(Cut(chunk, size)));
}

base::Bytes InitWith(std::initializer_list<uint8_t> parameters) {
  base::Bytes value = {0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 9};
  value.insert(value.end(), parameters);
  return value;
}

TEST(Chunks, InitReportsUnknownParametersAsTheirHighBitsAsk) {
  const base::Bytes skip = InitWith({0x80, 0x99, 0, 4, 0xC0, 0x00, 0, 4});
  EXPECT_TRUE(ParseInit({ChunkType::kInit, 0, skip})->forward_tsn);
  EXPECT_TRUE(ParseInit({ChunkType::kInit, 0, skip})->unrecognized.empty());
  const base::Bytes report = InitWith({0xC0, 0x99, 0, 5, 7, 0, 0, 0, 0xC0, 0x00, 0, 4});
  const auto reported = ParseInit({ChunkType::kInit, 0, report});
  EXPECT_TRUE(reported->forward_tsn);
  ASSERT_EQ(reported->unrecognized.size(), 1u);
  EXPECT_EQ(reported->unrecognized[0].size(), 5u);
  const base::Bytes stop = InitWith({0x00, 0x99, 0, 4, 0xC0, 0x00, 0, 4});
  EXPECT_FALSE(ParseInit({ChunkType::kInit, 0, stop})->forward_tsn);
  // What goes back fits the packet, whatever came.
  TestOutbox box(100);
  InitChunk answer = *reported;
  const base::Bytes large(60, 1);
  answer.unrecognized = {reported->unrecognized[0], large};
  Write(answer, ChunkType::kInitAck, box.out);
  EXPECT_EQ(box.Chunks().size(), 1u);
}

TEST(Chunks, SackKeepsGapsAndCountsDuplicates) {
  TestOutbox box;
  const GapBlock gaps[] = {{2, 5}, {9, 9}};
  const uint32_t duplicates[] = {11, 12, 13};
  WriteSack(10, 5000, gaps, duplicates, box.out);
  const ChunkView chunk = box.Chunks()[0];
  const auto read = ParseSack(chunk);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->cumulative_tsn, 10u);
  EXPECT_EQ(read->window, 5000u);
  ASSERT_EQ(read->gap_count(), 2u);
  EXPECT_EQ(read->gap(0), gaps[0]);
  EXPECT_EQ(read->gap(1), gaps[1]);
  EXPECT_EQ(read->duplicates, 3u);
  for (size_t size = 0; size < chunk.value.size(); ++size)
    EXPECT_FALSE(ParseSack(Cut(chunk, size)));
}

TEST(Chunks, SackLeavesOutGapsThatDoNotFit) {
  TestOutbox box(64);
  const std::vector<GapBlock> gaps(50, GapBlock{2, 3});
  WriteSack(1, 1, gaps, {}, box.out);
  const auto chunks = box.Chunks();
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(ParseSack(chunks[0])->gap_count(), (64u - 12 - 4 - 12) / 4);
}

TEST(Chunks, ForwardTsnNamesWhatIsSkipped) {
  TestOutbox box;
  const SkippedStream skipped[] = {{1, 2}, {3, 4}};
  WriteForwardTsn(99, skipped, box.out);
  const ChunkView chunk = box.Chunks()[0];
  const auto read = ParseForwardTsn(chunk);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->new_cumulative_tsn, 99u);
  ASSERT_EQ(read->skipped_count(), 2u);
  EXPECT_EQ(read->skipped(1), skipped[1]);
  EXPECT_FALSE(ParseForwardTsn(Cut(chunk, 3)));
  EXPECT_FALSE(ParseForwardTsn(Cut(chunk, 6)));
}

TEST(Chunks, ReConfigCarriesRequestsAndAnswers) {
  TestOutbox box;
  const uint16_t streams[] = {7, 8, 9};
  WriteOutgoingReset({1, 2, 3, {}}, streams, box.out);
  Write(ReConfigResponse{5, ReConfigResult::kInProgress}, box.out);
  const auto chunks = box.Chunks();
  ASSERT_EQ(chunks.size(), 2u);
  ParameterReader first(chunks[0].value);
  const auto request = ParseOutgoingReset(first.Next()->value);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->request_number, 1u);
  EXPECT_EQ(request->response_number, 2u);
  EXPECT_EQ(request->last_tsn, 3u);
  ASSERT_EQ(request->stream_count(), 3u);
  EXPECT_EQ(request->stream(2), 9);
  ParameterReader second(chunks[1].value);
  const auto response = ParseReConfigResponse(second.Next()->value);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->response_number, 5u);
  EXPECT_EQ(response->result, ReConfigResult::kInProgress);
}

TEST(Chunks, CausesAreDescribedForLogs) {
  TestOutbox box;
  WriteCause(ChunkType::kAbort, ErrorCause::kUserAbort, base::AsBytes("bye\n"), box.out);
  WriteCause(ChunkType::kError, ErrorCause::kStaleCookie, base::Bytes(5000), box.out);
  const auto chunks = box.Chunks();
  EXPECT_EQ(DescribeCauses(chunks[0]), "cause 12 \"bye?\"");
  EXPECT_EQ(DescribeCauses(chunks[1]), "cause 3");
  EXPECT_EQ(DescribeCauses({ChunkType::kAbort, 0, {}}), "no cause");
}

}  // namespace
}  // namespace plaza::sctp::internal
