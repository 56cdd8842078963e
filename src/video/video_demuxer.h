// The packets of a video file's first video stream, and what the file says about how many frames
// it holds.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "video/av_log.h"
#include "video/frame_rate.h"
#include "video/libav.h"

namespace mestr::internal {

class VideoDemuxer {
 public:
  // Throws Error{kInput}: missing, not a video, no video stream. `log` must live longer.
  VideoDemuxer(const std::filesystem::path& path, AvLog& log);

  const std::filesystem::path& path() const { return path_; }
  const AVStream& stream() const { return *stream_; }

  // Frames per second, from the header and the time stamps of the first packets; empty where the
  // file has no clock of its own.
  const FrameRate& rate() const { return rate_; }

  // How long after the file's beginning the pictures begin: 0 where no other stream is earlier.
  double Start_s() const;

  // What the container says (mp4, mov and avi do), without the frames that an edit list hides.
  std::optional<std::int64_t> announced_frames() const { return announced_frames_; }

  // The stream's next packet with data, or false at the end of the file. Throws Error{kInput}. The
  // caller listens for `log`.
  bool Read(AVPacket& packet);

  // To be called after the end, with the number of frames that came out. Throws Error{kInput} where
  // the file promised other than that.
  void CheckEnd(std::int64_t decoded_frames, double longest_step_s) const;

  // Throw Error{kInput}: the file's name, what is wrong, and how to get a file that can be read.
  [[noreturn]] void FailDamaged(const std::string& what) const;
  [[noreturn]] void FailUnsupported(const std::string& what) const;

 private:
  void Open();
  FrameRate ReadRate();
  std::vector<PacketTimes> LookAhead();
  int ReadPacket(AVPacket& packet);
  int NextPacket(AVPacket& packet);
  bool ClockJumpsBehind(const AVPacket& packet);
  void ReadStreams();
  AVStream* FirstVideoStream() const;
  std::string ConvertCommand(const std::string& options) const;
  std::optional<std::int64_t> CountAnnounced() const;
  std::int64_t IndexedFrames() const;
  void NoteEnd(const AVPacket& packet);
  void CheckAnnounced(std::int64_t promised_frames, std::int64_t decoded_frames) const;
  void CheckDuration(double longest_step_s) const;

  std::filesystem::path path_;
  AvLog& log_;
  AvPtr<AVFormatContext> format_;
  AVStream* stream_ = nullptr;
  bool one_frame_a_packet_ = false;
  std::optional<std::int64_t> announced_frames_;
  FrameRate rate_;
  std::deque<AvPtr<AVPacket>> ahead_;  // read, not yet handed on
  std::optional<int> ahead_end_;       // why no more could be read
  std::int64_t packets_ = 0;           // of frames that are to be shown
  double end_s_ = 0;                   // latest end of any stream's packet
};

}  // namespace mestr::internal
