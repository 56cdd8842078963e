#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ProgramResult;

// The flow part of one small pair, once.
ProgramResult SmallBench(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {
      "bench",     "--quick", "--parts",  "flow", "--engines",     "opencv,exact",
      "--sizes",   "16",      "--pairs",  "1",    "--repetitions", "1",
      "--threads", "1",       "--device", "cpu"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return CallProgram(arguments);
}

TEST(BenchCommand, PrintsTables) {
  const auto result = SmallBench({});
  EXPECT_EQ(result.exit_code, cli::kExitOk) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("16x16"), HasSubstr("exact"), HasSubstr("motion")));
  EXPECT_THAT(result.err, HasSubstr("compare with OpenCV"));
}

TEST(BenchCommand, PrintsJsonInPlaceOfTables) {
  const auto result = SmallBench({"--json", "-", "-q", "--seed", "5"});
  EXPECT_EQ(result.exit_code, cli::kExitOk) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json.at("command").get<std::string>().substr(0, 19), "mestr bench --quick");
  EXPECT_EQ(json.at("options").at("seed"), 5);
  EXPECT_EQ(json.at("options").at("sizes_px"), nlohmann::json({16}));
  EXPECT_EQ(json.at("flow").at("timings").size(), 6U);
}

TEST(BenchCommand, WritesJsonBesideTables) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "new" / "bench.json";
  const auto result = SmallBench({"--json", file.string()});
  EXPECT_EQ(result.exit_code, cli::kExitOk) << result.err;
  EXPECT_THAT(result.out, HasSubstr("16x16"));
  EXPECT_EQ(testing::ReadJson(file).at("flow").at("timings").size(), 6U);
}

void ExpectUsageError(const std::vector<std::string>& more, const std::string& named) {
  const auto result = SmallBench(more);
  EXPECT_EQ(result.exit_code, cli::kExitUsage) << named;
  EXPECT_THAT(result.err, HasSubstr(named));
}

TEST(BenchCommand, NamesABadFlag) {
  ExpectUsageError({"--engines", "warp"}, "'warp'");
  ExpectUsageError({"--parts", "network"}, "network");
  ExpectUsageError({"--threads", "0"}, "threads is 0");
  ExpectUsageError({"--sizes", "8"}, "sizes_px is 8");
  ExpectUsageError({"--reference-frames", "0"}, "reference_frames is 0");
  ExpectUsageError({"--set", "flow.metod=exact"}, "flow.metod");
}

TEST(BenchCommand, NamesAnInputThatIsNoVideo) {
  const auto result = SmallBench({"nowhere.mp4"});
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.err, HasSubstr("nowhere.mp4"));
}

}  // namespace
}  // namespace mestr::internal
