#include "tools/client/recorder.h"

#include "base/log.h"

namespace plaza::tools {

void Recorder::Open(Stream& stream, const Key& key, rtp::Codec codec) {
  stream.codec = codec;
  stream.frames.reset();
  stream.first.reset();
  stream.timestamps = {};
  std::string name = key.first + (key.second ? "" : "_audio");
  if (const int number = names_[name]++; number > 0) name += "_" + std::to_string(number + 1);
  auto file = OpenMediaFile(codec, folder_ + "/" + name);
  if (!file) {
    base::LogWarning("client", "a stream is not saved", {{"error", file.error().message}});
    stream.file.reset();
    return;
  }
  stream.file = std::move(*file);
  if (key.second) stream.frames.emplace(codec);
}

void Recorder::OnPacket(const client::ReceivedPacket& received) {
  if (received.user_id.empty()) return;
  const bool aux = received.stream == signal::StreamType::kAux;
  const Key key{received.user_id + (aux ? "_aux" : "_main"), received.video};
  const rtp::Packet& packet = received.packet;
  Stream& stream = streams_[key];
  if (stream.codec != packet.codec) Open(stream, key, packet.codec);
  if (!stream.file) return;
  if (!stream.frames) return Write(stream, packet.payload(), packet.header.timestamp);
  stream.frames->Add(packet);
  while (const auto frame = stream.frames->Next(packet.arrival))
    Write(stream, frame->data, frame->timestamp);
}

void Recorder::Write(Stream& stream, base::ByteView data, uint32_t timestamp) {
  if (data.empty()) return;
  const int64_t time = stream.timestamps.Unwrap(timestamp);
  if (!stream.first) stream.first = time;
  if (time >= *stream.first) stream.file->Write(data, static_cast<uint64_t>(time - *stream.first));
}

}  // namespace plaza::tools
