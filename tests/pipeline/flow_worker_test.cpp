#include "pipeline/flow_worker.h"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace mestr::internal {
namespace {

// A device that takes many pairs at once: the flow of each is the difference of the first pixels.
class Device final : public FlowEngine {
 public:
  void Compute(std::span<const FlowPair> pairs) override {
    EXPECT_FALSE(in_use_.exchange(true));
    largest_ = std::max(largest_.load(), pairs.size());
    for (const FlowPair& pair : pairs) {
      if (*pair.from.data == 99) throw std::runtime_error("device is gone");
      *pair.u.data = static_cast<float>(*pair.to.data - *pair.from.data);
      *pair.v.data = 0;
    }
    in_use_ = false;
  }
  int PreferredBatch() const override { return 4; }
  std::string Description() const override { return "made up"; }

  std::size_t largest() const { return largest_; }

 private:
  std::atomic<bool> in_use_ = false;
  std::atomic<std::size_t> largest_ = 0;
};

// One value: the flow of the first pixel; none of pair 7.
class FirstPixel final : public PairExtractor {
 public:
  FirstPixel() : PairExtractor({.kind = "first", .row_shape = {1}, .crop = {}}, {}) {}

  void ComputeRow(const FlowRequest& request, ImageView<const float> u, ImageView<const float>,
                  std::span<float> row) const override {
    if (request.row.frames.from == 7) throw std::runtime_error("no features");
    row[0] = *u.data;
  }
  std::vector<Region> Regions(const Landmarks&) const override { return {}; }
};

class DeviceWorkers : public ::testing::Test {
 protected:
  DeviceWorkers() {
    auto device = std::make_unique<Device>();
    device_ = device.get();
    std::vector<std::unique_ptr<FlowEngine>> engines;
    engines.push_back(std::move(device));
    workers_.emplace(std::move(engines), processors_);
  }

  FlowTask Task(int number, int side_px) const {
    FlowRequest request;
    request.row.frames = {number, number + 1};
    request.from = cv::Mat(side_px, side_px, CV_8UC1, cv::Scalar(number));
    request.to = cv::Mat(side_px, side_px, CV_8UC1, cv::Scalar(3 * number));
    return {request, &extractor_};
  }

  Processors processors_{2};
  FirstPixel extractor_;
  Device* device_ = nullptr;
  std::optional<FlowWorkers> workers_;
};

TEST_F(DeviceWorkers, HaveItInTurnForAllVideosWhateverTheSizeOfTheirCrops) {
  {
    std::vector<std::jthread> videos;
    for (int video = 1; video <= 3; ++video) {
      videos.emplace_back([this, video] {
        FlowStage::Line line(workers_->stage(), 16);
        std::jthread producer([&] {
          for (int i = 20; i < 60; ++i) line.Push(Task(i, 16 * video));
          line.Close();
        });
        for (int i = 20; i < 60; ++i) {
          const auto row = line.Pop();
          ASSERT_TRUE(row.has_value());
          EXPECT_EQ(row->id.frames.from, i);
          EXPECT_THAT(row->values, ::testing::ElementsAre(2.F * static_cast<float>(i)));
        }
      });
    }
  }
  EXPECT_LE(device_->largest(), 4U);
}

TEST_F(DeviceWorkers, FailOneRowForItsFeaturesAndABatchForItsDevice) {
  FlowStage::Line line(workers_->stage(), 4);
  for (const int number : {6, 7, 8}) line.Push(Task(number, 16));
  EXPECT_EQ(line.Pop()->id.frames.from, 6);
  EXPECT_THROW(line.Pop(), Error);
  EXPECT_EQ(line.Pop()->id.frames.from, 8);
  line.Push(Task(99, 16));
  EXPECT_THROW(line.Pop(), std::runtime_error);
}

}  // namespace
}  // namespace mestr::internal
