// What one peer has agreed with the other side, over all its offers and answers.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rtp/header_extensions.h"
#include "sdp/negotiation.h"

namespace plaza::peer::internal {

class Negotiator {
 public:
  /// Both outlive the negotiator. `session_id` is that of our descriptions.
  Negotiator(const sdp::Capabilities& capabilities, uint64_t session_id)
      : capabilities_(capabilities), session_id_(session_id) {}

  /// Server: the answer to `offer`. Nothing is agreed before Commit().
  base::Result<sdp::Answer> Answer(const sdp::SessionDescription& offer,
                                   const sdp::TransportDescription& local,
                                   const sdp::StreamSource& streams) const;
  /// Client: an offer that waits for its answer.
  std::string Offer(std::vector<sdp::OfferedSection> sections,
                    const sdp::TransportDescription& local);
  /// Client: reads the answer to the last offer. Nothing is agreed before Commit().
  base::Result<sdp::Negotiated> ReadAnswer(std::string_view answer) const;
  /// Makes it what is agreed. Gives the text of `description` with the next version of ours.
  void Commit(sdp::Negotiated negotiated);
  std::string Write(sdp::SessionDescription description);

  std::span<const sdp::NegotiatedSection> sections() const { return sections_; }
  const rtp::ExtensionMap& extensions() const { return extensions_; }
  const std::vector<sdp::OfferedSection>& offered() const { return offered_; }

 private:
  const sdp::Capabilities& capabilities_;
  uint64_t session_id_;
  uint64_t next_version_ = 1;
  std::vector<sdp::NegotiatedSection> sections_;
  rtp::ExtensionMap extensions_;
  std::map<std::string, sdp::LocalStream> streams_;  // by mid: what we send stays
  std::vector<sdp::OfferedSection> offered_;
  sdp::SessionDescription offer_;
};

}  // namespace plaza::peer::internal
