// The contract of include/mestr/flow/flow_engine.h, for every engine alike.
#include "mestr/flow/flow_engine.h"

#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>
#include <thread>

#include "flow/flow_pairs.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using testing::ComputeFlow;
using testing::DifferentValues;
using testing::FlowField;
using testing::GrayImage;
using testing::ImagePair;
using testing::MakeFlatPair;
using testing::MakePair;
using testing::PixelIndex;

TEST(FlowMethod, NamesParseBack) {
  for (const FlowMethod method :
       {FlowMethod::kOpenCv, FlowMethod::kExact, FlowMethod::kFast, FlowMethod::kCuda}) {
    EXPECT_EQ(ParseFlowMethod(FlowMethodName(method)), method);
  }
  EXPECT_EQ(FlowMethodName(FlowMethod::kExact), "exact");
}

TEST(FlowMethod, UnknownNameIsRefusedAndTheKnownOnesAreNamed) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [] { ParseFlowMethod("gpu"); }),
              AllOf(HasSubstr("'gpu'"), HasSubstr("opencv, exact, fast or cuda")));
}

struct BadOption {
  const char* field;
  const char* value;
  const char* limit;
  std::function<void(Tvl1Options&)> set;
};

class Tvl1OptionsRefused : public ::testing::TestWithParam<BadOption> {};

TEST_P(Tvl1OptionsRefused, NamesFieldValueAndLimit) {
  Tvl1Options options;
  GetParam().set(options);
  for (const FlowMethod method : {FlowMethod::kOpenCv, FlowMethod::kExact, FlowMethod::kFast}) {
    EXPECT_THAT(
        testing::ErrorMessage(ErrorKind::kConfig,
                              [&] { MakeFlowEngine({.method = method, .tvl1 = options}); }),
        AllOf(HasSubstr(std::string("flow.") + GetParam().field + " is " + GetParam().value),
              HasSubstr(GetParam().limit)));
  }
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

INSTANTIATE_TEST_SUITE_P(
    Each, Tvl1OptionsRefused,
    ::testing::Values(
        BadOption{"tau", "0", "(0, 0.25]", [](Tvl1Options& o) { o.tau = 0; }},
        BadOption{"tau", "0.3", "(0, 0.25]", [](Tvl1Options& o) { o.tau = 0.3; }},
        BadOption{"tau", "nan", "(0, 0.25]", [](Tvl1Options& o) { o.tau = std::nan(""); }},
        BadOption{"lambda", "-1", "above 0", [](Tvl1Options& o) { o.lambda = -1; }},
        BadOption{"lambda", "inf", "above 0", [](Tvl1Options& o) { o.lambda = kInfinity; }},
        BadOption{"theta", "0", "above 0", [](Tvl1Options& o) { o.theta = 0; }},
        BadOption{"scales", "0", "at least 1", [](Tvl1Options& o) { o.scales = 0; }},
        BadOption{"scale_step", "1", "(0, 1)", [](Tvl1Options& o) { o.scale_step = 1; }},
        BadOption{"scale_step", "0", "(0, 1)", [](Tvl1Options& o) { o.scale_step = 0; }},
        BadOption{"warps", "0", "at least 1", [](Tvl1Options& o) { o.warps = 0; }},
        BadOption{"epsilon", "0", "above 0", [](Tvl1Options& o) { o.epsilon = 0; }},
        BadOption{"inner_iterations", "0", "at least 1",
                  [](Tvl1Options& o) { o.inner_iterations = 0; }},
        BadOption{"outer_iterations", "0", "at least 1",
                  [](Tvl1Options& o) { o.outer_iterations = 0; }},
        BadOption{"median_filtering", "4", "1, 3 or 5",
                  [](Tvl1Options& o) { o.median_filtering = 4; }}),
    [](const auto& test) { return test.param.field + std::to_string(test.index); });

// Each worker of the pipeline owns an engine.
TEST(FlowEngine, EnginesWorkSideBySide) {
  const ImagePair pair = MakePair({.width = 60, .height = 50, .noise = 2, .bump_px = 1});
  for (const FlowMethod method : {FlowMethod::kOpenCv, FlowMethod::kExact, FlowMethod::kFast}) {
    const FlowField expected = ComputeFlow(*MakeFlowEngine({.method = method, .tvl1 = {}}), pair);
    std::vector<FlowField> fields(4);
    std::vector<std::thread> workers;
    workers.reserve(fields.size());
    for (FlowField& field : fields) {
      workers.emplace_back([&] {
        const auto engine = MakeFlowEngine({.method = method, .tvl1 = {}});
        field = ComputeFlow(*engine, pair);
      });
    }
    for (std::thread& worker : workers) worker.join();
    for (const FlowField& field : fields) EXPECT_EQ(DifferentValues(field, expected), 0U);
  }
}

class FlowEngineContract : public ::testing::TestWithParam<FlowMethod> {
 protected:
  std::unique_ptr<FlowEngine> engine_ = MakeFlowEngine({.method = GetParam(), .tvl1 = {}});
};

TEST_P(FlowEngineContract, DescribesItself) {
  EXPECT_THAT(engine_->Description(),
              ::testing::StartsWith(std::string(FlowMethodName(GetParam())) + " ("));
  EXPECT_EQ(engine_->PreferredBatch(), 1);
}

TEST_P(FlowEngineContract, RefusesSizesThatDiffer) {
  ImagePair pair = MakeFlatPair(32, 32, 0, 0);
  pair.to = MakeFlatPair(31, 32, 0, 0).to;
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { ComputeFlow(*engine_, pair); }),
      AllOf(HasSubstr("32 x 32 px"), HasSubstr("`to` is 31 x 32 px")));
}

TEST_P(FlowEngineContract, RefusesImagesThatAreTooSmallOrTooLarge) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument,
                                    [&] { ComputeFlow(*engine_, MakeFlatPair(40, 15, 0, 0)); }),
              AllOf(HasSubstr("40 x 15 px"), HasSubstr("at least 16 x 16")));
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument,
                                    [&] { ComputeFlow(*engine_, MakeFlatPair(16385, 16, 0, 0)); }),
              HasSubstr("at most 16384"));
}

TEST_P(FlowEngineContract, RefusesViewsWithoutPixelsOrWithShortRows) {
  const ImagePair pair = MakeFlatPair(16, 16, 0, 0);
  FlowField field(16, 16);
  const auto message = [&](const auto& spoil) {
    FlowPair task{pair.from.view(), pair.to.view(), field.u_view(), field.v_view()};
    spoil(task);
    return testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] {
      engine_->Compute({&task, 1});
    });
  };
  EXPECT_THAT(message([](FlowPair& task) { task.v.data = nullptr; }),
              HasSubstr("`v` has no pixels"));
  EXPECT_THAT(message([](FlowPair& task) { task.u.stride = 15; }),
              HasSubstr("`u` has a stride of 15"));
}

// The texture moves by 0.4 px along a direction of its own.
TEST_P(FlowEngineContract, RecoversSubpixelShift) {
  constexpr double kShift_px = 0.4;
  constexpr double kMeanTolerance_px = 0.05;
  const testing::PairOptions options{.width = 96, .height = 80, .seed = 3, .shift_px = kShift_px};
  const testing::TextureSampler truth(options);
  const FlowField field = ComputeFlow(*engine_, MakePair(options));
  double sum_u = 0;
  double sum_v = 0;
  int count = 0;
  for (int y = 10; y < 70; ++y) {
    for (int x = 10; x < 86; ++x, ++count) {
      const std::size_t at = PixelIndex(x, y, 96);
      sum_u += field.u[at];
      sum_v += field.v[at];
    }
  }
  EXPECT_NEAR(sum_u / count, kShift_px * truth.direction_x(), kMeanTolerance_px);
  EXPECT_NEAR(sum_v / count, kShift_px * truth.direction_y(), kMeanTolerance_px);
}

TEST_P(FlowEngineContract, IdenticalImagesDoNotMove) {
  ImagePair pair = MakePair({.width = 40, .height = 40, .noise = 2});
  pair.to = pair.from;
  const FlowField field = ComputeFlow(*engine_, pair);
  EXPECT_THAT(field.u, ::testing::Each(0.0F));
  EXPECT_THAT(field.v, ::testing::Each(0.0F));
}

// A small image makes the pyramid lower; the next pair must not notice.
TEST_P(FlowEngineContract, ResultsDoNotDependOnWhatWasComputedBefore) {
  const ImagePair large = MakePair({.width = 70, .height = 60, .noise = 1, .bump_px = 2});
  const ImagePair small = MakePair({.width = 18, .height = 17, .noise = 1, .bump_px = 2});
  const FlowField first = ComputeFlow(*engine_, large);
  const FlowField first_small = ComputeFlow(*engine_, small);
  EXPECT_EQ(DifferentValues(ComputeFlow(*engine_, large), first), 0U);
  const auto fresh = MakeFlowEngine({.method = GetParam(), .tvl1 = {}});
  EXPECT_EQ(DifferentValues(ComputeFlow(*fresh, small), first_small), 0U);
}

TEST_P(FlowEngineContract, BatchesGiveWhatSinglePairsGive) {
  std::vector<ImagePair> pairs;
  std::vector<FlowField> fields;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const int width = 20 + 7 * static_cast<int>(seed);
    pairs.push_back(
        MakePair({.width = width, .height = 24, .seed = seed, .noise = 1, .shift_px = 0.7}));
    fields.emplace_back(width, 24);
  }
  std::vector<FlowPair> tasks;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    tasks.push_back(
        {pairs[i].from.view(), pairs[i].to.view(), fields[i].u_view(), fields[i].v_view()});
  }
  engine_->Compute(tasks);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(DifferentValues(fields[i], ComputeFlow(*engine_, pairs[i])), 0U) << i;
  }
  engine_->Compute({});
}

// All four views may be parts of larger images; what lies beside them stays as it is.
TEST_P(FlowEngineContract, ReadsAndWritesViewsWithStrides) {
  constexpr int kWidth = 33;
  constexpr int kHeight = 21;
  constexpr int kStride = 50;
  constexpr float kUntouched = -77;
  const ImagePair pair = MakePair({.width = kWidth, .height = kHeight, .noise = 1, .shift_px = 1});
  const auto spread = [](const GrayImage& image) {
    std::vector<std::uint8_t> wide(std::size_t{kStride} * kHeight, 200);
    for (int y = 0; y < kHeight; ++y) {
      std::copy_n(image.pixels.begin() + y * kWidth, kWidth, wide.begin() + y * kStride);
    }
    return wide;
  };
  const std::vector<std::uint8_t> from = spread(pair.from);
  const std::vector<std::uint8_t> to = spread(pair.to);
  std::vector<float> u(std::size_t{kStride} * kHeight, kUntouched);
  std::vector<float> v(u);
  const FlowPair task{{from.data(), kWidth, kHeight, kStride},
                      {to.data(), kWidth, kHeight, kStride},
                      {u.data(), kWidth, kHeight, kStride},
                      {v.data(), kWidth, kHeight, kStride}};
  engine_->Compute({&task, 1});
  const FlowField expected = ComputeFlow(*engine_, pair);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kStride; ++x) {
      const std::size_t at = PixelIndex(x, y, kStride);
      const std::size_t inside = PixelIndex(x, y, kWidth);
      ASSERT_EQ(u[at], x < kWidth ? expected.u[inside] : kUntouched) << x << ", " << y;
      ASSERT_EQ(v[at], x < kWidth ? expected.v[inside] : kUntouched) << x << ", " << y;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, FlowEngineContract,
                         ::testing::Values(FlowMethod::kOpenCv, FlowMethod::kExact,
                                           FlowMethod::kFast),
                         [](const auto& test) { return std::string(FlowMethodName(test.param)); });

TEST(OpenCvEngine, LeavesTheNumberOfThreadsAsItWas) {
  const int before = cv::getNumThreads();
  {
    const auto engine = MakeFlowEngine({.method = FlowMethod::kOpenCv, .tvl1 = {}});
    const auto second = MakeFlowEngine({.method = FlowMethod::kOpenCv, .tvl1 = {}});
    EXPECT_EQ(cv::getNumThreads(), 1);
  }
  EXPECT_EQ(cv::getNumThreads(), before);
}

class PublishedBaseline : public ::testing::TestWithParam<FlowMethod> {};

TEST_P(PublishedBaseline, IsEqualled) {
  MESTR_GOLDEN_OR_SKIP(golden, "features.json");
  MESTR_REFERENCE_OPENCV_OR_SKIP();
  const auto engine = MakeFlowEngine({.method = GetParam(), .tvl1 = {}});
  for (const auto& item : testing::ReadJson(golden)) {
    const auto load = [&](const char* key) {
      const auto path = golden.parent_path() / item[key].get<std::string>();
      const cv::Mat image = cv::imread(path.string(), cv::IMREAD_GRAYSCALE);
      return GrayImage{image.cols, image.rows, {image.datastart, image.dataend}};
    };
    const FlowField field = ComputeFlow(*engine, {"", load("a"), load("b")});
    const std::vector<float> expected =
        testing::ReadFloats(golden.parent_path() / item["flow"]["file"].get<std::string>());
    ASSERT_EQ(expected.size(), 2 * field.u.size());
    std::size_t different = 0;
    for (std::size_t i = 0; i < field.u.size(); ++i) {
      different += field.u[i] != expected[2 * i] || field.v[i] != expected[2 * i + 1];
    }
    EXPECT_EQ(different, 0U) << item["a"];
  }
}

INSTANTIATE_TEST_SUITE_P(Each, PublishedBaseline,
                         ::testing::Values(FlowMethod::kOpenCv, FlowMethod::kExact),
                         [](const auto& test) { return std::string(FlowMethodName(test.param)); });

}  // namespace
}  // namespace mestr::internal
