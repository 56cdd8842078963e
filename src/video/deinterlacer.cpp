#include "video/deinterlacer.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/mem.h>
}

#include <algorithm>
#include <array>
#include <utility>

namespace mestr::internal {
namespace {

// Their frames say it themselves, and what the container says of all of them is coarser.
bool FramesTellFieldOrder(AVCodecID codec) {
  constexpr std::array<AVCodecID, 8> kCodecs = {
      AV_CODEC_ID_H264,  AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO,
      AV_CODEC_ID_MPEG4, AV_CODEC_ID_VC1,  AV_CODEC_ID_WMV3,       AV_CODEC_ID_DVVIDEO};
  return std::find(kCodecs.begin(), kCodecs.end(), codec) != kCodecs.end();
}

// Of the two letters the second says which field is displayed first. Empty where the stream is
// progressive or doesn't know.
std::optional<bool> TopFieldFirst(const AVCodecParameters& parameters) {
  switch (RawValue(parameters.field_order)) {
    case AV_FIELD_TT:
    case AV_FIELD_BT:
      return true;
    case AV_FIELD_BB:
    case AV_FIELD_TB:
      return false;
    default:
      return std::nullopt;
  }
}

struct FreeInOut {
  void operator()(AVFilterInOut* in_out) const { avfilter_inout_free(&in_out); }
};
using InOut = std::unique_ptr<AVFilterInOut, FreeInOut>;

InOut EndOf(const char* name, AVFilterContext* filter) {
  InOut end(avfilter_inout_alloc());
  if (end) *end = {av_strdup(name), filter, /*pad_idx=*/0, /*next=*/nullptr};
  return end;
}

int Connect(AVFilterGraph& graph, AVFilterContext* source, AVFilterContext* sink) {
  AVFilterInOut* outputs = EndOf("in", source).release();
  AVFilterInOut* inputs = EndOf("out", sink).release();
  const int result = avfilter_graph_parse_ptr(
      &graph, "bwdif=mode=send_frame:parity=auto:deint=interlaced", &inputs, &outputs, nullptr);
  avfilter_inout_free(&inputs);
  avfilter_inout_free(&outputs);
  return result < 0 ? result : avfilter_graph_config(&graph, nullptr);
}

}  // namespace

Deinterlacer::Deinterlacer(const AVStream& stream, bool enabled)
    : tick_(stream.time_base),
      enabled_(enabled),
      // HEVC marks pictures that are one field; it has none that are woven of two.
      has_single_fields_(stream.codecpar->codec_id == AV_CODEC_ID_HEVC) {
  if (!FramesTellFieldOrder(stream.codecpar->codec_id)) {
    stream_top_field_first_ = TopFieldFirst(*stream.codecpar);
  }
}

int Deinterlacer::Put(AvPtr<AVFrame> frame) {
  if (!IsInterlaced(*frame) && stream_top_field_first_) {
    SetInterlaced(*frame, *stream_top_field_first_);
  }
  if (IsInterlaced(*frame) && note_.empty()) NoteInterlaced(IsTopFieldFirst(*frame));
  if (graph_ && !FitsGraph(*frame)) {
    const int finished = Finish();
    if (finished < 0) return finished;
  }
  if (!graph_) {
    if (!enabled_ || has_single_fields_ || !IsInterlaced(*frame)) {
      done_.push_back(std::move(frame));
      return 0;
    }
    const int made = MakeGraph(*frame);
    if (made < 0) return made;
  }
  const int put = av_buffersrc_add_frame(source_, frame.get());
  return put < 0 ? put : TakeFromGraph();
}

void Deinterlacer::NoteInterlaced(bool top_field_first) {
  note_ = top_field_first ? "interlaced (top field first): " : "interlaced (bottom field first): ";
  if (has_single_fields_) {
    note_ = "interlaced: its pictures are single fields, which are left as they are";
  } else if (enabled_) {
    note_ += "deinterlaced; video.deinterlace: false leaves it";
  } else {
    note_ += "left as it is; video.deinterlace: true makes whole pictures";
  }
}

AvPtr<AVFrame> Deinterlacer::Take() {
  if (done_.empty()) return nullptr;
  AvPtr<AVFrame> frame = std::move(done_.front());
  done_.pop_front();
  return frame;
}

int Deinterlacer::Finish() {
  if (!graph_) return 0;
  const int ended = av_buffersrc_add_frame(source_, nullptr);
  const int result = ended < 0 ? ended : TakeFromGraph();
  graph_.reset();
  return result;
}

bool Deinterlacer::FitsGraph(const AVFrame& frame) const {
  return frame.width == width_ && frame.height == height_ && frame.format == pixel_format_;
}

int Deinterlacer::MakeGraph(const AVFrame& frame) {
  width_ = frame.width;
  height_ = frame.height;
  pixel_format_ = frame.format;
  graph_.reset(avfilter_graph_alloc());
  if (!graph_) return AVERROR(ENOMEM);
  graph_->nb_threads = 1;  // other videos want the other cores
  // Pixel formats that bwdif does not take are converted, to the same bytes everywhere.
  graph_->scale_sws_opts = av_strdup("flags=bicubic+accurate_rnd+bitexact");
  const std::string input = "video_size=" + std::to_string(width_) + "x" + std::to_string(height_) +
                            ":pix_fmt=" + std::to_string(pixel_format_) +
                            ":time_base=" + std::to_string(tick_.num) + "/" +
                            std::to_string(tick_.den);
  int result = avfilter_graph_create_filter(&source_, avfilter_get_by_name("buffer"), "in",
                                            input.c_str(), nullptr, graph_.get());
  if (result >= 0) {
    result = avfilter_graph_create_filter(&sink_, avfilter_get_by_name("buffersink"), "out",
                                          nullptr, nullptr, graph_.get());
  }
  if (result >= 0) result = Connect(*graph_, source_, sink_);
  if (result < 0) graph_.reset();
  return result;
}

int Deinterlacer::TakeFromGraph() {
  while (true) {
    AvPtr<AVFrame> frame = Made(av_frame_alloc());
    const int result = av_buffersink_get_frame(sink_, frame.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return 0;
    if (result < 0) return result;
    // It counts in halves of a tick, to have room for a frame a field.
    frame->pts = av_rescale_q(frame->pts, av_buffersink_get_time_base(sink_), tick_);
    done_.push_back(std::move(frame));
  }
}

}  // namespace mestr::internal
