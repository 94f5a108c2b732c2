#include "peer/internal/negotiator.h"

#include <algorithm>
#include <utility>

namespace plaza::peer::internal {

base::Result<sdp::Answer> Negotiator::Answer(const sdp::SessionDescription& offer,
                                             const sdp::TransportDescription& local,
                                             const sdp::StreamSource& streams) const {
  if (offer.sections.size() < sections_.size())
    return base::InvalidArgument("sdp",
                                 "a later offer must repeat the m-lines of the earlier ones");
  const sdp::StreamSource lasting =
      [&](const sdp::NegotiatedSection& section) -> base::Result<std::optional<sdp::LocalStream>> {
    if (const auto known = streams_.find(section.mid); known != streams_.end())
      return std::optional(known->second);
    if (!streams) return std::optional<sdp::LocalStream>();
    return streams(section);
  };
  return sdp::MakeAnswer(offer, capabilities_, local, lasting);
}

std::string Negotiator::Offer(std::vector<sdp::OfferedSection> sections,
                              const sdp::TransportDescription& local) {
  offered_ = std::move(sections);
  offer_ = sdp::MakeOffer(capabilities_, local, offered_);
  return Write(offer_);
}

base::Result<sdp::Negotiated> Negotiator::ReadAnswer(std::string_view text) const {
  auto answer = sdp::Parse(text);
  if (!answer) return answer.error();
  return sdp::ApplyAnswer(offered_, offer_, *answer, capabilities_);
}

void Negotiator::Commit(sdp::Negotiated negotiated) {
  sections_ = std::move(negotiated.sections);
  extensions_ = {};
  std::erase_if(streams_, [&](const auto& entry) {
    return std::none_of(sections_.begin(), sections_.end(), [&](const sdp::NegotiatedSection& s) {
      return s.accepted && s.mid == entry.first;
    });
  });
  for (const sdp::NegotiatedSection& section : sections_) {
    if (section.local) streams_[section.mid] = *section.local;
    for (const sdp::Extmap& extmap : section.extensions)
      if (const auto extension = rtp::ExtensionOf(extmap.uri))
        extensions_.Set(*extension, extmap.id);
  }
}

std::string Negotiator::Write(sdp::SessionDescription description) {
  description.session_id = session_id_;
  description.version = next_version_++;
  return sdp::Serialize(description);
}

}  // namespace plaza::peer::internal
