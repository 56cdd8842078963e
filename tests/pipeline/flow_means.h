// A method of one's own, as somebody outside of mestr writes it: features of another kind than the
// built-in ones. Public headers alone.
#pragma once

#include <mestr/mestr.h>

#include <filesystem>
#include <string>

namespace mestr::testing {

inline constexpr char kFlowMeans[] = "flow-means-v1";
inline constexpr int kFlowMeansRegions = 3;
inline constexpr int kFlowMeansValues = 2 * kFlowMeansRegions;

// Row of a pair of frames: the mean of |u| and of |v| in brows, nose and mouth, px of a crop of 64.
class FlowMeans final : public PairExtractor {
 public:
  explicit FlowMeans(const ExtractorOptions& options);

  void ComputeRow(const FlowRequest& request, ImageView<const float> u, ImageView<const float> v,
                  std::span<float> row) const override;
  std::vector<Region> Regions(const Landmarks& landmarks) const override;
};

ExtractorKind FlowMeansKind();

// "toy" scores a row by itself, "toy_sequence" all of a video (tests/model/make_toy_model.py).
std::filesystem::path ToyModel(const std::string& name);

// That network and these features on the CPU, two workers; every peak above the mean is spotted.
AnalyzerOptions ToyAnalyzer(const std::string& model);

}  // namespace mestr::testing
