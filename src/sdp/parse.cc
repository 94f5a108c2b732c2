// Parse(): lines into a SessionDescription.
#include <algorithm>
#include <set>

#include "sdp/internal/attributes.h"
#include "sdp/internal/tokens.h"
#include "sdp/session_description.h"

namespace plaza::sdp {
namespace {

using internal::ParseNumber;
using internal::TakeUntil;
using internal::TakeWord;

constexpr uint8_t kMaxPayloadType = 127;

// Formats that need no a=rtpmap (RFC 3551 section 6), as far as WebRTC uses them.
void NameStaticPayload(Payload& payload) {
  switch (payload.type) {
    case 0:
      payload.name = "PCMU";
      break;
    case 8:
      payload.name = "PCMA";
      break;
    case 9:
      payload.name = "G722";
      break;
    case 13:
      payload.name = "CN";
      break;
    default:
      return;
  }
  payload.clock_rate = 8000;
}

MediaKind KindOf(std::string_view media) {
  if (media == "audio") return MediaKind::kAudio;
  if (media == "video") return MediaKind::kVideo;
  if (media == "application") return MediaKind::kApplication;
  return MediaKind::kOther;
}

class Parser {
 public:
  // A fragment has no head of v= and o=.
  explicit Parser(bool fragment) : origin_seen_(fragment), fragment_(fragment) {}
  base::Result<SessionDescription> Run(std::string_view text);

 private:
  // Each gives the rule that the line breaks, or null.
  const char* ReadLine(std::string_view line);
  const char* ReadOrigin(std::string_view value);
  const char* ReadMediaLine(std::string_view value);
  const char* ReadFormats(std::string_view value, MediaSection& section);
  const char* ReadAttributeLine(std::string_view value);
  const char* FinishSection();
  base::Error Fail(std::string_view line, std::string_view rule) const;

  SessionDescription session_;
  MediaSection inherited_;
  bool inherited_direction_given_ = false;
  std::vector<std::string> feedback_for_all_;
  bool direction_given_ = false;
  bool origin_seen_;
  const bool fragment_;
  std::set<std::string> mids_;
  size_t line_number_ = 0;
};

base::Error Parser::Fail(std::string_view line, std::string_view rule) const {
  constexpr size_t kShown = 40;
  std::string message = "line " + std::to_string(line_number_);
  if (!line.empty())
    message += " (" + std::string(line.substr(0, line.find_first_of(": "))).substr(0, kShown) + ")";
  return base::InvalidArgument("sdp", message + ": " + std::string(rule));
}

base::Result<SessionDescription> Parser::Run(std::string_view text) {
  if (text.size() > kMaxBytes)
    return Fail({}, "the description is longer than " + std::to_string(kMaxBytes) + " bytes");
  while (!text.empty()) {
    std::string_view line = TakeUntil(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (++line_number_ > kMaxLines) return Fail({}, "too many lines");
    if (line.empty()) continue;
    if (line.size() > kMaxLineBytes)
      return Fail({}, "longer than " + std::to_string(kMaxLineBytes) + " bytes");
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
    if (std::any_of(line.begin(), line.end(), control))
      return Fail({}, "control characters are not allowed");
    if (const char* rule = ReadLine(line)) return Fail(line, rule);
  }
  if (!origin_seen_) return Fail({}, "v= and o= are missing");
  if (const char* rule = FinishSection()) return Fail({}, rule);
  return std::move(session_);
}

const char* Parser::ReadLine(std::string_view line) {
  if (line.size() < 2 || line[1] != '=') return "must be a letter and \"=\"";
  const std::string_view value = line.substr(2);
  if (line_number_ == 1 && !fragment_)
    return line == "v=0" ? nullptr : "the first line must be v=0";
  if (!origin_seen_) return line[0] == 'o' ? ReadOrigin(value) : "o= must follow v=0";
  switch (line[0]) {
    case 'm':
      return ReadMediaLine(value);
    case 'a':
      return ReadAttributeLine(value);
    case 'v':
    case 'o':
      return "occurs twice";
    default:
      return nullptr;  // names, times, bandwidths and addresses mean nothing here
  }
}

const char* Parser::ReadOrigin(std::string_view value) {
  TakeWord(value);  // user name
  const auto id = ParseNumber<uint64_t>(TakeWord(value));
  const auto version = ParseNumber<uint64_t>(TakeWord(value));
  if (!id || !version) return "needs a numeric session id and version";
  session_.session_id = *id;
  session_.version = *version;
  origin_seen_ = true;
  return nullptr;
}

const char* Parser::ReadMediaLine(std::string_view value) {
  if (const char* rule = FinishSection()) return rule;
  if (session_.sections.size() >= kMaxSections) return "too many m-lines";
  MediaSection section;
  section.media = TakeWord(value);
  section.kind = KindOf(section.media);
  std::string_view port_and_count = TakeWord(value);
  const auto port = ParseNumber<uint16_t>(TakeUntil(port_and_count, '/'));
  section.protocol = TakeWord(value);
  if (!port || section.protocol.empty()) return "needs a port and a protocol";
  section.port = *port;
  if (const char* rule = ReadFormats(value, section)) return rule;
  session_.sections.push_back(std::move(section));
  direction_given_ = false;
  feedback_for_all_.clear();
  return nullptr;
}

const char* Parser::ReadFormats(std::string_view value, MediaSection& section) {
  size_t count = 0;
  while (!value.empty()) {
    const std::string_view format = TakeWord(value);
    if (format.empty()) continue;
    if (++count > kMaxPayloads) return "has too many formats";
    if (!section.is_rtp()) {
      section.formats.emplace_back(format);
      continue;
    }
    Payload payload;
    const auto type = ParseNumber<uint8_t>(format);
    if (!type || *type > kMaxPayloadType) return "formats must be payload types of 0 to 127";
    if (section.FindPayload(*type)) return "names one payload type twice";
    payload.type = *type;
    NameStaticPayload(payload);
    section.payloads.push_back(std::move(payload));
  }
  return count > 0 ? nullptr : "needs a format";
}

const char* Parser::ReadAttributeLine(std::string_view value) {
  const bool in_section = !session_.sections.empty();
  const std::string_view name = TakeUntil(value, ':');
  return internal::ReadAttribute(
      name, value,
      {session_, in_section ? session_.sections.back() : inherited_, feedback_for_all_,
       in_section ? direction_given_ : inherited_direction_given_});
}

const char* Parser::FinishSection() {
  if (session_.sections.empty()) return nullptr;
  MediaSection& section = session_.sections.back();
  if (!section.mid.empty() && !mids_.insert(section.mid).second)
    return "two m-lines before here have one mid";
  for (Payload& payload : section.payloads) {
    for (const std::string& feedback : feedback_for_all_) {
      auto& list = payload.feedback;
      if (std::find(list.begin(), list.end(), feedback) != list.end()) continue;
      if (list.size() >= kMaxFeedbackPerPayload) return "a=rtcp-fb before here occurs too often";
      list.push_back(feedback);
    }
  }
  if (!direction_given_ && inherited_direction_given_) section.direction = inherited_.direction;
  if (section.ice.ufrag.empty()) section.ice.ufrag = inherited_.ice.ufrag;
  if (section.ice.pwd.empty()) section.ice.pwd = inherited_.ice.pwd;
  if (section.fingerprints.empty()) section.fingerprints = inherited_.fingerprints;
  if (!section.setup) section.setup = inherited_.setup;
  if (section.extensions.empty()) section.extensions = inherited_.extensions;
  section.extmap_allow_mixed |= inherited_.extmap_allow_mixed;
  section.rtcp_reduced_size |= inherited_.rtcp_reduced_size;
  return nullptr;
}

}  // namespace

base::Result<SessionDescription> Parse(std::string_view text) { return Parser(false).Run(text); }

base::Result<SessionDescription> ParseFragment(std::string_view text) {
  auto fragment = Parser(true).Run(text);
  if (fragment && fragment->sections.empty())
    return base::InvalidArgument("sdp", "the fragment has no m-line");
  return fragment;
}

std::optional<std::string_view> Find(const Parameters& parameters, std::string_view name) {
  for (const Parameter& parameter : parameters)
    if (internal::EqualsIgnoringCase(parameter.name, name)) return parameter.value;
  return std::nullopt;
}

const Payload* MediaSection::FindPayload(uint8_t type) const {
  for (const Payload& payload : payloads)
    if (payload.type == type) return &payload;
  return nullptr;
}

const Group* SessionDescription::bundle() const {
  for (const Group& group : groups)
    if (group.semantics == "BUNDLE") return &group;
  return nullptr;
}

}  // namespace plaza::sdp
