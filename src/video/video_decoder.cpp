#include "video/video_decoder.h"

#include <new>
#include <utility>

#include "mestr/core/error.h"
#include "video/video_options.h"

namespace mestr::internal {
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

DamageTracker::Silence SilenceOf(const VideoDemuxer& demuxer, VideoDecoder::Care care) {
  using Silence = DamageTracker::Silence;
  switch (demuxer.stream().codecpar->codec_id) {
    case AV_CODEC_ID_VP7:
    case AV_CODEC_ID_VP8:
    case AV_CODEC_ID_VP9:
    case AV_CODEC_ID_AV1:
      return Silence::kUsual;
    default:
      break;
  }
  const bool is_exact = care == VideoDecoder::Care::kExact;
  return is_exact && demuxer.one_frame_a_packet() ? Silence::kLost : Silence::kSuspicious;
}

// The decoder hands the number of a packet on to its picture.
void Number(AVCodecContext& decoder, AVPacket& packet, std::int64_t number) {
#ifdef AV_CODEC_FLAG_COPY_OPAQUE
  decoder.flags |= AV_CODEC_FLAG_COPY_OPAQUE;
  packet.opaque = reinterpret_cast<void*>(static_cast<std::intptr_t>(number));
#else
  static_cast<void>(packet);
  decoder.reordered_opaque = number;
#endif
}

std::int64_t NumberOf(const AVFrame& frame) {
#ifdef AV_CODEC_FLAG_COPY_OPAQUE
  return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(frame.opaque));
#else
  return frame.reordered_opaque;
#endif
}

DamageTracker::Stamp StampOf(std::int64_t stamp) {
  return stamp == AV_NOPTS_VALUE ? std::nullopt : std::optional(stamp);
}

// What a file says of its colours and nobody knows is unspecified.
void MendColors(AVFrame& frame) {
  const auto is_known = [](int value, int end) { return value >= 0 && value < end; };
  if (!is_known(RawValue(frame.colorspace), AVCOL_SPC_NB)) frame.colorspace = AVCOL_SPC_UNSPECIFIED;
  if (!is_known(RawValue(frame.color_range), AVCOL_RANGE_NB)) {
    frame.color_range = AVCOL_RANGE_UNSPECIFIED;
  }
  if (!is_known(RawValue(frame.color_primaries), AVCOL_PRI_NB)) {
    frame.color_primaries = AVCOL_PRI_UNSPECIFIED;
  }
  if (!is_known(RawValue(frame.color_trc), AVCOL_TRC_NB)) frame.color_trc = AVCOL_TRC_UNSPECIFIED;
  if (!is_known(RawValue(frame.chroma_location), AVCHROMA_LOC_NB)) {
    frame.chroma_location = AVCHROMA_LOC_UNSPECIFIED;
  }
}

}  // namespace

VideoDecoder::VideoDecoder(VideoDemuxer& demuxer, AvLog& log, double most_megapixels, Care care)
    : demuxer_(demuxer),
      log_(log),
      most_megapixels_(most_megapixels),
      care_(care),
      packet_(Made(av_packet_alloc())),
      tracker_(SilenceOf(demuxer, care)) {
  Open();
}

void VideoDecoder::Open() {
  const AVCodecParameters& parameters = *demuxer_.stream().codecpar;
  CheckPixels(demuxer_.path(), parameters.width, parameters.height, most_megapixels_);
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw Error(ErrorKind::kInput,
                demuxer_.path().string() + ": this FFmpeg has no decoder for " +
                    avcodec_get_name(parameters.codec_id) +
                    "; convert the file to H.264 (mp4) with a program that plays it");
  }
  const AvLog::Listening listening(log_);
  decoder_ = Made(avcodec_alloc_context3(codec));
  log_.Watch(*decoder_);
  // With slice threads H.264 and VP9 say less of damage, too.
  decoder_->thread_count = care_ == Care::kFast ? DecoderThreads(parameters.codec_id) : 1;
  decoder_->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
  // Without these, some decoders return pictures with holes (or none) as if all were well.
  decoder_->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK;
  decoder_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  decoder_->pkt_timebase = demuxer_.stream().time_base;
  decoder_->max_pixels = MostPixels(most_megapixels_);
  int result = avcodec_parameters_to_context(decoder_.get(), &parameters);
  if (result >= 0) result = avcodec_open2(decoder_.get(), codec, nullptr);
  if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
  if (result < 0) {
    const std::string detail = log_.LastError();
    demuxer_.FailUnreadable("its decoder " + std::string(codec->name) + " does not open (" +
                            AvErrorText(result) + (detail.empty() ? "" : "; " + detail) + ")");
  }
}

bool VideoDecoder::Next(Picture& picture) {
  while (ready_.empty() && !ended_) Step();
  if (ready_.empty()) return false;
  picture = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

void VideoDecoder::Step() {
  AvPtr<AVFrame> frame = Made(av_frame_alloc());
  const int result = avcodec_receive_frame(decoder_.get(), frame.get());
  NoteMessages();
  if (result == AVERROR(EAGAIN) && !drained_) {
    SendPacket();
  } else if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) {
    AddLost(tracker_.LostAtEnd());
    ended_ = true;
  } else if (result < 0) {
    NoteFailure(result);
  } else {
    Judge(std::move(frame));
  }
  if (care_ == Care::kFast && untold_damage_) ended_ = true;
  if (ended_ && untold_damage_) Add({nullptr, *untold_damage_});
}

void VideoDecoder::SendPacket() {
  drained_ = !demuxer_.Read(*packet_);
  if (!drained_) {
    ++sent_;
    Number(*decoder_, *packet_, sent_);
    tracker_.Sent(sent_, StampOf(packet_->pts), StampOf(packet_->dts), demuxer_.begins_picture());
    const bool is_corrupt = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
    if (is_corrupt) NoteDamage(sent_, "its data is damaged or cut off");
  }
  NoteMessages();
  const int result = avcodec_send_packet(decoder_.get(), drained_ ? nullptr : packet_.get());
  NoteMessages();
  if (result < 0) NoteFailure(result);
}

void VideoDecoder::NoteMessages() {
  const std::string message = log_.TakeDamage();
  if (!message.empty()) NoteDamage(sent_, message);
}

void VideoDecoder::NoteFailure(int code) {
  if (const cv::Size too_large = log_.TakeTooLarge(); !too_large.empty()) {
    CheckPixels(demuxer_.path(), too_large.width, too_large.height, most_megapixels_);
  }
  const std::string detail = log_.LastError();
  NoteDamage(sent_, "it does not decode (" + AvErrorText(code) +
                        (detail.empty() ? "" : "; " + detail) + ")");
}

// On one thread a packet is decoded while it is sent, and what is said meanwhile is of it.
void VideoDecoder::NoteDamage(std::int64_t packet, const std::string& why) {
  if (!untold_damage_) untold_damage_ = why;
  tracker_.Damaged(packet, why);
}

void VideoDecoder::Add(Picture picture) {
  if (!picture.damage.empty()) untold_damage_.reset();
  ready_.push_back(std::move(picture));
}

void VideoDecoder::Judge(AvPtr<AVFrame> frame) {
  const std::int64_t packet = NumberOf(*frame);
  if ((frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0) {
    const std::string detail = log_.LastError();
    NoteDamage(packet, "parts of it are missing" + (detail.empty() ? "" : " (" + detail + ")"));
  }
  MendColors(*frame);
  DamageTracker::Stamp stamp = StampOf(frame->pts);
  // A guess, which is good as long as no packet failed to decode.
  if (!stamp && !started_) stamp = StampOf(frame->best_effort_timestamp);
  const DamageTracker::Verdict verdict = tracker_.Came(packet, stamp, IsKeyFrame(*frame));
  started_ = started_ || verdict.damage.empty();
  if (frame->pts == AV_NOPTS_VALUE && tracker_.has_damage()) {
    frame->best_effort_timestamp = AV_NOPTS_VALUE;
  }
  AddLost(verdict.lost_before);
  // Some decoders first show the gray picture that they make for a reference that is not there.
  if (verdict.is_second && !verdict.damage.empty()) return;
  Add({std::move(frame), verdict.damage});
}

void VideoDecoder::AddLost(const std::vector<DamageTracker::Lost>& pictures) {
  for (const DamageTracker::Lost& lost : pictures) {
    AvPtr<AVFrame> frame = Made(av_frame_alloc());
    frame->pts = frame->best_effort_timestamp = lost.stamp.value_or(AV_NOPTS_VALUE);
    Add({std::move(frame), lost.damage});
  }
}

}  // namespace mestr::internal
