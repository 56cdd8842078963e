#include <algorithm>
#include <utility>

#include "core/shape.h"
#include "mestr/core/error.h"
#include "mestr/features/extractor.h"

namespace mestr {
using namespace internal;
namespace {

ExtractorSpec WithOptions(ExtractorSpec spec, const ExtractorOptions& options) {
  if (options.frame_distance < 1) {
    throw Error(ErrorKind::kInvalidArgument,
                "PairExtractor: the distance must be at least 1 frame");
  }
  for (const FramePair& frames : options.besides) {
    if (frames.from >= frames.to) {
      throw Error(ErrorKind::kInvalidArgument,
                  "PairExtractor: a pair besides ends where it begins");
    }
  }
  spec.frame_distance = options.frame_distance;
  spec.crop.jpeg_quality = options.jpeg_quality.value_or(spec.crop.jpeg_quality);
  return spec;
}

}  // namespace

std::size_t ExtractorSpec::RowValues() const { return ValuesOf(row_shape); }

PairExtractor::PairExtractor(ExtractorSpec spec, const ExtractorOptions& options)
    : spec_(WithOptions(std::move(spec), options)), besides_(options.besides) {}

void PairExtractor::Push(const AlignedFrame& frame, const RequestSink& sink) {
  if (frame.landmarks) {
    landmarks_ = *frame.landmarks;
    Regions(landmarks_);  // a face without them fails here, before any flow is computed
  }
  RequestBesides(frame, sink);
  crops_.push_back(frame.crop);
  const std::int64_t distance = spec_.frame_distance;
  if (static_cast<std::int64_t>(crops_.size()) <= distance) return;
  sink({{rows_++, {frame.index - distance, frame.index}}, crops_.front(), frame.crop, landmarks_});
  crops_.pop_front();
}

void PairExtractor::Restart() {
  crops_.clear();
  held_.clear();
  rows_ = 0;
}

void PairExtractor::RequestBesides(const AlignedFrame& frame, const RequestSink& sink) {
  std::erase_if(held_, [&](const Held& held) {
    if (held.frames.to != frame.index) return false;
    sink({{std::nullopt, held.frames}, held.from, frame.crop, landmarks_});
    return true;
  });
  for (const FramePair& frames : besides_) {
    if (frames.from == frame.index) held_.push_back({frames, frame.crop});
  }
}

}  // namespace mestr
