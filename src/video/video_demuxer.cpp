#include "video/video_demuxer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/number_text.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "video/containers.h"
#include "video/mp4_boxes.h"
#include "video/video_options.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

bool IsFormat(const AVFormatContext& format, std::string_view name) {
  return std::string_view(format.iformat->name).find(name) != std::string_view::npos;
}

bool IsMov(const AVFormatContext& format) { return IsFormat(format, "mov"); }
bool IsAvi(const AVFormatContext& format) { return IsFormat(format, "avi"); }

// A packet of these codecs is one picture that is shown; VP8, VP9 and AV1 have hidden ones.
bool OneFrameAPacket(AVCodecID codec) {
  constexpr std::array<AVCodecID, 4> kCodecs = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC,
                                                AV_CODEC_ID_MPEG4, AV_CODEC_ID_MJPEG};
  if (std::find(kCodecs.begin(), kCodecs.end(), codec) != kCodecs.end()) return true;
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec);
  return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
}

std::string InParentheses(const std::string& text) { return text.empty() ? "" : " (" + text + ")"; }

std::string WithDetail(const std::string& text, const std::string& detail) {
  return detail.empty() ? text : text + "; " + detail;
}

// As one word of a POSIX shell.
std::string ShellWord(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string Seconds(double seconds) { return FixedText(seconds, 2) + " s"; }

[[noreturn]] void ThrowUnreadable(const fs::path& path, const std::string& what) {
  throw Error(ErrorKind::kInput, path.string() + ": " + what);
}

bool IsVideo(const AVStream& stream) { return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO; }

bool IsCover(const AVStream& stream) {
  constexpr int kStills =
      AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS | AV_DISPOSITION_STILL_IMAGE;
  return (stream.disposition & kStills) != 0;
}

std::int64_t IndexedFrames(AVStream& stream) {
  std::int64_t frames = 0;
  const int entries = avformat_index_get_entries_count(&stream);
  for (int i = 0; i < entries; ++i) {
    const AVIndexEntry& entry = *avformat_index_get_entry(&stream, i);
    if (entry.size > 0 && (entry.flags & AVINDEX_DISCARD_FRAME) == 0) ++frames;
  }
  return frames;
}

void CheckIsFileWithContent(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) ThrowUnreadable(path, "no such file");
  if (fs::is_directory(status)) ThrowUnreadable(path, "is a folder, not a video file");
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    ThrowUnreadable(path, "is a device or a pipe, not a file: save the video as a file first");
  }
  if (fs::is_regular_file(status) && fs::file_size(path, error) == 0 && !error) {
    ThrowUnreadable(path, "is empty (0 bytes): get the file again from where it was made");
  }
}

}  // namespace

VideoDemuxer::VideoDemuxer(const fs::path& path, AvLog& log, double most_megapixels)
    : path_(path), log_(log) {
  CheckIsFileWithContent(path_);
  const AvLog::Listening listening(log_);
  Open();
  log_.Watch(*format_);  // before the probing, which reads all of a short file
  ReadStreams(most_megapixels);
}

void VideoDemuxer::Open() {
  const AVInputFormat& container = ContainerOf(path_, log_);
  AVDictionary* options = nullptr;
  // What a file refers to must not make us fetch from the network.
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  AVFormatContext* opened = nullptr;
  const int result = avformat_open_input(&opened, UrlOf(path_).c_str(), &container, &options);
  av_dict_free(&options);
  format_.reset(opened);
  if (result < 0) ThrowNoVideo(path_, result, log_);
}

// FFmpeg's rule, among the streams that move.
AVStream* VideoDemuxer::BestVideoStream() const {
  // They can't be left out of FFmpeg's choice but by not being video while it is made.
  std::vector<AVCodecParameters*> covers;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream& stream = *format_->streams[i];
    if (IsVideo(stream) && IsCover(stream)) covers.push_back(stream.codecpar);
  }
  for (AVCodecParameters* cover : covers) cover->codec_type = AVMEDIA_TYPE_ATTACHMENT;
  const int best = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, /*wanted_stream_nb=*/-1,
                                       /*related_stream=*/-1, /*decoder_ret=*/nullptr, /*flags=*/0);
  for (AVCodecParameters* cover : covers) cover->codec_type = AVMEDIA_TYPE_VIDEO;
  return best < 0 ? nullptr : format_->streams[best];
}

void VideoDemuxer::Probe(double most_megapixels) {
  std::vector<AVDictionary*> options(format_->nb_streams);
  for (AVDictionary*& option : options)
    av_dict_set_int(&option, "max_pixels", MostPixels(most_megapixels), 0);
  const int result = avformat_find_stream_info(format_.get(), options.data());
  for (AVDictionary*& option : options) av_dict_free(&option);
  const AVStream* best = BestVideoStream();
  const cv::Size too_large = log_.TakeTooLarge();
  if (!too_large.empty() && (result < 0 || best == nullptr || best->codecpar->width == 0)) {
    CheckPixels(path_, too_large.width, too_large.height, most_megapixels);
  }
  if (result < 0) FailUnreadable("its streams cannot be read (" + AvErrorText(result) + ")");
}

void VideoDemuxer::ReadStreams(double most_megapixels) {
  // Now, since an AVI that has no index gets one while it is read.
  std::vector<std::optional<std::int64_t>> announced(format_->nb_streams);
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    announced[i] = CountAnnounced(*format_->streams[i]);
  }
  Probe(most_megapixels);
  stream_ = BestVideoStream();
  if (stream_ == nullptr) {
    ThrowUnreadable(path_, "has no video stream (FFmpeg reads it as " +
                               std::string(format_->iformat->name) + ")");
  }
  // Some formats show their streams only while they are read.
  const auto index = static_cast<std::size_t>(stream_->index);
  if (index < announced.size()) announced_frames_ = announced[index];
  one_frame_a_packet_ = OneFrameAPacket(stream_->codecpar->codec_id);
  field_pairs_.emplace(*stream_->codecpar);
  NoteChoice();
  DiscardOthers();
  rate_ = ReadRate();
}

void VideoDemuxer::NoteChoice() {
  int count = 0;
  int chosen = 0;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const AVStream& stream = *format_->streams[i];
    if (!IsVideo(stream) || IsCover(stream)) continue;
    ++count;
    if (&stream == stream_) chosen = count;
  }
  if (count < 2) return;
  choice_note_ = "video stream " + std::to_string(chosen) + " of " + std::to_string(count) + " (" +
                 SizeText(stream_->codecpar->width, stream_->codecpar->height) + ") is taken";
}

// Where the duration in the header is what tells of a cut, the other streams' ends count too.
void VideoDemuxer::DiscardOthers() {
  const bool looks_at_durations =
      !announced_frames_ && format_->duration_estimation_method == AVFMT_DURATION_FROM_STREAM;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream& stream = *format_->streams[i];
    if (&stream != stream_ && !looks_at_durations) stream.discard = AVDISCARD_ALL;
  }
}

double VideoDemuxer::Start_s() const {
  if (format_->start_time == AV_NOPTS_VALUE || stream_->start_time == AV_NOPTS_VALUE) return 0;
  const double own_s = static_cast<double>(stream_->start_time) * av_q2d(stream_->time_base);
  double file_s = static_cast<double>(format_->start_time) / AV_TIME_BASE;
  // Before 0 lies what a sound's decoder needs to get going; nothing of it is played.
  if (file_s < 0) file_s = std::min(0.0, own_s);
  constexpr double kRounding_s = 2.0 / AV_TIME_BASE;
  return own_s - file_s < kRounding_s ? 0 : own_s - file_s;
}

bool VideoDemuxer::has_clock() const {
  const std::string_view name = format_->iformat->name;
  const bool is_bare = name.ends_with("_pipe") || name == "obu" || name == "av1";
  return !is_bare && (format_->iformat->flags & AVFMT_NOTIMESTAMPS) == 0;
}

FrameRate VideoDemuxer::ReadRate() {
  if (!has_clock()) return {};
  RateSources sources;
  for (const AVRational rate : {stream_->avg_frame_rate, stream_->r_frame_rate}) {
    if (!sources.header_fps && rate.num > 0 && rate.den > 0) sources.header_fps = av_q2d(rate);
  }
  sources.tick_s = av_q2d(stream_->time_base);
  sources.interval_s = UsualInterval_s(LookAhead(), sources.tick_s);
  const AVFieldOrder order = stream_->codecpar->field_order;
  sources.interlaced = order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE;
  return ChooseFrameRate(sources);
}

// Some seconds of most videos; not more, since the packets are kept for the decoder.
std::vector<PacketTimes> VideoDemuxer::LookAhead() {
  constexpr std::size_t kMostPackets = 300;
  constexpr std::int64_t kMostBytes = 32 << 20;
  const auto time = [](std::int64_t stamp) {
    return stamp == AV_NOPTS_VALUE ? std::nullopt : std::optional(stamp);
  };
  std::vector<PacketTimes> times;
  std::int64_t bytes = 0;
  while (times.size() < kMostPackets && bytes < kMostBytes && !ahead_end_) {
    AvPtr<AVPacket> packet = Made(av_packet_alloc());
    if (const int result = ReadPacket(*packet); result < 0) {
      ahead_end_ = result;
      break;
    }
    times.push_back({.shown = time(packet->pts), .decoded = time(packet->dts)});
    bytes += packet->size;
    ahead_.push_back(std::move(packet));
  }
  return times;
}

std::optional<std::int64_t> VideoDemuxer::CountAnnounced(AVStream& stream) const {
  if (!IsVideo(stream) || stream.nb_frames <= 0) return std::nullopt;
  if (IsMov(*format_)) return IndexedFrames(stream);
  if (!IsAvi(*format_)) return std::nullopt;
  // The header counts empty chunks too, which show the frame before on. The index doesn't, but it
  // stands at the end of the file.
  const std::int64_t indexed = IndexedFrames(stream);
  return indexed > 0 ? indexed : stream.nb_frames;
}

// The stream's next packet that has data, as FFmpeg gives it.
int VideoDemuxer::ReadPacket(AVPacket& packet) {
  while (true) {
    av_packet_unref(&packet);
    const int result = av_read_frame(format_.get(), &packet);
    if (result < 0) return result;
    if (!IsTime(packet.pts)) packet.pts = AV_NOPTS_VALUE;
    if (!IsTime(packet.dts)) packet.dts = AV_NOPTS_VALUE;
    if (!IsTime(packet.duration)) packet.duration = 0;
    NoteEnd(packet);
    if (packet.stream_index == stream_->index && packet.size > 0) return 0;
  }
}

int VideoDemuxer::NextPacket(AVPacket& packet) {
  if (!ahead_.empty()) {
    av_packet_unref(&packet);
    av_packet_move_ref(&packet, ahead_.front().get());
    ahead_.pop_front();
    return 0;
  }
  return ahead_end_ ? *ahead_end_ : ReadPacket(packet);
}

// A transport stream's packet counter steps where two streams were joined, too, and then marks the
// last frames before it, although all of them is there.
bool VideoDemuxer::ClockJumpsBehind(const AVPacket& packet) {
  constexpr std::size_t kFramesInTheParser = 2;
  while (ahead_.size() < kFramesInTheParser && !ahead_end_) {
    AvPtr<AVPacket> next = Made(av_packet_alloc());
    const int result = ReadPacket(*next);
    if (result < 0) {
      ahead_end_ = result;
    } else {
      ahead_.push_back(std::move(next));
    }
  }
  std::int64_t before = packet.dts;
  for (std::size_t i = 0; i < std::min(kFramesInTheParser, ahead_.size()); ++i) {
    const std::int64_t after = ahead_[i]->dts;
    if (before == AV_NOPTS_VALUE || after == AV_NOPTS_VALUE) return false;
    constexpr double kJump_s = 0.2;
    const double step_s = static_cast<double>(after - before) * av_q2d(stream_->time_base);
    if (step_s < 0 || step_s > kJump_s) return true;
    before = after;
  }
  return false;
}

bool VideoDemuxer::Read(AVPacket& packet) {
  const int result = NextPacket(packet);
  if (result < 0) {
    const int io_error = format_->pb != nullptr ? format_->pb->error : 0;
    const int error = result == AVERROR_EOF ? io_error : result;
    if (error < 0 && error != AVERROR_EOF) {
      read_problem_ = "reading stops after packet " + std::to_string(packets_) + " (" +
                      WithDetail(AvErrorText(error), log_.LastError()) + ")";
    }
    return false;
  }
  const bool is_corrupt = (packet.flags & AV_PKT_FLAG_CORRUPT) != 0;
  if (is_corrupt && ClockJumpsBehind(packet)) packet.flags &= ~AV_PKT_FLAG_CORRUPT;
  const bool is_hidden = (packet.flags & AV_PKT_FLAG_DISCARD) != 0;
  const bool is_second = field_pairs_->IsSecondField(packet);
  begins_picture_ = !is_hidden && !is_second;
  if (begins_picture_) ++packets_;
  if (!is_hidden && is_second) ++second_fields_;
  return true;
}

void VideoDemuxer::NoteEnd(const AVPacket& packet) {
  const std::int64_t start = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (start == AV_NOPTS_VALUE) return;
  const AVRational tick = format_->streams[packet.stream_index]->time_base;
  end_s_ = std::max(end_s_, static_cast<double>(start + packet.duration) * av_q2d(tick));
}

std::string VideoDemuxer::AnnouncedProblem(std::int64_t promised_packets,
                                           std::int64_t decoded_frames) const {
  const std::int64_t promised_frames = promised_packets - second_fields_;
  if (promised_frames == decoded_frames) return "";
  return "it announces " + Counted(promised_frames, "frame") + ", but " +
         std::to_string(decoded_frames) + " could be read" + InParentheses(log_.LastError());
}

std::string VideoDemuxer::EndProblem(std::int64_t decoded_frames, double longest_step_s) const {
  if (!read_problem_.empty()) return read_problem_;
  if (one_frame_a_packet_ && packets_ != decoded_frames) {
    return "its " + Counted(packets_, "packet") + " gave " + Counted(decoded_frames, "frame") +
           InParentheses(log_.LastError());
  }
  if (IsMov(*format_)) {
    if (EndsInsideAFragment(path_)) {
      return "it is cut off: after " + Counted(decoded_frames, "frame") +
             " it ends within a fragment";
    }
    // A fragmented file's index grows meanwhile.
    const std::string problem = AnnouncedProblem(IndexedFrames(*stream_), decoded_frames);
    if (!problem.empty()) return problem;
  } else if (announced_frames_) {
    return AnnouncedProblem(*announced_frames_, decoded_frames);
  }
  return announced_frames_ ? "" : DurationProblem(longest_step_s);
}

std::string VideoDemuxer::DurationProblem(double longest_step_s) const {
  if (format_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return "";
  if (format_->duration == AV_NOPTS_VALUE) return "";
  const double promised_s = static_cast<double>(format_->duration) / AV_TIME_BASE;
  // How long the last frame is shown is not always part of what was read, and live recorders
  // write the duration only to about this.
  constexpr double kSlack_s = 0.5;
  if (promised_s - end_s_ <= std::max(kSlack_s, 2 * longest_step_s)) return "";
  return "it ends at " + Seconds(end_s_) + ", but its header promises " + Seconds(promised_s);
}

// Lossless, so that nothing is lost beyond what is lost already, and for pictures of any size.
std::string VideoDemuxer::ConvertCommand(const std::string& options) const {
  fs::path converted = path_;
  converted.replace_extension(".converted.mkv");
  return "ffmpeg " + options + "-i " + ShellWord(path_.string()) + " -an -c:v ffv1 " +
         ShellWord(converted.string());
}

void VideoDemuxer::FailDamaged(const std::string& what) const {
  ThrowUnreadable(path_, what +
                             ". Use an undamaged copy, or --keep-damaged, which counts what is " +
                             "damaged as missing frames, or what FFmpeg can save of this one: " +
                             ConvertCommand("-err_detect ignore_err "));
}

void VideoDemuxer::FailUnreadable(const std::string& what) const {
  ThrowUnreadable(path_, what + ". Use an undamaged copy, or what FFmpeg can save of this one: " +
                             ConvertCommand("-err_detect ignore_err "));
}

void VideoDemuxer::FailUnsupported(const std::string& what) const {
  ThrowUnreadable(path_, what + ". Convert it: " + ConvertCommand(""));
}

}  // namespace mestr::internal
