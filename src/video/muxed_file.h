// A file of one stream of pictures, by FFmpeg's muxers.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "video/av_log.h"
#include "video/libav.h"

namespace mestr::internal {

// Without time stamps of its making or library versions in it: the same packets give the same
// bytes. Its calls throw Error{kConfig} naming a path that cannot be written, and std::bad_alloc.
class MuxedFile {
 public:
  // `format` as FFmpeg names it: "avi", "mp4". Without a path the file is made in memory.
  MuxedFile(std::optional<std::filesystem::path> path, const char* format);
  ~MuxedFile();
  MuxedFile(const MuxedFile&) = delete;
  MuxedFile& operator=(const MuxedFile&) = delete;

  // To be described before the file is opened.
  AVStream& stream() { return *context_->streams[0]; }
  // `movflags` is an option of the muxer of MP4.
  void Open(const char* movflags = nullptr);
  // The next packet, in units of `time_base`. It is empty afterwards.
  void Write(AVPacket& packet, AVRational time_base);
  void Finish();
  // Of a file in memory, once, after Finish.
  std::string TakeBytes();

  // Throws for what FFmpeg gives back where something failed.
  void Check(int result) const;
  // What FFmpeg tells of this file.
  AvLog& log() { return log_; }

 private:
  void OpenPath();

  AvLog log_;
  std::optional<std::filesystem::path> path_;
  AVFormatContext* context_ = nullptr;
  std::string bytes_;
};

}  // namespace mestr::internal
