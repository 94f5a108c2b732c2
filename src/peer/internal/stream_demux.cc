#include "peer/internal/stream_demux.h"

#include <algorithm>

#include "rtp/extension_reader.h"

namespace plaza::peer::internal {

rtp::Codec CodecByName(std::string_view name) {
  using rtp::Codec;
  for (const Codec codec : {Codec::kOpus, Codec::kRed, Codec::kH264, Codec::kVp8, Codec::kVp9,
                            Codec::kAv1, Codec::kH265})
    if (name == rtp::ToString(codec)) return codec;
  return Codec::kUnknown;
}

StreamDemux::Receiver StreamDemux::MakeReceiver(const sdp::NegotiatedSection& section) {
  Receiver receiver{section.index, section.mid, section.receive_rids, {}, {}};
  for (const sdp::NegotiatedCodec& codec : section.codecs) {
    const rtp::Codec meaning = CodecByName(codec.name);
    receiver.formats[codec.payload_type & 0x7f] = {meaning, false, 0};
    if (codec.rtx_payload_type)
      receiver.formats[*codec.rtx_payload_type & 0x7f] = {meaning, true, codec.payload_type};
  }
  receiver.encodings.resize(std::max<size_t>(1, section.receive_rids.size()));
  return receiver;
}

void StreamDemux::Update(std::span<const sdp::NegotiatedSection> sections,
                         const rtp::ExtensionMap& extensions) {
  extensions_ = extensions;
  const std::vector<Receiver> before = std::move(receivers_);
  receivers_.clear();
  for (const sdp::NegotiatedSection& section : sections)
    if (section.accepted && section.remote && sdp::Receives(section.direction))
      receivers_.push_back(MakeReceiver(section));
  bindings_.clear();
  KeepLearned(before);
  for (uint16_t i = 0; i < receivers_.size(); ++i) {
    const sdp::RemoteStream& remote = *sections[receivers_[i].media].remote;
    if (remote.ssrc) Bind(*remote.ssrc, {i, 0, false});
    if (remote.rtx_ssrc) Bind(*remote.rtx_ssrc, {i, 0, true});
  }
}

void StreamDemux::KeepLearned(const std::vector<Receiver>& before) {
  for (uint16_t i = 0; i < receivers_.size(); ++i) {
    const Receiver& now = receivers_[i];
    const auto same = [&](const Receiver& r) {
      return r.media == now.media && r.mid == now.mid && r.rids == now.rids;
    };
    const auto old = std::find_if(before.begin(), before.end(), same);
    if (old == before.end()) continue;
    for (uint8_t e = 0; e < old->encodings.size(); ++e) {
      if (old->encodings[e].ssrc) Bind(*old->encodings[e].ssrc, {i, e, false});
      if (old->encodings[e].rtx_ssrc) Bind(*old->encodings[e].rtx_ssrc, {i, e, true});
    }
  }
}

std::optional<StreamMatch> StreamDemux::Find(const rtp::Packet& packet, DemuxError& error) {
  const auto known = bindings_.find(packet.header.ssrc);
  std::optional<Binding> binding;
  if (known != bindings_.end()) {
    binding = known->second;
  } else {
    binding = Learn(packet);
  }
  if (!binding) {
    error = DemuxError::kUnknownStream;
    return std::nullopt;
  }
  const Receiver& receiver = receivers_[binding->receiver];
  const PayloadFormat& format = receiver.formats[packet.header.payload_type & 0x7f];
  if (format.codec == rtp::Codec::kUnknown || format.rtx != binding->rtx) {
    error = DemuxError::kUnknownPayload;
    return std::nullopt;
  }
  StreamMatch match{
      {receiver.media, binding->encoding}, format.codec, format.rtx, 0, format.original};
  if (!match.rtx) return match;
  const Encoding& encoding = receiver.encodings[binding->encoding];
  if (!encoding.ssrc) {  // a repetition of what has not begun
    error = DemuxError::kUnknownStream;
    return std::nullopt;
  }
  match.original_ssrc = *encoding.ssrc;
  return match;
}

// The m-line by mid, or the only one that agreed on the payload type.
std::optional<uint16_t> StreamDemux::ReceiverOf(const rtp::Packet& packet) const {
  std::optional<uint16_t> only;
  if (const auto mid = rtp::ReadMid(packet, extensions_)) {
    for (uint16_t i = 0; i < receivers_.size(); ++i)
      if (receivers_[i].mid == *mid) return i;
    return std::nullopt;
  }
  for (uint16_t i = 0; i < receivers_.size(); ++i) {
    if (receivers_[i].formats[packet.header.payload_type & 0x7f].codec == rtp::Codec::kUnknown)
      continue;
    if (only) return std::nullopt;
    only = i;
  }
  return only;
}

std::optional<StreamDemux::Binding> StreamDemux::Learn(const rtp::Packet& packet) {
  const auto index = ReceiverOf(packet);
  if (!index) return std::nullopt;
  const Receiver& receiver = receivers_[*index];
  const PayloadFormat& format = receiver.formats[packet.header.payload_type & 0x7f];
  if (format.codec == rtp::Codec::kUnknown) return std::nullopt;
  Binding binding{*index, 0, format.rtx};
  if (!receiver.rids.empty()) {
    auto rid =
        format.rtx ? rtp::ReadRepairedRid(packet, extensions_) : rtp::ReadRid(packet, extensions_);
    if (!rid && receiver.rids.size() > 1) return std::nullopt;
    if (rid) {
      const auto at = std::find(receiver.rids.begin(), receiver.rids.end(), *rid);
      if (at == receiver.rids.end()) return std::nullopt;
      binding.encoding = static_cast<uint8_t>(at - receiver.rids.begin());
    }
  }
  Bind(packet.header.ssrc, binding);
  return binding;
}

void StreamDemux::Bind(uint32_t ssrc, const Binding& binding) {
  Encoding& encoding = receivers_[binding.receiver].encodings[binding.encoding];
  std::optional<uint32_t>& place = binding.rtx ? encoding.rtx_ssrc : encoding.ssrc;
  if (place && *place != ssrc) bindings_.erase(*place);
  // An SSRC that moves leaves the place that it had.
  if (const auto old = bindings_.find(ssrc); old != bindings_.end()) {
    Encoding& left = receivers_[old->second.receiver].encodings[old->second.encoding];
    (old->second.rtx ? left.rtx_ssrc : left.ssrc).reset();
  }
  place = ssrc;
  bindings_[ssrc] = binding;
}

}  // namespace plaza::peer::internal
