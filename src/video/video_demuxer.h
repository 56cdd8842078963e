// The packets of a video file's best video stream, and what the file says about how many frames it
// holds.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "video/av_log.h"
#include "video/field_pairs.h"
#include "video/frame_rate.h"
#include "video/libav.h"

namespace mestr::internal {

class VideoDemuxer {
 public:
  // Throws Error{kInput}: missing, no regular file, not a video, no video stream. `log` must live
  // longer. Pictures of more than `most_megapixels` are not decoded to look at them, and are an
  // error where the stream can't do without.
  VideoDemuxer(const std::filesystem::path& path, AvLog& log, double most_megapixels);

  const std::filesystem::path& path() const { return path_; }
  const AVStream& stream() const { return *stream_; }
  // "stream 2 of 2 (640x480) is taken", where there are several of video.
  const std::string& choice_note() const { return choice_note_; }

  // False for a bare stream of pictures: what FFmpeg says of times then is a guess.
  bool has_clock() const;

  // Frames per second, from the header and the time stamps of the first packets; empty where the
  // file has no clock of its own.
  const FrameRate& rate() const { return rate_; }

  // How long after the file's beginning the pictures begin: 0 where no other stream is earlier.
  double Start_s() const;

  // What the container says (mp4, mov and avi do), without the frames that an edit list hides.
  std::optional<std::int64_t> announced_frames() const { return announced_frames_; }

  // The stream's next packet with data, or false at the end of the file, and where it can't be read
  // on. A packet that the container knows to be damaged has the flag. The caller listens for `log`.
  bool Read(AVPacket& packet);
  // Of the packet that was read last: whether a picture of its own is to be shown. An edit list
  // hides some, and some are the second field of a picture.
  bool begins_picture() const { return begins_picture_; }
  // Whether each such packet does give a picture; some codecs have hidden ones.
  bool one_frame_a_packet() const { return one_frame_a_packet_; }
  bool has_second_fields() const { return second_fields_ > 0; }

  // To be called after the end, with the number of frames that came out: what is wrong where
  // reading stopped before the end, or the file promised other than that. Empty where all is well.
  std::string EndProblem(std::int64_t decoded_frames, double longest_step_s) const;

  // Throw Error{kInput}: the file's name, what is wrong, and what to do: FailDamaged where
  // --keep-damaged would help.
  [[noreturn]] void FailDamaged(const std::string& what) const;
  [[noreturn]] void FailUnreadable(const std::string& what) const;
  [[noreturn]] void FailUnsupported(const std::string& what) const;

 private:
  void Open();
  FrameRate ReadRate();
  std::vector<PacketTimes> LookAhead();
  int ReadPacket(AVPacket& packet);
  int NextPacket(AVPacket& packet);
  bool ClockJumpsBehind(const AVPacket& packet);
  void ReadStreams(double most_megapixels);
  void Probe(double most_megapixels);
  AVStream* BestVideoStream() const;
  void NoteChoice();
  void DiscardOthers();
  std::string ConvertCommand(const std::string& options) const;
  std::optional<std::int64_t> CountAnnounced(AVStream& stream) const;
  void NoteEnd(const AVPacket& packet);
  std::string AnnouncedProblem(std::int64_t promised_packets, std::int64_t decoded_frames) const;
  std::string DurationProblem(double longest_step_s) const;

  std::filesystem::path path_;
  AvLog& log_;
  AvPtr<AVFormatContext> format_;
  AVStream* stream_ = nullptr;
  std::string choice_note_;
  bool one_frame_a_packet_ = false;
  std::optional<std::int64_t> announced_frames_;
  FrameRate rate_;
  std::deque<AvPtr<AVPacket>> ahead_;  // read, not yet handed on
  std::optional<int> ahead_end_;       // why no more could be read
  std::optional<FieldPairs> field_pairs_;
  bool begins_picture_ = false;
  std::int64_t packets_ = 0;        // of frames that are to be shown
  std::int64_t second_fields_ = 0;  // packets besides
  double end_s_ = 0;                // latest end of any stream's packet
  std::string read_problem_;
};

}  // namespace mestr::internal
