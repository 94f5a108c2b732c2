// A TCP stream of frames (RFC 4571): however it is cut, the same frames come out, and none that the
// stream doesn't hold. The first byte of the input says into what pieces the rest is cut.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "net/frame_reader.h"

namespace {

using namespace plaza;

struct Outcome {
  std::vector<base::Bytes> frames;
  bool legal = true;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome ReadInPieces(base::ByteView stream, size_t piece) {
  static base::PacketPool pool;
  net::FrameReader reader;
  Outcome outcome;
  while (!stream.empty()) {
    const base::ByteView next = stream.first(std::min(piece, stream.size()));
    outcome.legal = reader.Feed(next, pool, [&](base::PacketBuffer frame) {
      outcome.frames.emplace_back(frame.view().begin(), frame.view().end());
    });
    stream = stream.subspan(next.size());
  }
  return outcome;
}

Outcome Expected(base::ByteView stream) {
  Outcome outcome;
  while (stream.size() >= net::kFrameHeaderSize) {
    const size_t size = base::LoadU16(stream.data());
    outcome.legal = size <= base::kPacketCapacity;
    stream = stream.subspan(net::kFrameHeaderSize);
    if (!outcome.legal || size > stream.size()) break;
    if (size > 0) outcome.frames.emplace_back(stream.begin(), stream.begin() + size);
    stream = stream.subspan(size);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const base::ByteView stream(data + 1, size - 1);
  if (!(ReadInPieces(stream, data[0] + 1u) == Expected(stream))) std::abort();
  return 0;
}
