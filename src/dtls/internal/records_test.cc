// Record borders.
#include "dtls/internal/records.h"

#include <gtest/gtest.h>

namespace plaza::dtls {
namespace {

base::Bytes Record(size_t payload) {
  base::Bytes record(kRecordHeaderSize + payload);
  record[0] = 22;
  record[1] = 0xfe;
  record[2] = 0xfd;
  base::StoreU16(record.data() + 11, static_cast<uint16_t>(payload));
  return record;
}

base::Bytes Records(std::initializer_list<size_t> payloads) {
  base::Bytes all;
  for (const size_t payload : payloads) {
    const base::Bytes record = Record(payload);
    all.insert(all.end(), record.begin(), record.end());
  }
  return all;
}

TEST(RecordSize, IsThatOfTheFirstRecord) {
  EXPECT_EQ(RecordSize(Record(0)), 13u);
  EXPECT_EQ(RecordSize(Records({100, 50})), 113u);
}

TEST(RecordSize, IsZeroForAnythingElse) {
  base::Bytes record = Record(10);
  EXPECT_EQ(RecordSize({}), 0u);
  EXPECT_EQ(RecordSize(base::ByteView(record).first(12)), 0u);
  EXPECT_EQ(RecordSize(base::ByteView(record).first(22)), 0u);
  record[0] = 19;
  EXPECT_EQ(RecordSize(record), 0u);
  record[0] = 24;
  EXPECT_EQ(RecordSize(record), 0u);
  record[0] = 22;
  record[1] = 3;
  EXPECT_EQ(RecordSize(record), 0u);
}

TEST(TakeDatagram, TakesAsManyRecordsAsFit) {
  const base::Bytes records = Records({300, 300, 600, 10});
  EXPECT_EQ(TakeDatagram(records, 1200).size(), 626u);
  EXPECT_EQ(TakeDatagram(base::ByteView(records).subspan(626), 1200).size(), 636u);
  EXPECT_EQ(TakeDatagram(records, 5000).size(), records.size());
  EXPECT_EQ(TakeDatagram(records, 313).size(), 313u);
}

TEST(TakeDatagram, AlwaysTakesSomething) {
  EXPECT_EQ(TakeDatagram(Record(2000), 1200).size(), 2013u);
  EXPECT_EQ(TakeDatagram(base::Bytes(20), 1200).size(), 20u);
  base::Bytes junk_behind = Record(5);
  junk_behind.resize(30);
  EXPECT_EQ(TakeDatagram(junk_behind, 1200).size(), 18u);
  EXPECT_EQ(TakeDatagram({}, 1200).size(), 0u);
}

}  // namespace
}  // namespace plaza::dtls
