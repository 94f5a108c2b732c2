// A recording is "PRTP", the codec, the id of the dependency descriptor's extension (0: none), and
// for each packet its size, how much of it was kept (two bytes each), and that.
#include "rtp/testing/recording.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/bytes.h"

namespace plaza::rtp::testing {

Recording LoadRecording(const std::string& name, base::PacketPool& pool) {
  std::ifstream file(std::string(PLAZA_RECORDINGS) + "/" + name + ".rtp", std::ios::binary);
  if (!file) throw std::runtime_error("there is no recording " + name);
  const base::Bytes bytes{std::istreambuf_iterator<char>(file), {}};
  base::ByteReader reader(bytes);
  reader.Skip(4);
  const auto codec = static_cast<Codec>(reader.U8());
  Recording recording;
  recording.extensions.Set(Extension::kDependencyDescriptor, reader.U8());
  while (!reader.AtEnd() && reader.ok()) {
    const size_t size = reader.U16();
    const base::ByteView kept = reader.Read(reader.U16());
    base::PacketBuffer buffer = pool.Acquire();
    buffer.Resize(size);
    std::ranges::fill(buffer.storage().first(size), uint8_t{0});
    std::ranges::copy(kept, buffer.storage().begin());
    Packet packet = ParsePacket(std::move(buffer), {}).value();
    packet.codec = codec;
    recording.packets.push_back(std::move(packet));
  }
  if (!reader.ok()) throw std::runtime_error("the recording is damaged: " + name);
  return recording;
}

}  // namespace plaza::rtp::testing
