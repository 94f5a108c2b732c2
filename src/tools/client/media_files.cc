#include "tools/client/media_files.h"

#include <ogg/ogg.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace plaza::tools {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

void Put(std::FILE* file, const void* data, size_t size) { (void)std::fwrite(data, 1, size, file); }

template <typename T>
void AppendLittleEndian(base::Bytes& bytes, T value) {
  for (size_t i = 0; i < sizeof(T); ++i)
    bytes.push_back(static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i)));
}

void AppendText(base::Bytes& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

class IvfFile final : public MediaFile {
 public:
  IvfFile(File file, std::string_view four_cc) : file_(std::move(file)) {
    base::Bytes header;
    AppendText(header, "DKIF");
    AppendLittleEndian<uint16_t>(header, 0);
    AppendLittleEndian<uint16_t>(header, 32);  // bytes of this header
    AppendText(header, four_cc);
    AppendLittleEndian<uint16_t>(header, 0);  // the size is in the keyframes
    AppendLittleEndian<uint16_t>(header, 0);
    AppendLittleEndian<uint32_t>(header, 90'000);
    AppendLittleEndian<uint32_t>(header, 1);
    AppendLittleEndian<uint64_t>(header, 0);
    Put(file_.get(), header.data(), header.size());
  }

  void Write(base::ByteView data, uint64_t timestamp) override {
    base::Bytes header;
    AppendLittleEndian<uint32_t>(header, static_cast<uint32_t>(data.size()));
    AppendLittleEndian<uint64_t>(header, timestamp);
    Put(file_.get(), header.data(), header.size());
    Put(file_.get(), data.data(), data.size());
  }

 private:
  File file_;
};

class H264File final : public MediaFile {
 public:
  explicit H264File(File file) : file_(std::move(file)) {}
  void Write(base::ByteView data, uint64_t) override { Put(file_.get(), data.data(), data.size()); }

 private:
  File file_;
};

class OggOpusFile final : public MediaFile {
 public:
  explicit OggOpusFile(File file) : file_(std::move(file)) {
    ogg_stream_init(&stream_, 1);
    base::Bytes head;
    AppendText(head, "OpusHead");
    head.push_back(1);  // version
    head.push_back(2);  // channels
    AppendLittleEndian<uint16_t>(head, 0);
    AppendLittleEndian<uint32_t>(head, 48'000);
    AppendLittleEndian<uint16_t>(head, 0);
    head.push_back(0);  // mono or stereo, no mapping table
    Add(head, 0, true, false);
    Flush();
    base::Bytes tags;
    AppendText(tags, "OpusTags");
    AppendLittleEndian<uint32_t>(tags, 5);
    AppendText(tags, "Plaza");
    AppendLittleEndian<uint32_t>(tags, 0);
    Add(tags, 0, false, false);
    Flush();
  }

  ~OggOpusFile() override {
    if (!last_.empty()) Add(last_, last_end_, false, true);
    Flush();
    ogg_stream_clear(&stream_);
  }

  // One packet late, so that the last one can say so.
  void Write(base::ByteView data, uint64_t timestamp) override {
    if (!last_.empty()) Add(last_, timestamp, false, false);
    last_.assign(data.begin(), data.end());
    constexpr uint64_t kTwentyMilliseconds = 960;
    last_end_ = timestamp + kTwentyMilliseconds;
    ogg_page page;
    while (ogg_stream_pageout(&stream_, &page) != 0) PutPage(page);
  }

 private:
  /// `end`: the time at which the packet's sound ends.
  void Add(base::Bytes& data, uint64_t end, bool first, bool last) {
    ogg_packet packet{};
    packet.packet = data.data();
    packet.bytes = static_cast<long>(data.size());
    packet.b_o_s = first ? 1 : 0;
    packet.e_o_s = last ? 1 : 0;
    packet.granulepos = static_cast<ogg_int64_t>(end);
    packet.packetno = number_++;
    ogg_stream_packetin(&stream_, &packet);
  }
  void Flush() {
    ogg_page page;
    while (ogg_stream_flush(&stream_, &page) != 0) PutPage(page);
  }
  void PutPage(const ogg_page& page) {
    Put(file_.get(), page.header, static_cast<size_t>(page.header_len));
    Put(file_.get(), page.body, static_cast<size_t>(page.body_len));
  }

  File file_;
  ogg_stream_state stream_{};
  ogg_int64_t number_ = 0;
  base::Bytes last_;
  uint64_t last_end_ = 0;
};

base::Result<File> Open(const std::string& path) {
  File file(std::fopen(path.c_str(), "wb"));
  if (file) return file;
  return base::Error{base::ErrorKind::kUnavailable,
                     "can't write " + path + ": " + std::strerror(errno), "--save", 0};
}

template <typename Kind, typename... Arguments>
base::Result<std::unique_ptr<MediaFile>> OpenAs(const std::string& path, Arguments... arguments) {
  auto file = Open(path);
  if (!file) return std::move(file).error();
  return std::unique_ptr<MediaFile>(std::make_unique<Kind>(std::move(*file), arguments...));
}

}  // namespace

base::Result<std::unique_ptr<MediaFile>> OpenMediaFile(rtp::Codec codec, const std::string& path) {
  switch (codec) {
    case rtp::Codec::kVp8:
      return OpenAs<IvfFile>(path + ".ivf", std::string_view("VP80"));
    case rtp::Codec::kH264:
      return OpenAs<H264File>(path + ".h264");
    case rtp::Codec::kOpus:
      return OpenAs<OggOpusFile>(path + ".ogg");
    default:
      return base::Error{base::ErrorKind::kUnsupported,
                         std::string("there is no file for ") + rtp::ToString(codec), "--save", 0};
  }
}

}  // namespace plaza::tools
