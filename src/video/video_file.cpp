#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "core/number_text.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"
#include "video/av_log.h"
#include "video/deinterlacer.h"
#include "video/file_source.h"
#include "video/frame_converter.h"
#include "video/libav.h"
#include "video/missing_frames.h"
#include "video/pixel_aspect.h"
#include "video/video_clock.h"
#include "video/video_decoder.h"
#include "video/video_demuxer.h"
#include "video/video_options.h"

extern "C" {
#include <libavutil/display.h>
}

namespace mestr {
using namespace internal;
namespace {

// 23.976 is how people write 24000/1001; 30 and 29.97 are two.
constexpr double kSameRate = 1e-4;

const std::int32_t* DisplayMatrix(const AVStream& stream) {
  constexpr std::size_t kBytes = 9 * sizeof(std::int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
  const AVPacketSideData* data =
      av_packet_side_data_get(stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data,
                              AV_PKT_DATA_DISPLAYMATRIX);
  if (data == nullptr || data->size < kBytes) return nullptr;
  return reinterpret_cast<const std::int32_t*>(data->data);
#else
  std::size_t size = 0;
  const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (data == nullptr || size < kBytes) return nullptr;
  return reinterpret_cast<const std::int32_t*>(data);
#endif
}

// Only told to who opens the video, who can go about it with more care.
struct DamagedStart : Error {
  using Error::Error;
};

class VideoFile : public FileSource {
 public:
  VideoFile(const std::filesystem::path& path, std::optional<double> fps,
            const VideoOptions& options, VideoDecoder::Care care)
      : options_(options),
        care_(care),
        demuxer_(path, log_, options.most_megapixels),
        converter_(ReadOrientation()),
        clock_(MakeClock(fps)),
        decoder_(demuxer_, log_, options.most_megapixels, care),
        deinterlacer_(demuxer_.stream(), options.deinterlace) {
    const AvLog::Listening listening(log_);
    CheckProbing();
    Note(demuxer_.choice_note());
    SetRate(fps);
    info_.announced_frames = demuxer_.announced_frames();
    // Only the first picture says for sure how large they are.
    Frame first;
    if (!Decode(first)) {
      demuxer_.FailUnreadable("no frame in it can be decoded" +
                              (first_damage_.empty() ? "" : " (" + first_damage_ + ")"));
    }
    first_ = std::move(first);
    NoteStart();
  }

  const VideoInfo& info() const override { return info_; }

  // The first frame was decoded before anybody could ask for it in gray.
  void Use(const FrameUse& use) override {
    use_ = use;
    if (first_ && use.gray && first_picture_) {
      const AvLog::Listening listening(log_);
      first_->image_bgr = cv::Mat();
      first_->image_gray = Convert(*first_picture_, square_size_);
      if (options_.keep_damaged) last_good_ = *first_;
    }
  }

  bool Next(Frame& frame) override {
    if (first_) {
      frame = std::move(*first_);
      first_.reset();
      first_picture_.reset();
      return true;
    }
    const AvLog::Listening listening(log_);
    return Decode(frame);
  }

 private:
  VideoClock MakeClock(std::optional<double> fps) const {
    // What was asked for says nothing of the file's clock, but stands in where there is none.
    const double usual_fps =
        demuxer_.rate().fps.value_or(fps.value_or(std::numeric_limits<double>::quiet_NaN()));
    return {av_q2d(demuxer_.stream().time_base), demuxer_.Start_s(), 1 / usual_fps};
  }

  void SetRate(std::optional<double> asked_fps) {
    const FrameRate& own = demuxer_.rate();
    info_.fps = asked_fps ? asked_fps : own.fps;
    if (!asked_fps) {
      Note(own.note);
    } else if (own.fps && std::abs(*own.fps / *asked_fps - 1) > kSameRate) {
      Note("taken at " + NumberText(*asked_fps) + " fps, as asked, and not at its own " +
           NumberText(*own.fps) + " fps; seconds stay those of its clock");
    }
  }

  Orientation ReadOrientation() const {
    Orientation orientation;
    const std::int32_t* matrix = DisplayMatrix(demuxer_.stream());
    if (matrix != nullptr && !OrientationOf(matrix, orientation)) {
      demuxer_.FailUnsupported(
          "its pictures are to be turned by " +
          std::to_string(static_cast<int>(std::lround(av_display_rotation_get(matrix)))) +
          " degrees; only multiples of 90 are supported");
    }
    return orientation;
  }

  // What is noticed while the file is probed may lie anywhere in it.
  void CheckProbing() {
    const std::string damage = log_.TakeDamage();
    if (damage.empty()) return;
    if (!options_.keep_damaged) demuxer_.FailDamaged("is damaged: " + damage);
    Note("damage was met while it was opened: " + damage);
  }

  void Note(const std::string& note) {
    if (!note.empty()) info_.notes.push_back(Printable(note));
  }

  void NoteStart() {
    if (demuxer_.has_second_fields()) info_.announced_frames.reset();  // it counted fields
    if (left_out_ == 0) return;
    if (info_.announced_frames) *info_.announced_frames -= left_out_;
    Note((left_out_ == 1 ? "the first frame" : "the first " + Counted(left_out_, "frame")) +
         " can't be decoded (the video was cut within a group of pictures, or its start is "
         "damaged) and " +
         (left_out_ == 1 ? "is" : "are") + " left out: the first that can is frame 1");
  }

  bool Decode(Frame& frame) {
    Picture picture;
    if (!NextPicture(picture)) {
      CheckEnd();
      return false;
    }
    frame = {.index = count_, .missing = !picture.damage.empty()};
    const std::int64_t start = demuxer_.stream().start_time;
    if (count_ == 0 && !first_damage_.empty() && start != AV_NOPTS_VALUE) clock_.StartAt(start);
    const ClockReading reading = clock_.Next(StampOf(*picture.frame));
    frame.time_s = reading.time_s;
    frame.continues = reading.continues;
    info_.variable_frame_rate = clock_.timing().variable();
    if (!frame.continues || (after_missing_ && !frame.missing)) use_.region_px = {};
    after_missing_ = frame.missing;
    TakeImage(picture, frame);
    ++count_;
    if (frame.missing) missing_.Add(frame.index, picture.damage);
    if (frame.index == 0) first_picture_ = std::move(picture.frame);
    return true;
  }

  void TakeImage(const Picture& picture, Frame& frame) {
    const bool used = count_ % use_.step == 0;
    if (!frame.missing) {
      const cv::Size square = CheckPicture(*picture.frame);
      if (used) ConvertInto(frame, *picture.frame, square);
      if (used && options_.keep_damaged) last_good_ = frame;
    } else if (used) {
      frame.image_bgr = last_good_.image_bgr.clone();
      frame.image_gray = last_good_.image_gray.clone();
      frame.patch_bgr = last_good_.patch_bgr.clone();
      frame.patch_origin = last_good_.patch_origin;
    }
  }

  void ConvertInto(Frame& frame, const AVFrame& picture, const cv::Size& square) {
    const cv::Rect& region = use_.region_px;
    const bool is_part = !use_.gray && !region.empty() &&
                         (region & cv::Rect(0, 0, info_.width, info_.height)) == region;
    if (is_part) frame.patch_bgr = converter_.ToUprightPatch(picture, square, region);
    if (!frame.patch_bgr.empty()) {
      frame.patch_origin = region.tl();
    } else {
      (use_.gray ? frame.image_gray : frame.image_bgr) = Convert(picture, square);
    }
  }

  // Deinterlaced. Damaged pictures stay out of the deinterlacer, which fills in fields from others.
  bool NextPicture(Picture& picture) {
    while (true) {
      if (AvPtr<AVFrame> done = deinterlacer_.Take()) {
        picture = {std::move(done), ""};
        return true;
      }
      if (behind_) {
        picture = std::move(*behind_);
        behind_.reset();
        return true;
      }
      if (decoder_ended_) return false;
      Picture next;
      decoder_ended_ = !NextDecoded(next);
      if (decoder_ended_ || !next.damage.empty()) {
        CheckDeinterlaced(deinterlacer_.Finish());
        if (!decoder_ended_) behind_ = std::move(next);
      } else {
        CheckDeinterlaced(deinterlacer_.Put(std::move(next.frame)));
        NoteInterlaced();
      }
    }
  }

  // From the first that can be trusted on.
  bool NextDecoded(Picture& picture) {
    while (decoder_.Next(picture)) {
      if (picture.damage.empty()) {
        started_ = true;
        return true;
      }
      if (first_damage_.empty()) first_damage_ = picture.damage;
      if (!started_) {
        LeaveOut(picture);
      } else if (!options_.keep_damaged) {
        demuxer_.FailDamaged("is damaged near frame " + NextFrame() + ": " + picture.damage);
      } else if (picture.frame) {
        return true;
      }
    }
    return false;
  }

  void LeaveOut(const Picture& picture) {
    if (care_ == VideoDecoder::Care::kFast) throw DamagedStart(ErrorKind::kInput, first_damage_);
    if (!picture.frame) return;
    ++left_out_;
    // Encoders begin a group at least every 250 frames or 10 s, if nobody tells them otherwise.
    constexpr std::int64_t kMostFrames = 300;
    constexpr double kMost_s = 12;
    const std::int64_t stamp = picture.frame->best_effort_timestamp;
    if (stamp != AV_NOPTS_VALUE && !left_out_from_) left_out_from_ = stamp;
    const double left_out_s =
        stamp == AV_NOPTS_VALUE || !left_out_from_
            ? kMost_s
            : static_cast<double>(stamp - *left_out_from_) * av_q2d(demuxer_.stream().time_base);
    if (left_out_ > kMostFrames && left_out_s >= kMost_s) {
      demuxer_.FailUnreadable("its first " + Counted(left_out_, "frame") + " are damaged (" +
                              first_damage_ + ")");
    }
  }

  void CheckDeinterlaced(int result) {
    if (result >= 0) return;
    demuxer_.FailUnsupported("its interlaced frames can't be deinterlaced (" + AvErrorText(result) +
                             "); video.deinterlace: false leaves them");
  }

  void NoteInterlaced() {
    if (interlaced_noted_ || deinterlacer_.note().empty()) return;
    interlaced_noted_ = true;
    Note(deinterlacer_.note());
  }

  // Its size in square pixels, which is that of the pictures before.
  cv::Size CheckPicture(const AVFrame& frame) {
    const cv::Size stored(frame.width, frame.height);
    const PixelAspect aspect = PixelAspectOf(demuxer_.stream(), frame);
    const cv::Size square = SquarePixelSize(stored, aspect.width_to_height);
    if (stored_size_.empty()) {
      CheckPixels(demuxer_.path(), square.width, square.height, options_.most_megapixels);
      stored_size_ = stored;
      square_size_ = square;
      NotePixelAspect(aspect);
    }
    CheckSize("picture size", stored_size_, stored);
    CheckSize("size in square pixels", square_size_, square);
    return square;
  }

  cv::Mat Convert(const AVFrame& frame, const cv::Size& square) {
    cv::Mat image = converter_.ToUpright(frame, square, use_.gray);
    if (image.empty()) demuxer_.FailUnsupported("its pixel format is not supported");
    info_.width = image.cols;
    info_.height = image.rows;
    return image;
  }

  void NotePixelAspect(const PixelAspect& aspect) {
    Note(aspect.note);
    if (square_size_ == stored_size_) return;
    Note("pixels are " + std::to_string(aspect.width_to_height.num) + ":" +
         std::to_string(aspect.width_to_height.den) + ": pictures are " +
         (square_size_.width > stored_size_.width ? "widened" : "made higher") + " from " +
         SizeText(stored_size_.width, stored_size_.height) + " to " +
         SizeText(square_size_.width, square_size_.height));
  }

  void CheckSize(const std::string& what, cv::Size before, cv::Size now) const {
    if (before == now) return;
    demuxer_.FailUnsupported("the " + what + " changes at frame " + NextFrame() + " from " +
                             SizeText(before.width, before.height) + " to " +
                             SizeText(now.width, now.height));
  }

  void CheckEnd() {
    if (end_checked_) return;
    end_checked_ = true;
    for (const std::string& note : clock_.Notes()) Note(note);
    Note(missing_.Note());
    const std::string problem =
        demuxer_.EndProblem(count_ + left_out_, clock_.timing().longest_step_s());
    if (problem.empty()) return;
    if (!options_.keep_damaged) demuxer_.FailDamaged(problem);
    Note(problem);
  }

  std::optional<std::int64_t> StampOf(const AVFrame& frame) const {
    if (!demuxer_.has_clock()) return std::nullopt;
    for (const std::int64_t stamp : {frame.pts, frame.best_effort_timestamp}) {
      if (IsTime(stamp)) return stamp;
    }
    return std::nullopt;
  }

  std::string NextFrame() const { return std::to_string(count_ + 1) + " (counted from 1)"; }

  VideoOptions options_;
  VideoDecoder::Care care_;
  AvLog log_;
  VideoDemuxer demuxer_;
  FrameConverter converter_;
  VideoClock clock_;
  VideoDecoder decoder_;
  Deinterlacer deinterlacer_;
  VideoInfo info_;
  cv::Size stored_size_;
  cv::Size square_size_;  // before it is turned
  std::int64_t count_ = 0;
  FrameUse use_;
  std::optional<Frame> first_;
  AvPtr<AVFrame> first_picture_;  // as long as it may be asked for in gray

  bool started_ = false;  // a frame that can be trusted was decoded
  bool decoder_ended_ = false;
  bool end_checked_ = false;
  bool interlaced_noted_ = false;
  std::int64_t left_out_ = 0;  // frames before the first that can be trusted
  std::optional<std::int64_t> left_out_from_;
  std::string first_damage_;
  std::optional<Picture> behind_;  // what comes after all that the deinterlacer let out
  bool after_missing_ = false;
  Frame last_good_;  // with keep_damaged
  MissingFrames missing_;
};

}  // namespace

std::unique_ptr<FrameSource> OpenVideoFile(const std::filesystem::path& path,
                                           std::optional<double> fps, const VideoOptions& options) {
  if (fps) RequireFrameRate("a video file", *fps);
  using Care = VideoDecoder::Care;
  try {
    return std::make_unique<VideoFile>(path, fps, options,
                                       options.keep_damaged ? Care::kExact : Care::kFast);
  } catch (const DamagedStart&) {
    return std::make_unique<VideoFile>(path, fps, options, Care::kExact);
  }
}

}  // namespace mestr
