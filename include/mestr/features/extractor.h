// From aligned faces to the rows that a network takes: one part a method, exchanged by its kind.
//
//   aligned frames -> Push -> flow requests -> (flow) -> ComputeRow -> one row an index
//
// A method of one's own: derive from PairExtractor (or FeatureExtractor), name it in an
// ExtractorKind, and give that to the Analyzer. Those that come with mestr stand in
// src/features/extractor_table.cpp, one line each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mestr/core/crop_spec.h"
#include "mestr/core/image_view.h"
#include "mestr/core/landmarks.h"
#include "mestr/face/face.h"

namespace mestr {

// What an extractor needs and what it gives.
struct ExtractorSpec {
  std::string kind;            // "mean-v1"; what a model's record asks for
  std::vector<int> row_shape;  // of one row, row-major float32: {3, 42, 42}
  CropSpec crop;               // of the faces it takes
  int frame_distance = 1;      // frames from the first to the second of a pair, >= 1

  std::size_t RowValues() const;  // product of row_shape
};

// Two frames of the video, 0-based, from < to.
struct FramePair {
  std::int64_t from = 0;
  std::int64_t to = 0;

  friend bool operator==(const FramePair&, const FramePair&) = default;
};

// Which row: that of an index (0-based; of a stretch where an extractor says it, of the whole
// ScoreTrack where the Analyzer does), or one that was asked for besides, known by its frames.
struct RowId {
  std::optional<std::int64_t> index;
  FramePair frames;
  // Whose face, where several are followed (face.all_faces); set by the Analyzer.
  std::size_t lane = 0;
};

// One flow to compute for one row.
struct FlowRequest {
  RowId row;
  cv::Mat from;  // the crops of the two frames, shared with other requests, read only
  cv::Mat to;
  Landmarks landmarks{};  // those that hold, px of the crop
};

// A part of the crop that the features look at, for those who draw or list it.
struct Region {
  std::string name;  // "eyes"
  cv::Rect box;      // px of the crop
};

struct ExtractorOptions {
  int frame_distance = 1;                // >= 1
  std::optional<int> jpeg_quality = {};  // over the extractor's own, in [0, 100]
  // Rows wanted besides the sequence's, for training (onset and apex of a labelled expression). One
  // that begins before the first face or ends after the video never comes.
  std::vector<FramePair> besides = {};
};

// For one video: not to be used again for a second. A video is one stretch of frames that follow
// each other, or several.
class FeatureExtractor {
 public:
  using RequestSink = std::function<void(FlowRequest request)>;

  virtual ~FeatureExtractor() = default;
  virtual const ExtractorSpec& spec() const = 0;

  // Takes the next frame, in order, and hands on the flows that can now be computed; those with an
  // index in the order of their indices, without gaps from 0, at most one a frame: index i stands
  // for the i-th frame of the stretch. Called from one thread.
  virtual void Push(const AlignedFrame& frame, const RequestSink& sink) = 0;

  // What is pushed next begins a new stretch of the video: no flow goes from one to the other, and
  // indices begin at 0 again. Called from the thread of Push.
  virtual void Restart() = 0;

  // The row of one request: `u`, `v` is the flow from its first to its second crop, px, of the
  // crop's size; `row` has spec().RowValues() values. Called from several threads at once, also
  // during Push. Throws Error{kInput} for a face that gives no features.
  virtual void ComputeRow(const FlowRequest& request, ImageView<const float> u,
                          ImageView<const float> v, std::span<float> row) const = 0;

  // The parts of the crop that a row comes from, given the landmarks that hold.
  virtual std::vector<Region> Regions(const Landmarks& landmarks) const = 0;
};

// A method whose row of index i is that of the frames (first + i, first + i + distance), where
// `first` is the first frame of the stretch.
class PairExtractor : public FeatureExtractor {
 public:
  // Throws Error{kInvalidArgument} where the distance is not at least 1, or a pair besides has no
  // second frame after its first.
  PairExtractor(ExtractorSpec spec, const ExtractorOptions& options);

  const ExtractorSpec& spec() const final { return spec_; }
  void Push(const AlignedFrame& frame, const RequestSink& sink) final;
  void Restart() final;

 private:
  void RequestBesides(const AlignedFrame& frame, const RequestSink& sink);

  struct Held {  // the first crop of a pair besides, until its second comes
    FramePair frames;
    cv::Mat from;
  };

  ExtractorSpec spec_;
  std::vector<FramePair> besides_;
  std::vector<Held> held_;
  std::deque<cv::Mat> crops_;  // of the last frames, as many as the distance
  Landmarks landmarks_{};
  std::int64_t rows_ = 0;
};

// How an extractor is made, under the name that model records use; no name twice.
struct ExtractorKind {
  std::string kind;
  // Several threads may call it at once.
  std::function<std::unique_ptr<FeatureExtractor>(const ExtractorOptions&)> make;
};

// Those that come with mestr: "mean-v1" (the published baseline's: u, v and optical strain of two
// regions, 3 x 42 x 42; Liong, See, Chan 2023, section 3.2).
std::span<const ExtractorKind> BuiltInExtractors();

}  // namespace mestr
