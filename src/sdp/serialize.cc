// Serialize(): a SessionDescription into lines.
#include "sdp/session_description.h"

namespace plaza::sdp {
namespace {

class Writer {
 public:
  template <typename... Parts>
  void Line(const Parts&... parts) {
    (Append(parts), ...);
    out_ += "\r\n";
  }
  // The beginning of a line that the caller ends with Line().
  template <typename... Parts>
  void Put(const Parts&... parts) {
    (Append(parts), ...);
  }
  std::string Take() { return std::move(out_); }

 private:
  void Append(std::string_view text) { out_ += text; }
  void Append(uint64_t number) { out_ += std::to_string(number); }

  std::string out_;
};

const char* NameOf(Direction direction) {
  switch (direction) {
    case Direction::kInactive:
      return "inactive";
    case Direction::kSendOnly:
      return "sendonly";
    case Direction::kRecvOnly:
      return "recvonly";
    case Direction::kSendRecv:
      break;
  }
  return "sendrecv";
}

const char* NameOf(Setup setup) {
  switch (setup) {
    case Setup::kActPass:
      return "actpass";
    case Setup::kActive:
      return "active";
    case Setup::kPassive:
      return "passive";
    case Setup::kHoldConn:
      break;
  }
  return "holdconn";
}

std::string Join(const std::vector<std::string>& words, char separator) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += separator;
    out += word;
  }
  return out;
}

std::string Join(const Parameters& parameters) {
  std::string out;
  for (const Parameter& parameter : parameters) {
    if (!out.empty()) out += ';';
    out += parameter.name;
    if (!parameter.value.empty()) out += "=" + parameter.value;
  }
  return out;
}

void WriteTransport(Writer& w, const MediaSection& s) {
  if (!s.ice.ufrag.empty()) w.Line("a=ice-ufrag:", s.ice.ufrag);
  if (!s.ice.pwd.empty()) w.Line("a=ice-pwd:", s.ice.pwd);
  for (const Fingerprint& f : s.fingerprints) w.Line("a=fingerprint:", f.algorithm, " ", f.value);
  if (s.setup) w.Line("a=setup:", NameOf(*s.setup));
  for (const std::string& candidate : s.candidates) w.Line("a=candidate:", candidate);
  if (s.end_of_candidates) w.Line("a=end-of-candidates");
}

void WritePayload(Writer& w, const Payload& p) {
  if (!p.name.empty()) {
    w.Put("a=rtpmap:", p.type, " ", p.name, "/", p.clock_rate);
    if (p.channels > 1) w.Put("/", p.channels);
    w.Line();
  }
  for (const std::string& feedback : p.feedback) w.Line("a=rtcp-fb:", p.type, " ", feedback);
  if (!p.parameters.empty()) w.Line("a=fmtp:", p.type, " ", Join(p.parameters));
}

void WriteSources(Writer& w, const MediaSection& s) {
  for (const SourceGroup& group : s.source_groups) {
    w.Put("a=ssrc-group:", group.semantics);
    for (const uint32_t ssrc : group.ssrcs) w.Put(" ", ssrc);
    w.Line();
  }
  for (const Source& source : s.sources) w.Line("a=ssrc:", source.ssrc, " cname:", source.cname);
}

void WriteSimulcast(Writer& w, const MediaSection& s) {
  for (const Rid& rid : s.rids) {
    w.Put("a=rid:", rid.id, rid.direction == Direction::kSendOnly ? " send" : " recv");
    if (!rid.restrictions.empty()) w.Put(" ", Join(rid.restrictions));
    w.Line();
  }
  if (!s.simulcast) return;
  w.Put("a=simulcast:");
  if (!s.simulcast->send.empty()) w.Put("send ", Join(s.simulcast->send, ';'));
  if (!s.simulcast->send.empty() && !s.simulcast->receive.empty()) w.Put(" ");
  if (!s.simulcast->receive.empty()) w.Put("recv ", Join(s.simulcast->receive, ';'));
  w.Line();
}

void WriteSection(Writer& w, const MediaSection& s) {
  w.Put("m=", s.media, " ", s.port, " ", s.protocol);
  for (const Payload& payload : s.payloads) w.Put(" ", payload.type);
  for (const std::string& format : s.formats) w.Put(" ", format);
  w.Line();
  w.Line("c=IN IP4 0.0.0.0");
  if (!s.mid.empty()) w.Line("a=mid:", s.mid);
  if (s.bundle_only) w.Line("a=bundle-only");
  WriteTransport(w, s);
  if (s.extmap_allow_mixed) w.Line("a=extmap-allow-mixed");
  for (const Extmap& e : s.extensions) {
    w.Put("a=extmap:", e.id);
    if (e.direction) w.Put("/", NameOf(*e.direction));
    w.Line(" ", e.uri);
  }
  w.Line("a=", NameOf(s.direction));
  for (const Msid& msid : s.msids)
    w.Line("a=msid:", msid.stream, msid.track.empty() ? "" : " ", msid.track);
  if (s.rtcp_mux) w.Line("a=rtcp-mux");
  if (s.rtcp_reduced_size) w.Line("a=rtcp-rsize");
  for (const Payload& payload : s.payloads) WritePayload(w, payload);
  WriteSimulcast(w, s);
  WriteSources(w, s);
  if (s.sctp_port) w.Line("a=sctp-port:", *s.sctp_port);
  if (s.max_message_size) w.Line("a=max-message-size:", *s.max_message_size);
}

}  // namespace

std::string Serialize(const SessionDescription& d) {
  Writer w;
  w.Line("v=0");
  w.Line("o=- ", d.session_id, " ", d.version, " IN IP4 127.0.0.1");
  w.Line("s=-");
  w.Line("t=0 0");
  for (const Group& group : d.groups) {
    w.Put("a=group:", group.semantics);
    for (const std::string& mid : group.mids) w.Put(" ", mid);
    w.Line();
  }
  if (d.ice_lite) w.Line("a=ice-lite");
  if (!d.ice_options.empty()) w.Line("a=ice-options:", Join(d.ice_options, ' '));
  for (const MediaSection& section : d.sections) WriteSection(w, section);
  return w.Take();
}

std::string SerializeFragment(const MediaSection& section) {
  Writer w;
  if (!section.ice.ufrag.empty()) w.Line("a=ice-ufrag:", section.ice.ufrag);
  if (!section.ice.pwd.empty()) w.Line("a=ice-pwd:", section.ice.pwd);
  w.Line("m=", section.media, " 9 ", section.protocol, " 0");  // RFC 8840 section 9.2: any format
  if (!section.mid.empty()) w.Line("a=mid:", section.mid);
  for (const std::string& candidate : section.candidates) w.Line("a=candidate:", candidate);
  w.Line("a=end-of-candidates");
  return w.Take();
}

}  // namespace plaza::sdp
