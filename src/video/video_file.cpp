#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/number_text.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"
#include "video/av_log.h"
#include "video/frame_converter.h"
#include "video/libav.h"
#include "video/video_clock.h"
#include "video/video_demuxer.h"
#include "video/video_options.h"

extern "C" {
#include <libavutil/display.h>
}

namespace mestr {
using namespace internal;
namespace {

// Two decode while we convert; other videos want the other cores. FFmpeg hands frames out in order
// whatever their number, but 5.1 aborts the process when it finds damage in MPEG-4's older codecs
// with AV_EF_EXPLODE on several threads.
int DecoderThreads(AVCodecID codec) {
  switch (codec) {
    case AV_CODEC_ID_MPEG4:
    case AV_CODEC_ID_H263:
    case AV_CODEC_ID_H263P:
    case AV_CODEC_ID_FLV1:
    case AV_CODEC_ID_MSMPEG4V1:
    case AV_CODEC_ID_MSMPEG4V2:
    case AV_CODEC_ID_MSMPEG4V3:
    case AV_CODEC_ID_WMV1:
    case AV_CODEC_ID_WMV2:
      return 1;
    default:
      return 2;
  }
}

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

class VideoFile : public FrameSource {
 public:
  VideoFile(const std::filesystem::path& path, std::optional<double> fps,
            const VideoOptions& options)
      : options_(options),
        demuxer_(path, log_),
        converter_(ReadOrientation()),
        clock_(MakeClock(fps)),
        packet_(av_packet_alloc()),
        decoded_(av_frame_alloc()) {
    const AvLog::Listening listening(log_);
    OpenDecoder();
    SetRate(fps);
    info_.announced_frames = demuxer_.announced_frames();
    // Only the first picture says for sure how large they are.
    Frame first;
    if (!Decode(first)) demuxer_.FailDamaged("no frame in it can be decoded");
    first_ = std::move(first);
  }

  const VideoInfo& info() const override { return info_; }

  bool Next(Frame& frame) override {
    if (first_) {
      frame = std::move(*first_);
      first_.reset();
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
      if (!own.note.empty()) info_.notes.push_back(own.note);
    } else if (own.fps && *own.fps != *asked_fps) {
      info_.notes.push_back("taken at " + NumberText(*asked_fps) +
                            " fps, as asked, and not at its own " + NumberText(*own.fps) +
                            " fps; seconds stay those of its clock");
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

  void OpenDecoder() {
    const AVCodecParameters& parameters = *demuxer_.stream().codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (codec == nullptr) {
      throw Error(ErrorKind::kInput,
                  demuxer_.path().string() + ": this FFmpeg has no decoder for " +
                      avcodec_get_name(parameters.codec_id) +
                      "; convert the file to H.264 (mp4) with a program that plays it");
    }
    decoder_.reset(avcodec_alloc_context3(codec));
    log_.Watch(*decoder_);
    decoder_->thread_count = DecoderThreads(parameters.codec_id);
    decoder_->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
    // Without these, some decoders return pictures with holes (or none) as if all were well.
    decoder_->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK;
    decoder_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
    decoder_->pkt_timebase = demuxer_.stream().time_base;
    int result = avcodec_parameters_to_context(decoder_.get(), &parameters);
    if (result >= 0) result = avcodec_open2(decoder_.get(), codec, nullptr);
    if (result < 0)
      FailDecoding("its decoder " + std::string(codec->name) + " does not open", result);
  }

  bool Decode(Frame& frame) {
    if (!ReceiveFrame()) {
      CheckDamage();
      demuxer_.CheckEnd(count_, clock_.timing().longest_step_s());
      const std::vector<std::string> breaks = clock_.Notes();
      info_.notes.insert(info_.notes.end(), breaks.begin(), breaks.end());
      return false;
    }
    CheckDamage();
    CheckFrame();
    frame.image_bgr = converter_.ToUprightBgr(*decoded_);
    if (frame.image_bgr.empty()) demuxer_.FailUnsupported("its pixel format is not supported");
    frame.index = count_;
    const ClockReading reading = clock_.Next(StampOf(*decoded_));
    frame.time_s = reading.time_s;
    frame.continues = reading.continues;
    if (count_ == 0) {
      info_.width = frame.image_bgr.cols;
      info_.height = frame.image_bgr.rows;
    }
    info_.variable_frame_rate = clock_.timing().variable();
    ++count_;
    return true;
  }

  // False after the last frame.
  bool ReceiveFrame() {
    while (true) {
      const int result = avcodec_receive_frame(decoder_.get(), decoded_.get());
      if (result >= 0) return true;
      if (result == AVERROR_EOF) return false;
      if (result != AVERROR(EAGAIN)) FailFrame(result);
      const bool more = demuxer_.Read(*packet_);
      const int sent = avcodec_send_packet(decoder_.get(), more ? packet_.get() : nullptr);
      if (sent < 0) FailFrame(sent);
    }
  }

  void CheckDamage() {
    const std::string damage = log_.Damage();
    if (damage.empty()) return;
    // What is noticed while the file is probed may lie anywhere in it.
    demuxer_.FailDamaged("is damaged" + (count_ > 0 ? " near frame " + NextFrame() : "") + ": " +
                         damage);
  }

  void CheckFrame() {
    const bool corrupt = (decoded_->flags & AV_FRAME_FLAG_CORRUPT) != 0;
    if (corrupt || decoded_->decode_error_flags != 0) {
      const std::string detail = log_.LastError();
      demuxer_.FailDamaged("frame " + NextFrame() + " is damaged" +
                           (detail.empty() ? "" : " (" + detail + ")"));
    }
    if (count_ == 0) {
      CheckPixels(demuxer_.path(), decoded_->width, decoded_->height, options_.most_megapixels);
      stored_size_ = {decoded_->width, decoded_->height};
    } else if (stored_size_ != cv::Size(decoded_->width, decoded_->height)) {
      demuxer_.FailUnsupported("the picture size changes at frame " + NextFrame() + " from " +
                               SizeText(stored_size_.width, stored_size_.height) + " to " +
                               SizeText(decoded_->width, decoded_->height));
    }
  }

  static std::optional<std::int64_t> StampOf(const AVFrame& frame) {
    for (const std::int64_t stamp : {frame.pts, frame.best_effort_timestamp}) {
      if (stamp != AV_NOPTS_VALUE) return stamp;
    }
    return std::nullopt;
  }

  std::string NextFrame() const { return std::to_string(count_ + 1) + " (counted from 1)"; }

  [[noreturn]] void FailFrame(int code) {
    FailDecoding("does not decode at frame " + NextFrame(), code);
  }

  [[noreturn]] void FailDecoding(const std::string& what, int code) {
    const std::string detail = log_.LastError();
    demuxer_.FailDamaged(what + " (" + AvErrorText(code) + (detail.empty() ? "" : "; " + detail) +
                         ")");
  }

  VideoOptions options_;
  AvLog log_;
  VideoDemuxer demuxer_;
  FrameConverter converter_;
  VideoClock clock_;
  AvPtr<AVCodecContext> decoder_;
  AvPtr<AVPacket> packet_;
  AvPtr<AVFrame> decoded_;
  VideoInfo info_;
  cv::Size stored_size_;
  std::int64_t count_ = 0;
  std::optional<Frame> first_;
};

}  // namespace

std::unique_ptr<FrameSource> OpenVideoFile(const std::filesystem::path& path,
                                           std::optional<double> fps, const VideoOptions& options) {
  if (fps) RequireFrameRate("a video file", *fps);
  return std::make_unique<VideoFile>(path, fps, options);
}

}  // namespace mestr
