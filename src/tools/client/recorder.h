// Saves what a participant receives: one file for each user, stream and kind.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "client/config.h"
#include "rtp/frame_assembler.h"
#include "rtp/sequence_number.h"
#include "tools/client/media_files.h"

namespace plaza::tools {

/// Files are called {folder}/{user}_{main|aux}.{ivf|h264|ogg}. A stream whose codec changes goes on
/// in a file of its own, with a number.
class Recorder {
 public:
  explicit Recorder(std::string folder) : folder_(std::move(folder)) {}

  void OnPacket(const client::ReceivedPacket& received);

 private:
  struct Stream {
    rtp::Codec codec = rtp::Codec::kUnknown;
    std::unique_ptr<MediaFile> file;  ///< null: it can't be saved, which was told
    std::optional<rtp::FrameAssembler> frames;
    rtp::TimestampUnwrapper timestamps;
    std::optional<int64_t> first;
  };
  using Key = std::pair<std::string, bool>;  ///< "{user}_{stream}", video

  void Open(Stream& stream, const Key& key, rtp::Codec codec);
  static void Write(Stream& stream, base::ByteView data, uint32_t timestamp);

  const std::string folder_;
  std::map<Key, Stream> streams_;
  std::map<std::string, int> names_;
};

}  // namespace plaza::tools
