#include "room/internal/user_sig_packing.h"

#include <zlib.h>

#include "base/encoding.h"
#include "room/user_sig.h"

namespace plaza::room {
namespace {

constexpr std::string_view kBase64Only = "+/=";
constexpr std::string_view kUserSigOnly = "*-_";

void Translate(std::string& text, std::string_view from, std::string_view to) {
  for (char& c : text)
    if (const size_t i = from.find(c); i != std::string_view::npos) c = to[i];
}

}  // namespace

std::string PackUserSig(std::string_view json) {
  base::Bytes packed(compressBound(json.size()));
  uLongf size = packed.size();
  compress(packed.data(), &size, reinterpret_cast<const Bytef*>(json.data()), json.size());
  std::string text = base::Base64Encode({packed.data(), size});
  Translate(text, kBase64Only, kUserSigOnly);
  return text;
}

std::optional<std::string> UnpackUserSig(std::string_view text) {
  if (text.size() > kMaxUserSigBytes || text.find_first_of(kBase64Only) != std::string_view::npos)
    return std::nullopt;
  std::string standard(text);
  Translate(standard, kUserSigOnly, kBase64Only);
  const auto packed = base::Base64Decode(standard);
  if (!packed) return std::nullopt;
  std::string json(kMaxUserSigInflated, '\0');
  uLongf size = json.size();
  uLong used = packed->size();
  const int result =
      uncompress2(reinterpret_cast<Bytef*>(json.data()), &size, packed->data(), &used);
  if (result != Z_OK || used != packed->size()) return std::nullopt;
  json.resize(size);
  return json;
}

}  // namespace plaza::room
