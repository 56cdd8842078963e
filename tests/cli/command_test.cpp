#include "cli/command.h"

#include "cli/program.h"
#include "mestr/core/version.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Program, HelpListsEveryCommand) {
  const auto result = CallProgram({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* name : {"run", "evaluate", "validate", "features", "synth", "bench", "doctor"}) {
    EXPECT_THAT(result.out, HasSubstr(std::string("\n  ") + name + " "));
  }
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(Program, SaysItsVersion) { EXPECT_THAT(CallProgram({"--version"}).out, HasSubstr(Version())); }

TEST(Program, NamesAnUnknownCommand) {
  const auto result = CallProgram({"spot"});
  EXPECT_EQ(result.exit_code, cli::kExitUsage);
  EXPECT_THAT(result.err, HasSubstr("'spot'"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST(Program, WithoutACommandIsAUsageError) {
  const auto result = CallProgram({});
  EXPECT_EQ(result.exit_code, cli::kExitUsage);
  EXPECT_THAT(result.err, HasSubstr("usage"));
}

class EveryCommand : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryCommand, HasHelp) {
  const auto result = CallProgram({GetParam(), "--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("--help"));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(EveryCommand, NamesAnUnknownFlagInOneLine) {
  const auto result = CallProgram({GetParam(), "a", "-o", "b", "--no-such-flag"});
  EXPECT_EQ(result.exit_code, cli::kExitUsage);
  EXPECT_THAT(result.err, AllOf(HasSubstr("mestr " + GetParam()), HasSubstr("--help")));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

INSTANTIATE_TEST_SUITE_P(Program, EveryCommand,
                         ::testing::Values("run", "evaluate", "validate", "features", "synth",
                                           "bench", "doctor"),
                         [](const auto& param_info) { return param_info.param; });

TEST(Doctor, SaysWhatIsThere) {
  const auto result = CallProgram({"doctor"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, AllOf(HasSubstr("LibTorch"), HasSubstr("landmark model"),
                                HasSubstr("flow engine cuda"), Not(HasSubstr("PROBLEM"))));
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line, ::testing::ContainsRegex("^(ok|absent) +[^:]+: .+"));
    EXPECT_EQ(line.find("absent", 1), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace mestr::internal
