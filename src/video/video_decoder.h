// The pictures of a video stream, in the order of display, each with whether it can be trusted.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "video/av_log.h"
#include "video/damage_tracker.h"
#include "video/libav.h"
#include "video/video_demuxer.h"

namespace mestr::internal {

struct Picture {
  // Its pixels are only there where `damage` is empty. Null for damage of no one picture.
  AvPtr<AVFrame> frame;
  std::string damage;  // why it can't be trusted
};

class VideoDecoder {
 public:
  // kFast decodes ahead on several threads. When one of them meets damage, nobody knows of which
  // picture: it is told as damage of no one picture, and is the last. kExact knows, and goes on.
  enum class Care { kFast, kExact };

  // All of them must live longer. Throws Error{kInput}: no decoder, pictures of more than
  // `most_megapixels`.
  VideoDecoder(VideoDemuxer& demuxer, AvLog& log, double most_megapixels, Care care);

  // False after the last one. Throws Error{kInput} where pictures grow above the limit. The caller
  // listens for the log.
  bool Next(Picture& picture);

 private:
  void Open();
  void Step();
  void SendPacket();
  void NoteMessages();
  void NoteFailure(int code);
  void NoteDamage(std::int64_t packet, const std::string& why);
  void Add(Picture picture);
  void Judge(AvPtr<AVFrame> frame);
  void AddLost(const std::vector<DamageTracker::Lost>& pictures);

  VideoDemuxer& demuxer_;
  AvLog& log_;
  double most_megapixels_;
  Care care_;
  AvPtr<AVCodecContext> decoder_;
  AvPtr<AVPacket> packet_;
  DamageTracker tracker_;
  std::int64_t sent_ = 0;                     // packets
  std::optional<std::string> untold_damage_;  // of which no picture has told
  std::deque<Picture> ready_;
  bool started_ = false;  // a picture that can be trusted has come
  bool drained_ = false;
  bool ended_ = false;
};

}  // namespace mestr::internal
