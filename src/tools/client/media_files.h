// Files of encoded media that ffmpeg and players read: IVF, H.264's byte stream, Ogg Opus.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "rtp/packet.h"

namespace plaza::tools {

/// Written from the first to the last byte; closed, and finished, when destroyed.
class MediaFile {
 public:
  virtual ~MediaFile() = default;
  /// One frame or audio packet. `timestamp` in units of the RTP clock, counted from the file's
  /// first.
  virtual void Write(base::ByteView data, uint64_t timestamp) = 0;
};

/// VP8 as IVF, H.264 as a byte stream (Annex B), which has no time of its own, Opus as
/// Ogg (RFC 7845, stereo, 48 kHz). `path` without its ending, which is added. kUnsupported for
/// other codecs.
base::Result<std::unique_ptr<MediaFile>> OpenMediaFile(rtp::Codec codec, const std::string& path);

}  // namespace plaza::tools
