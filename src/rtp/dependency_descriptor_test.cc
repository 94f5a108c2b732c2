// Reading and rewriting dependency descriptors.
#include "rtp/dependency_descriptor.h"

#include <gtest/gtest.h>

#include "rtp/extension_reader.h"
#include "rtp/testing/dependency_descriptor_writer.h"
#include "rtp/testing/recording.h"

namespace plaza::rtp {
namespace {

using base::Bytes;
using testing::WriteDependencyDescriptor;
using enum DecodeTargetIndication;
using Outcome = DependencyDescriptorReader::Outcome;

/// Two spatial layers, one temporal, four templates.
DependencyStructure TwoLayers(uint8_t offset = 60) {
  DependencyStructure structure{
      .template_id_offset = offset, .decode_target_count = 2, .chain_count = 2};
  structure.chain_of = {0, 1};
  structure.templates = {
      {.indications = {kSwitch, kSwitch}},
      {.indications = {kSwitch, kRequired},
       .references = {2},
       .reference_count = 1,
       .chain_diffs = {2, 1}},
      {.spatial_id = 1,
       .indications = {kNotPresent, kSwitch},
       .references = {1},
       .reference_count = 1,
       .chain_diffs = {1, 1}},
      {.spatial_id = 1,
       .indications = {kNotPresent, kSwitch},
       .references = {2, 1},
       .reference_count = 2,
       .chain_diffs = {1, 1}},
  };
  structure.sizes.Add({320, 180});
  structure.sizes.Add({640, 360});
  return structure;
}

DependencyDescriptor Frame(const DependencyStructure& structure, size_t index, uint16_t number) {
  DependencyDescriptor descriptor{.starts_frame = true, .ends_frame = true, .frame_number = number};
  descriptor.template_id = static_cast<uint8_t>((structure.template_id_offset + index) % 64);
  descriptor.frame = structure.templates[index];
  return descriptor;
}

class DependencyDescriptorTest : public ::testing::Test {
 protected:
  Outcome Read(const Bytes& bytes) { return reader_.Read(bytes, read_); }
  Outcome ReadKey(const DependencyStructure& structure, uint16_t number = 1) {
    DependencyDescriptor key = Frame(structure, 0, number);
    key.has_structure = true;
    return Read(WriteDependencyDescriptor(key, structure));
  }

  DependencyStructure structure_ = TwoLayers();
  DependencyDescriptorReader reader_;
  DependencyDescriptor read_;
};

TEST_F(DependencyDescriptorTest, AStructureIsKeptForWhatFollows) {
  EXPECT_EQ(Read({0xC0, 0x00, 0x05}), Outcome::kUnknownTemplate);
  ASSERT_EQ(ReadKey(structure_), Outcome::kRead);
  EXPECT_TRUE(read_.has_structure && read_.starts_frame);
  ASSERT_TRUE(reader_.structure());
  EXPECT_EQ(reader_.structure()->templates.size(), 4u);
  EXPECT_EQ(reader_.structure()->chain_of[1], 1);
  EXPECT_EQ(reader_.structure()->sizes, structure_.sizes);
  EXPECT_EQ(reader_.structure()->SpatialOf(0), 0);
  EXPECT_EQ(reader_.structure()->SpatialOf(1), 1);
  EXPECT_EQ(reader_.active_targets(), 3u);

  ASSERT_EQ(Read(WriteDependencyDescriptor(Frame(structure_, 3, 4), structure_)), Outcome::kRead);
  EXPECT_EQ(read_.template_id, 63);
  EXPECT_EQ(read_.frame_number, 4);
  EXPECT_EQ(read_.frame.spatial_id, 1);
  ASSERT_EQ(read_.frame.reference_count, 2);
  EXPECT_EQ(read_.frame.references[0], 2);
  EXPECT_EQ(read_.frame.indications[0], kNotPresent);
  EXPECT_EQ(read_.frame.indications[1], kSwitch);
  EXPECT_EQ(read_.frame.chain_diffs[0], 1);
}

TEST_F(DependencyDescriptorTest, AFrameMaySayOtherwiseThanItsTemplate) {
  ASSERT_EQ(ReadKey(structure_), Outcome::kRead);
  DependencyDescriptor own = Frame(structure_, 1, 9);
  own.frame.indications = {kDiscardable, kNotPresent};
  own.frame.references = {1, 17, 300};
  own.frame.reference_count = 3;
  own.frame.chain_diffs = {200, 0};
  ASSERT_EQ(Read(WriteDependencyDescriptor(own, structure_)), Outcome::kRead);
  EXPECT_EQ(read_.frame.indications[0], kDiscardable);
  EXPECT_EQ(read_.frame.indications[1], kNotPresent);
  ASSERT_EQ(read_.frame.reference_count, 3);
  EXPECT_EQ(read_.frame.references[1], 17);
  EXPECT_EQ(read_.frame.references[2], 300);
  EXPECT_EQ(read_.frame.chain_diffs[0], 200);
}

TEST_F(DependencyDescriptorTest, ActiveTargetsHoldUntilTheyAreToldAnew) {
  ASSERT_EQ(ReadKey(structure_), Outcome::kRead);
  DependencyDescriptor lower = Frame(structure_, 1, 3);
  lower.active_targets = 1;
  ASSERT_EQ(Read(WriteDependencyDescriptor(lower, structure_)), Outcome::kRead);
  EXPECT_EQ(reader_.active_targets(), 1u);
  ASSERT_EQ(Read(WriteDependencyDescriptor(Frame(structure_, 1, 5), structure_)), Outcome::kRead);
  EXPECT_EQ(reader_.active_targets(), 1u);
  DependencyDescriptor late = Frame(structure_, 1, 2);
  late.active_targets = 3;
  ASSERT_EQ(Read(WriteDependencyDescriptor(late, structure_)), Outcome::kRead);
  EXPECT_EQ(reader_.active_targets(), 1u) << "what comes late does not count";
  ASSERT_EQ(ReadKey(structure_, 7), Outcome::kRead);
  EXPECT_EQ(reader_.active_targets(), 3u);
}

TEST_F(DependencyDescriptorTest, TheStructureBeforeIsKeptForLatePackets) {
  ASSERT_EQ(ReadKey(structure_, 10), Outcome::kRead);
  DependencyStructure other = TwoLayers(10);
  other.templates.pop_back();
  ASSERT_EQ(ReadKey(other, 20), Outcome::kRead);
  ASSERT_EQ(Read(WriteDependencyDescriptor(Frame(structure_, 3, 18), structure_)), Outcome::kRead);
  EXPECT_EQ(reader_.structure()->templates.size(), 4u);
  ASSERT_EQ(Read(WriteDependencyDescriptor(Frame(other, 1, 22), other)), Outcome::kRead);
  EXPECT_EQ(reader_.structure()->templates.size(), 3u);
  // Sent again, and repeated: nothing changes.
  ASSERT_EQ(ReadKey(structure_, 10), Outcome::kRead);
  ASSERT_EQ(ReadKey(other, 20), Outcome::kRead);
  ASSERT_EQ(Read(WriteDependencyDescriptor(Frame(other, 1, 24), other)), Outcome::kRead);
  EXPECT_EQ(reader_.structure()->templates.size(), 3u);
}

TEST_F(DependencyDescriptorTest, AStructureThatComesAgainOtherwiseCounts) {
  ASSERT_EQ(ReadKey(structure_, 10), Outcome::kRead);
  DependencyStructure other = structure_;
  other.decode_target_count = 1;
  other.chain_count = 0;
  ASSERT_EQ(ReadKey(other, 10), Outcome::kRead);
  EXPECT_EQ(reader_.structure()->decode_target_count, 1);
}

TEST_F(DependencyDescriptorTest, RefusesTruncation) {
  DependencyDescriptor key = Frame(structure_, 0, 1);
  key.has_structure = true;
  const Bytes bytes = WriteDependencyDescriptor(key, structure_);
  for (size_t size = 0; size < bytes.size(); ++size) {
    if (size == 3) continue;  // whole, but without a structure
    EXPECT_EQ(Read(Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size))),
              Outcome::kMalformed)
        << size;
  }
  EXPECT_FALSE(reader_.structure());
}

TEST_F(DependencyDescriptorTest, RefusesWhatItCanNotHold) {
  ASSERT_EQ(ReadKey(structure_), Outcome::kRead);
  DependencyDescriptor many = Frame(structure_, 1, 3);
  for (uint8_t i = 0; i < kMaxFrameReferences; ++i) many.frame.references[i] = i + 1;
  many.frame.reference_count = kMaxFrameReferences;
  EXPECT_EQ(Read(WriteDependencyDescriptor(many, structure_)), Outcome::kRead);
  const Bytes endless = {0xC1, 0x00, 0x05, 0x17, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                         0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  DependencyStructure all_ids = structure_;
  all_ids.template_id_offset = 0;
  ASSERT_EQ(ReadKey(all_ids, 4), Outcome::kRead);
  EXPECT_EQ(Read(endless), Outcome::kMalformed) << "more references than are kept";
}

class RewriteTest : public DependencyDescriptorTest {
 protected:
  Bytes Rewrite(const Bytes& bytes, uint16_t number, std::optional<uint32_t> targets) {
    const DescriptorPlace place{.size = static_cast<uint8_t>(bytes.size()),
                                .decode_target_count = reader_.structure()->decode_target_count,
                                .mask_bit = read_.mask_bit,
                                .has_mask = read_.active_targets.has_value()};
    Bytes out(kMaxDescriptorSize);
    out.resize(RewriteDependencyDescriptor(bytes, place, number, targets, out));
    return out;
  }
  // What is read of `bytes`, with and without being rewritten, differs in what was rewritten only.
  void ExpectRewritten(const DependencyDescriptor& descriptor, uint32_t targets) {
    const Bytes bytes = WriteDependencyDescriptor(descriptor, structure_);
    ASSERT_EQ(Read(bytes), Outcome::kRead);
    const DependencyDescriptor before = read_;
    const Bytes plain = Rewrite(bytes, 7777, std::nullopt);
    EXPECT_EQ(plain.size(), bytes.size());
    const Bytes masked = Rewrite(bytes, 8888, targets);
    DependencyDescriptorReader receiver;
    DependencyDescriptor key = Frame(structure_, 0, 7776);
    key.has_structure = true;
    DependencyDescriptor after;
    ASSERT_EQ(receiver.Read(WriteDependencyDescriptor(key, structure_), after), Outcome::kRead);
    ASSERT_EQ(receiver.Read(plain, after), Outcome::kRead);
    EXPECT_EQ(after.frame_number, 7777);
    EXPECT_EQ(after.active_targets, before.active_targets);
    ASSERT_EQ(receiver.Read(masked, after), Outcome::kRead);
    EXPECT_EQ(after.frame_number, 8888);
    EXPECT_EQ(after.active_targets, targets);
    EXPECT_EQ(after.template_id, before.template_id);
    EXPECT_EQ(after.starts_frame, before.starts_frame);
    EXPECT_EQ(after.ends_frame, before.ends_frame);
    EXPECT_EQ(after.has_structure, before.has_structure);
    EXPECT_EQ(after.frame.indications, before.frame.indications);
    EXPECT_EQ(after.frame.references, before.frame.references);
    EXPECT_EQ(after.frame.chain_diffs, before.frame.chain_diffs);
    if (before.has_structure) {
      EXPECT_EQ(receiver.structure()->sizes, structure_.sizes);
      EXPECT_EQ(receiver.structure()->templates.size(), structure_.templates.size());
    }
  }
};

TEST_F(RewriteTest, ShortDescriptors) {
  ASSERT_EQ(ReadKey(structure_), Outcome::kRead);
  ExpectRewritten(Frame(structure_, 1, 3), 1);
}

TEST_F(RewriteTest, StructuresAndFramesOfTheirOwn) {
  ASSERT_EQ(ReadKey(structure_), Outcome::kRead);
  for (int bits = 0; bits < 16; ++bits) {
    SCOPED_TRACE(bits);
    DependencyDescriptor descriptor = Frame(structure_, 1, 3);
    descriptor.ends_frame = false;
    descriptor.has_structure = (bits & 1) != 0;
    if ((bits & 2) != 0) descriptor.active_targets = 2;
    if ((bits & 4) != 0) descriptor.frame.indications = {kRequired, kSwitch};
    if ((bits & 8) != 0) {
      descriptor.frame.references = {40};
      descriptor.frame.chain_diffs = {100, 101};
    }
    ExpectRewritten(descriptor, 1);
  }
}

TEST_F(RewriteTest, GivesNothingWithoutRoom) {
  ASSERT_EQ(ReadKey(structure_), Outcome::kRead);
  const Bytes bytes = WriteDependencyDescriptor(Frame(structure_, 1, 3), structure_);
  Bytes out(3);
  EXPECT_EQ(RewriteDependencyDescriptor(bytes, {.size = 3, .decode_target_count = 2}, 1, 1, out),
            0u);
  EXPECT_EQ(RewriteDependencyDescriptor(Bytes{1, 2}, {}, 1, std::nullopt, out), 0u);
}

// What real senders send is read, and the chains of their streams are whole.
TEST(DependencyDescriptorRecordings, ChainsAreWhole) {
  base::PacketPool pool;
  for (const auto* name : {"vp9_L3T3", "vp9_L3T3_KEY", "vp9_L1T3", "av1_L3T3", "av1_L3T3_KEY",
                           "av1_L2T2_KEY", "h264_L1T3"}) {
    SCOPED_TRACE(name);
    const auto recording = testing::LoadRecording(name, pool);
    DependencyDescriptorReader reader;
    std::array<uint16_t, kMaxDecodeTargets> last_of_chain{};
    int frames = 0;
    for (const Packet& packet : recording.packets) {
      const auto element =
          FindExtension(packet, recording.extensions.IdOf(Extension::kDependencyDescriptor));
      ASSERT_TRUE(element);
      DependencyDescriptor descriptor;
      ASSERT_EQ(reader.Read(*element, descriptor), Outcome::kRead);
      if (!descriptor.starts_frame) continue;
      ++frames;
      const DependencyStructure& structure = *reader.structure();
      for (size_t chain = 0; chain < structure.chain_count; ++chain) {
        const uint8_t distance = descriptor.frame.chain_diffs[chain];
        if (distance != 0) {
          EXPECT_EQ(static_cast<uint16_t>(descriptor.frame_number - distance),
                    last_of_chain[chain]);
        }
        const bool in_chain = [&] {
          for (size_t target = 0; target < structure.decode_target_count; ++target)
            if (structure.chain_of[target] == chain &&
                descriptor.frame.indications[target] != kNotPresent &&
                descriptor.frame.temporal_id == 0)
              return structure.SpatialOf(target) >= descriptor.frame.spatial_id;
          return false;
        }();
        if (distance == 0 || in_chain) last_of_chain[chain] = descriptor.frame_number;
      }
    }
    EXPECT_GT(frames, 30);
  }
}

}  // namespace
}  // namespace plaza::rtp
