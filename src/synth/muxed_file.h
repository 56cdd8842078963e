// A file of one stream of pictures, by FFmpeg's muxers.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <filesystem>

namespace mestr::internal::synth {

// Without time stamps of its making or library versions in it: the same packets give the same
// bytes. Its calls throw Error{kConfig} naming a path that cannot be written, and std::bad_alloc.
class MuxedFile {
 public:
  // `format` as FFmpeg names it: "avi", "mp4".
  MuxedFile(std::filesystem::path path, const char* format);
  ~MuxedFile();
  MuxedFile(const MuxedFile&) = delete;
  MuxedFile& operator=(const MuxedFile&) = delete;

  // To be described before the file is opened.
  AVStream& stream() { return *context_->streams[0]; }
  void Open();
  // The next packet, which lasts for one unit of its time base. It is empty afterwards.
  void Write(AVPacket& packet, AVRational time_base);
  void Finish();

  // Throws for what FFmpeg gives back where something failed.
  void Check(int result) const;

 private:
  std::filesystem::path path_;
  AVFormatContext* context_ = nullptr;
};

}  // namespace mestr::internal::synth
