// Layers of hostile streams: dependency descriptors and payload descriptors, one packet after
// another. A packet is its codec, a timestamp, the sizes of its descriptor and of its payload, and
// those.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "rtp/header_writer.h"
#include "rtp/layer_reader.h"
#include "rtp/test_packet.h"

using namespace plaza;

namespace {

constexpr uint8_t kId = 13;
constexpr rtp::Codec kCodecs[] = {rtp::Codec::kAv1, rtp::Codec::kVp9, rtp::Codec::kVp8,
                                  rtp::Codec::kH265, rtp::Codec::kH264};

void Require(bool condition) {
  if (!condition) std::abort();
}

// What is forwarded says the same, but for its number and the targets that are forwarded.
void CheckRewriting(base::ByteView element, const rtp::DescriptorPlace& place,
                    const rtp::DependencyDescriptorReader& before) {
  std::array<uint8_t, rtp::kMaxDescriptorSize> plain, masked;
  const size_t size = rtp::RewriteDependencyDescriptor(element, place, 1, std::nullopt, plain);
  Require(size == element.size());
  const size_t more = rtp::RewriteDependencyDescriptor(element, place, 1, 1, masked);
  if (more == 0) return;  // it was full
  rtp::DependencyDescriptorReader reader = before;
  rtp::DependencyDescriptor read_plain, read_masked;
  Require(reader.Read(base::ByteView(plain).first(size), read_plain) ==
          rtp::DependencyDescriptorReader::Outcome::kRead);
  reader = before;
  Require(reader.Read(base::ByteView(masked).first(more), read_masked) ==
          rtp::DependencyDescriptorReader::Outcome::kRead);
  Require(read_masked.active_targets == 1u);
  Require(read_plain.frame.references == read_masked.frame.references);
  Require(read_plain.frame.indications == read_masked.frame.indications);
  Require(read_plain.frame.chain_diffs == read_masked.frame.chain_diffs);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  base::PacketPool pool;
  rtp::LayerReader layers;
  rtp::DependencyDescriptorReader descriptors;
  base::ByteReader reader({data, size});
  uint16_t number = 0;
  while (!reader.AtEnd()) {
    const rtp::Codec codec = kCodecs[reader.U8() % std::size(kCodecs)];
    const uint8_t timestamp = reader.U8();
    const size_t descriptor_size = reader.U8();
    const size_t payload_size = reader.U8();
    const auto element = reader.Read(std::min(descriptor_size, reader.remaining()));
    const auto payload = reader.Read(std::min(payload_size, reader.remaining()));
    if (payload.empty()) continue;
    rtp::HeaderWriter elements;
    elements.Add(kId, element);
    rtp::Packet packet = rtp::MakeTestPacket(pool,
                                             {.marker = (timestamp & 1) != 0,
                                              .sequence_number = ++number,
                                              .timestamp = timestamp * 1000u},
                                             payload, elements);
    packet.codec = codec;
    const auto found = rtp::FindExtension(packet, kId);
    const auto result = layers.Read(packet, found);
    if (result.layers) Require(result.layers->layer <= rtp::kTopLayer);
    const rtp::DependencyDescriptorReader before = descriptors;
    rtp::DependencyDescriptor descriptor;
    if (descriptors.Read(element, descriptor) != rtp::DependencyDescriptorReader::Outcome::kRead ||
        result.descriptor.size == 0)
      continue;
    CheckRewriting(*found, result.descriptor, before);
  }
  return 0;
}
