// Whole pictures of interlaced ones.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "video/libav.h"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace mestr::internal {

// FFmpeg's bwdif, one frame out for each in, in order, with its time stamps. Frames up to the first
// interlaced one pass untouched and at once; later progressive ones keep their bytes. From the
// first interlaced one on it holds back a frame, since a field is filled in from those before and
// after.
class Deinterlacer {
 public:
  // A stream whose codec can't say it frame by frame (FFV1, raw video) is interlaced as a whole
  // where its container says so. Where not `enabled`, everything passes.
  Deinterlacer(const AVStream& stream, bool enabled);

  // 0, or FFmpeg's code of what failed.
  int Put(AvPtr<AVFrame> frame);
  // The next frame that is done, or null.
  AvPtr<AVFrame> Take();
  // Lets out what it holds back; what is put later is filled in without it.
  int Finish();

  // What is to be told of it, once an interlaced frame has come.
  const std::string& note() const { return note_; }

 private:
  struct FreeGraph {
    void operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }
  };

  void NoteInterlaced(bool top_field_first);
  bool FitsGraph(const AVFrame& frame) const;
  int MakeGraph(const AVFrame& frame);
  int TakeFromGraph();

  AVRational tick_;
  std::optional<bool> stream_top_field_first_;
  bool enabled_;
  bool has_single_fields_;
  std::string note_;
  std::unique_ptr<AVFilterGraph, FreeGraph> graph_;
  AVFilterContext* source_ = nullptr;
  AVFilterContext* sink_ = nullptr;
  int width_ = 0;
  int height_ = 0;
  int pixel_format_ = 0;
  std::deque<AvPtr<AVFrame>> done_;
};

}  // namespace mestr::internal
