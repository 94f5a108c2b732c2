// From what packets say to the layers of a stream.
#include "rtp/layer_reader.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "rtp/extension_reader.h"
#include "rtp/test_packet.h"
#include "rtp/testing/recording.h"

namespace plaza::rtp {
namespace {

using base::Bytes;
using enum DecodeTargetIndication;

struct ReadPacket {
  Packet packet;
  LayerReader::Result result;
};

class LayerReaderTest : public ::testing::Test {
 protected:
  std::vector<ReadPacket> ReadAll(const std::string& name) {
    const auto recording = testing::LoadRecording(name, pool_);
    LayerReader reader;
    std::vector<ReadPacket> all;
    for (const Packet& packet : recording.packets) {
      const auto element =
          FindExtension(packet, recording.extensions.IdOf(Extension::kDependencyDescriptor));
      all.push_back({packet, reader.Read(packet, element)});
    }
    return all;
  }
  LayerReader::Result Read(Codec codec, const Bytes& payload, uint32_t timestamp = 0,
                           bool marker = false) {
    Packet packet = MakeTestPacket(pool_, {.marker = marker, .timestamp = timestamp}, payload);
    packet.codec = codec;
    return reader_.Read(packet, std::nullopt);
  }

  base::PacketPool pool_;
  LayerReader reader_;
};

// Whoever takes all frames of a layer, from the first keyframe on, has all that they refer to.
void ExpectLayersDecodable(const std::vector<ReadPacket>& packets, Layer up_to, size_t least) {
  std::set<int64_t> taken;
  for (const auto& [packet, result] : packets) {
    ASSERT_TRUE(result.layers);
    const LayerInfo& info = *result.layers;
    if (!info.IsIn(up_to)) continue;
    for (const uint16_t distance : info.refers_to())
      EXPECT_TRUE(taken.contains(info.frame - distance)) << info.frame << " - " << distance;
    taken.insert(info.frame);
  }
  EXPECT_GE(taken.size(), least);
}

TEST_F(LayerReaderTest, EveryLayerOfARealStreamCanBeDecoded) {
  for (const auto* name :
       {"vp9_L3T3", "vp9_L3T3_KEY", "av1_L3T3", "av1_L3T3_KEY", "vp9_L3T3_without_descriptor",
        "vp9_L3T3_KEY_without_descriptor", "av1_L2T2_KEY", "vp9_L1T3", "h264_L1T3"}) {
    const auto packets = ReadAll(name);
    for (size_t i = 0; i < kMaxLayers; ++i) {
      SCOPED_TRACE(std::string(name) + " layer " + std::to_string(i));
      ExpectLayersDecodable(packets, LayerAt(i), 8);
    }
  }
}

TEST_F(LayerReaderTest, TheDescriptorAndVp9SayTheSame) {
  // Two recordings of the same structure: the share of frames in each layer is the same.
  for (const auto& [with, without] :
       {std::pair{"vp9_L3T3", "vp9_L3T3_without_descriptor"},
        std::pair{"vp9_L3T3_KEY", "vp9_L3T3_KEY_without_descriptor"}}) {
    std::map<size_t, std::pair<double, double>> shares;
    const auto count = [](const auto& packets, size_t layer) {
      std::set<int64_t> in, all;
      for (const auto& [packet, result] : packets) {
        all.insert(result.layers->frame);
        if (result.layers->IsIn(LayerAt(layer))) in.insert(result.layers->frame);
      }
      return static_cast<double>(in.size()) / static_cast<double>(all.size());
    };
    const auto a = ReadAll(with), b = ReadAll(without);
    for (size_t layer = 0; layer < kMaxLayers; ++layer)
      EXPECT_NEAR(count(a, layer), count(b, layer), 0.05) << with << " layer " << layer;
  }
}

TEST_F(LayerReaderTest, KeyframesAndSizesComeFromTheDescriptor) {
  for (const auto* name : {"vp9_L3T3_KEY", "av1_L3T3", "vp9_L3T3_without_descriptor"}) {
    SCOPED_TRACE(name);
    const auto packets = ReadAll(name);
    const FrameInfo& first = packets.front().result.frame;
    EXPECT_TRUE(first.keyframe && first.first_packet);
    ASSERT_EQ(first.sizes.count, 3);
    EXPECT_EQ(first.sizes.layers[0], (PictureSize{320, 180}));
    EXPECT_EQ(first.sizes.layers[2], (PictureSize{1280, 720}));
    int keyframes = 0;
    std::set<uint32_t> timestamps, pictures;
    for (const auto& [packet, result] : packets) {
      keyframes += result.frame.keyframe ? 1 : 0;
      timestamps.insert(packet.header.timestamp);
      if (result.frame.first_packet) pictures.insert(packet.header.timestamp);
    }
    EXPECT_EQ(keyframes, 1);
    EXPECT_EQ(pictures, timestamps);
  }
}

TEST_F(LayerReaderTest, AnH264KeyframeIsTheOneWithTheStructure) {
  const auto packets = ReadAll("h264_L1T3");
  EXPECT_TRUE(packets.front().result.frame.keyframe);
  for (size_t i = 1; i < packets.size(); ++i) EXPECT_FALSE(packets[i].result.frame.keyframe) << i;
}

TEST_F(LayerReaderTest, WhatComesBeforeItsStructureIsToWait) {
  const auto recording = testing::LoadRecording("av1_L3T3_KEY", pool_);
  const uint8_t id = recording.extensions.IdOf(Extension::kDependencyDescriptor);
  const auto read = [&](size_t i) {
    return reader_.Read(recording.packets[i], FindExtension(recording.packets[i], id));
  };
  EXPECT_TRUE(read(1).wait);
  EXPECT_FALSE(read(1).layers);
  EXPECT_FALSE(read(0).wait);
  EXPECT_TRUE(read(1).layers);
}

TEST_F(LayerReaderTest, OneLayerOfAv1IsNoLayer) {
  for (const auto& [packet, result] : ReadAll("av1_L1T1")) EXPECT_FALSE(result.layers);
  EXPECT_EQ(ReadAll("av1_L1T1").front().result.frame.sizes.layers[0], (PictureSize{1280, 720}));
}

// TID in the upper bits of the last byte, then Y.
Bytes Vp8(int temporal_id, bool sync, bool keyframe = false) {
  return {0x90,
          0x20,
          static_cast<uint8_t>(temporal_id << 6 | (sync ? 0x20 : 0)),
          static_cast<uint8_t>(keyframe ? 0x10 : 0x11),
          0,
          0};
}

TEST_F(LayerReaderTest, Vp8TellsTemporalLayers) {
  const auto key = Read(Codec::kVp8, Vp8(0, false, true));
  ASSERT_TRUE(key.layers && key.vp8);
  for (uint8_t t = 0; t < kMaxTemporalLayers; ++t) EXPECT_EQ(key.layers->For({0, t}), kSwitch);
  const auto sync = Read(Codec::kVp8, Vp8(1, true), 3000);
  EXPECT_EQ(sync.layers->For({0, 0}), kNotPresent);
  EXPECT_EQ(sync.layers->For({0, 1}), kSwitch);
  EXPECT_EQ(sync.layers->For({2, 2}), kRequired);
  const auto base = Read(Codec::kVp8, Vp8(0, false), 6000);
  EXPECT_EQ(base.layers->For({0, 0}), kSwitch);
  EXPECT_EQ(base.layers->For({0, 1}), kRequired);
  EXPECT_LT(key.layers->frame, sync.layers->frame);
  EXPECT_LT(sync.layers->frame, base.layers->frame);
  EXPECT_FALSE(Read(Codec::kVp8, {0x10, 0x11, 0, 0}).layers);
}

TEST_F(LayerReaderTest, H265TellsTemporalLayers) {
  const auto plain = Read(Codec::kH265, {0x02, 0x02, 0x80});  // TRAIL_R of temporal layer 1
  ASSERT_TRUE(plain.layers);
  EXPECT_EQ(plain.layers->For({0, 0}), kNotPresent);
  EXPECT_EQ(plain.layers->For({0, 1}), kRequired);
  const auto sync = Read(Codec::kH265, {0x06, 0x02, 0x80}, 3000);  // TSA_R
  EXPECT_EQ(sync.layers->For({0, 1}), kSwitch);
}

// I, P, L, B, E; a picture id of seven bits; TID and U; TL0PICIDX.
Bytes Vp9(int picture, int temporal_id, bool up, bool key = false) {
  return {static_cast<uint8_t>(key ? 0xAC : 0xEC), static_cast<uint8_t>(picture & 0x7F),
          static_cast<uint8_t>(temporal_id << 5 | (up ? 0x10 : 0)), 0, 0x82};
}

TEST_F(LayerReaderTest, Vp9WithoutReferencesSwitchesBelowALayerOnly) {
  Read(Codec::kVp9, Vp9(120, 0, true, true), 0, true);
  const auto upper = Read(Codec::kVp9, Vp9(121, 1, true), 3000, true);
  EXPECT_EQ(upper.layers->For({0, 0}), kNotPresent);
  EXPECT_EQ(upper.layers->For({0, 1}), kRequired) << "it may need one of its own layer";
  EXPECT_EQ(upper.layers->For({0, 2}), kSwitch);
  const auto base = Read(Codec::kVp9, Vp9(130, 0, true), 6000, true);
  EXPECT_EQ(base.layers->For({0, 2}), kSwitch);
  ASSERT_EQ(base.layers->reference_count, 1);
  EXPECT_EQ(base.layers->references[0], 10 * 3) << "the key picture, across the wrap of its id";
  EXPECT_EQ(Read(Codec::kVp9, Vp9(131, 0, false), 9000, true).layers->For({0, 2}), kRequired);
}

// I, P, L, F, B, E and Z; a picture id of seven bits; TID, U, SID; one reference. What is not
// needed by a layer above.
Bytes Vp9KeyLayer(int picture, int spatial_id) {
  return {0xFD, static_cast<uint8_t>(picture & 0x7F), static_cast<uint8_t>(0x10 | spatial_id << 1),
          0x02, 0x82};
}

TEST_F(LayerReaderTest, WhatIsTheTopOfAVp9PictureIsInAllLayersAboveIt) {
  for (int picture = 1; picture < 3; ++picture) {
    for (int spatial = 0; spatial < 3; ++spatial)
      Read(Codec::kVp9, Vp9KeyLayer(picture, spatial), 0, spatial == 2);
  }
  EXPECT_FALSE(Read(Codec::kVp9, Vp9KeyLayer(3, 1), 0, true).layers->IsIn(kTopLayer));
  EXPECT_TRUE(Read(Codec::kVp9, Vp9KeyLayer(4, 1), 0, true).layers->IsIn(kTopLayer))
      << "the picture before ended with this layer";
}

TEST_F(LayerReaderTest, NumbersRiseWhenTheKindOfNumberChanges) {
  const auto with = testing::LoadRecording("vp9_L3T3", pool_);
  const auto without = testing::LoadRecording("vp9_L3T3_without_descriptor", pool_);
  const uint8_t id = with.extensions.IdOf(Extension::kDependencyDescriptor);
  int64_t highest = INT64_MIN;
  for (const auto* recording : {&with, &without, &with}) {
    const int64_t before = highest;
    for (size_t i = 0; i < 50; ++i) {
      const Packet& packet = recording->packets[i];
      const auto result = reader_.Read(packet, FindExtension(packet, id));
      ASSERT_TRUE(result.layers);
      EXPECT_GT(result.layers->frame, before);
      highest = std::max(highest, result.layers->frame);
    }
  }
}

}  // namespace
}  // namespace plaza::rtp
