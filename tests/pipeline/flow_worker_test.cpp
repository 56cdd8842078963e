#include "pipeline/flow_worker.h"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

// A device that takes many pairs at once: the flow of each is the difference of the first pixels.
class Device final : public FlowEngine {
 public:
  void Compute(std::span<const FlowPair> pairs) override {
    EXPECT_FALSE(in_use_.exchange(true));
    auto& batch = batches_.emplace_back();
    for (const FlowPair& pair : pairs) {
      batch.push_back(*pair.from.data);
      if (*pair.from.data == 99) throw std::runtime_error("device is gone");
      *pair.u.data = static_cast<float>(*pair.to.data - *pair.from.data);
      *pair.v.data = 0;
    }
    in_use_ = false;
  }
  int PreferredBatch() const override { return 4; }
  std::string Description() const override { return "made up"; }

  // The first pixels of each batch's pairs. Of who has popped all rows.
  const std::vector<std::vector<int>>& batches() const { return batches_; }

 private:
  std::atomic<bool> in_use_ = false;
  std::vector<std::vector<int>> batches_;
};

// One value: the flow of the first pixel; none of pair 7. Pairs 10 to 12 wait until they may go on.
class FirstPixel final : public PairExtractor {
 public:
  FirstPixel() : PairExtractor({.kind = "first", .row_shape = {1}, .crop = {}}, {}) {}

  void ComputeRow(const FlowRequest& request, ImageView<const float> u, ImageView<const float>,
                  std::span<float> row) const override {
    if (request.row.frames.from == 7) throw std::runtime_error("no features");
    if (request.row.frames.from >= 10 && request.row.frames.from < 13) {
      ++held_;
      may_go_on_.wait();
    }
    row[0] = *u.data;
  }
  std::vector<Region> Regions(const Landmarks&) const override { return {}; }

  int held() const { return held_; }
  void GoOn() { may_go_on_.count_down(); }

 private:
  mutable std::atomic<int> held_ = 0;
  mutable std::latch may_go_on_{1};
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
          EXPECT_THAT(row->values, ElementsAre(2.F * static_cast<float>(i)));
        }
      });
    }
  }
}

// All workers are held before more comes, so that what waits is known.
TEST_F(DeviceWorkers, GiveItBatchesThatVideosShare) {
  FlowStage::Line one(workers_->stage(), 8);
  FlowStage::Line other(workers_->stage(), 8);
  for (const int number : {10, 11}) {
    one.Push(Task(number, 16));
    while (extractor_.held() != number - 9) std::this_thread::yield();
  }
  one.Push(Task(12, 16));  // of two processors none is left for its features
  while (processors_.waiting() == 0) std::this_thread::yield();
  for (const int number : {20, 21}) one.Push(Task(number, 16));
  for (const int number : {30, 31, 32}) other.Push(Task(number, 32));
  extractor_.GoOn();
  for (FlowStage::Line* line : {&one, &other}) {
    line->Close();
    while (line->Pop()) continue;
  }
  EXPECT_THAT(device_->batches(),
              UnorderedElementsAre(ElementsAre(10), ElementsAre(11), ElementsAre(12),
                                   ElementsAre(20, 21, 30, 31), ElementsAre(32)));
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
