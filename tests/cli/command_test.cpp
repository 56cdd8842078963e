#include "cli/command.h"

#include <cerrno>
#include <streambuf>

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
using testing::ProgramResult;

TEST(Program, HelpListsEveryCommand) {
  const auto result = CallProgram({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* name : {"run", "evaluate", "validate", "features", "synth", "bench", "doctor",
                           "completion", "man"}) {
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

// Takes as many bytes as there is room for.
class FullDevice : public std::streambuf {
 public:
  FullDevice(std::size_t room, int reason) : room_(room), reason_(reason) {}

 protected:
  int_type overflow(int_type c) override {
    if (room_-- > 0) return c;
    room_ = 0;
    return traits_type::eof();
  }
  int sync() override {
    errno = reason_;
    return -1;
  }

 private:
  std::size_t room_;
  int reason_;
};

ProgramResult CallWithOutput(std::vector<std::string> arguments, std::streambuf& output) {
  arguments.insert(arguments.begin(), "mestr");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  std::ostream out(&output);
  std::ostringstream err;
  const int exit_code = cli::Main(static_cast<int>(argv.size()), argv.data(), out, err);
  return {exit_code, "", err.str()};
}

TEST(Program, TellsThatStandardOutputCannotBeWritten) {
  for (const std::size_t room : {0UL, 20UL, 1'000'000UL}) {
    for (const char* argument : {"--help", "--version"}) {
      FullDevice full(room, ENOSPC);
      const auto result = CallWithOutput({argument}, full);
      EXPECT_EQ(result.exit_code, cli::kExitUsage);
      EXPECT_EQ(result.err, "mestr: cannot write standard output: No space left on device\n");
    }
  }
}

TEST(Program, IsQuietWhereTheReaderWentAway) {
  FullDevice gone(0, EPIPE);
  const auto result = CallWithOutput({"--help"}, gone);
  EXPECT_NE(result.exit_code, cli::kExitOk);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(Program, KeepsTheExitCodeOfWhatWentWrongBefore) {
  FullDevice full(0, ENOSPC);
  EXPECT_EQ(CallWithOutput({"evaluate", "--pred", "/no", "--truth", "/no"}, full).exit_code,
            cli::kExitInput);
}

TEST(Program, ShowsWhatWasTypedWithoutItsEscapeCodes) {
  const std::string hostile = "\x1b]0;title\x07\nsecond line";
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{hostile},
        {"doctor", "--" + hostile},
        {"evaluate", "--pred", hostile, "--truth", hostile},
        {"run", hostile + ".csv", "-o", hostile},
        {"synth", "-o", "/dev/null/" + hostile}}) {
    const auto result = CallProgram(arguments);
    EXPECT_NE(result.exit_code, cli::kExitOk);
    EXPECT_THAT(result.err, AllOf(HasSubstr("\\x1b]0;title"), Not(HasSubstr("\x1b"))));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

TEST(Program, ShowsAProblemWithoutItsEscapeCodes) {
  EXPECT_THAT(CallProgram({"validate", "no\x1b[31m.csv"}).out,
              AllOf(HasSubstr("no\\x1b[31m.csv"), Not(HasSubstr("\x1b"))));
}

class EveryCommand : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryCommand, HasHelp) {
  const auto result = testing::CallCommand(GetParam(), {"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("--help"));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(EveryCommand, NamesAnUnknownFlagInOneLine) {
  const auto result = testing::CallCommand(GetParam(), {"a", "-o", "b", "--no-such-flag"});
  EXPECT_EQ(result.exit_code, cli::kExitUsage);
  EXPECT_THAT(result.err, AllOf(HasSubstr("mestr " + GetParam()), HasSubstr("--help")));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

INSTANTIATE_TEST_SUITE_P(Program, EveryCommand, ::testing::ValuesIn(cli::CommandNames()),
                         [](const auto& param_info) {
                           return testing::NameOfTest(param_info.param);
                         });

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
