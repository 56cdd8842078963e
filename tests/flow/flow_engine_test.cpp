// The contract of include/mestr/flow/flow_engine.h, for every engine alike.
#include "mestr/flow/flow_engine.h"

#include <cstring>
#include <limits>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>

#include "support/test_support.h"

namespace mestr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Field {
  int width = 0;
  int height = 0;
  std::vector<float> u;
  std::vector<float> v;
};

Field Compute(FlowEngine& engine, const cv::Mat& from, const cv::Mat& to) {
  Field field{from.cols, from.rows, {}, {}};
  field.u.resize(from.total());
  field.v.resize(from.total());
  const auto gray = [](const cv::Mat& image) {
    return ImageView<const std::uint8_t>{image.data, image.cols, image.rows,
                                         static_cast<std::ptrdiff_t>(image.step)};
  };
  const auto plane = [&](std::vector<float>& values) {
    return ImageView<float>{values.data(), field.width, field.height, field.width};
  };
  const FlowPair pair{gray(from), gray(to), plane(field.u), plane(field.v)};
  engine.Compute({&pair, 1});
  return field;
}

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
        testing::ErrorMessage(ErrorKind::kConfig, [&] { MakeFlowEngine(method, options); }),
        AllOf(HasSubstr(std::string("option ") + GetParam().field + " is " + GetParam().value),
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
        BadOption{"lambda", "-1", "> 0", [](Tvl1Options& o) { o.lambda = -1; }},
        BadOption{"lambda", "inf", "finite", [](Tvl1Options& o) { o.lambda = kInfinity; }},
        BadOption{"theta", "0", "> 0", [](Tvl1Options& o) { o.theta = 0; }},
        BadOption{"scales", "0", ">= 1", [](Tvl1Options& o) { o.scales = 0; }},
        BadOption{"scale_step", "1", "(0, 1)", [](Tvl1Options& o) { o.scale_step = 1; }},
        BadOption{"scale_step", "0", "(0, 1)", [](Tvl1Options& o) { o.scale_step = 0; }},
        BadOption{"warps", "0", ">= 1", [](Tvl1Options& o) { o.warps = 0; }},
        BadOption{"epsilon", "0", "> 0", [](Tvl1Options& o) { o.epsilon = 0; }},
        BadOption{"inner_iterations", "0", ">= 1", [](Tvl1Options& o) { o.inner_iterations = 0; }},
        BadOption{"outer_iterations", "0", ">= 1", [](Tvl1Options& o) { o.outer_iterations = 0; }},
        BadOption{"median_filtering", "4", "1, 3 or 5",
                  [](Tvl1Options& o) { o.median_filtering = 4; }}),
    [](const auto& test) { return test.param.field + std::to_string(test.index); });

TEST(FlowEngine, CudaIsAnErrorNeverAFallback) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kDevice, [] { MakeFlowEngine(FlowMethod::kCuda); }),
              HasSubstr("cuda: not built"));
}

class FlowEngineContract : public ::testing::TestWithParam<FlowMethod> {};

TEST_P(FlowEngineContract, RefusesSizesThatDiffer) {
  const auto engine = MakeFlowEngine(GetParam());
  const cv::Mat large(32, 32, CV_8UC1, cv::Scalar(0));
  const cv::Mat small(32, 31, CV_8UC1, cv::Scalar(0));
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { Compute(*engine, large, small); }),
      AllOf(HasSubstr("32 x 32 px"), HasSubstr("`to` is 31 x 32 px")));
}

TEST_P(FlowEngineContract, RefusesImagesThatAreTooSmall) {
  const auto engine = MakeFlowEngine(GetParam());
  const cv::Mat image(15, 40, CV_8UC1, cv::Scalar(0));
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { Compute(*engine, image, image); }),
      AllOf(HasSubstr("40 x 15 px"), HasSubstr("at least 16 x 16")));
}

INSTANTIATE_TEST_SUITE_P(Each, FlowEngineContract, ::testing::Values(FlowMethod::kOpenCv),
                         [](const auto& test) { return std::string(FlowMethodName(test.param)); });

TEST(OpenCvEngine, LeavesTheNumberOfThreadsAsItWas) {
  const int before = cv::getNumThreads();
  {
    const auto engine = MakeFlowEngine(FlowMethod::kOpenCv);
    const auto second = MakeFlowEngine(FlowMethod::kOpenCv);
    EXPECT_EQ(cv::getNumThreads(), 1);
  }
  EXPECT_EQ(cv::getNumThreads(), before);
}

TEST(OpenCvEngine, EqualsThePublishedBaseline) {
  MESTR_GOLDEN_OR_SKIP(golden, "features.json");
  const auto engine = MakeFlowEngine(FlowMethod::kOpenCv);
  for (const auto& item : testing::ReadJson(golden)) {
    const auto load = [&](const char* key) {
      const auto path = golden.parent_path() / item[key].get<std::string>();
      return cv::imread(path.string(), cv::IMREAD_GRAYSCALE);
    };
    const Field field = Compute(*engine, load("a"), load("b"));
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

}  // namespace
}  // namespace mestr
