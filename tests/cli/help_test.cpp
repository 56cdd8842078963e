#include "cli/help.h"

#include <regex>
#include <sstream>

#include "cli/program.h"
#include "core/text.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::Not;

// The words of an example up to what the shell does with the output.
std::vector<std::string> WordsOf(const std::string& example) {
  std::istringstream line(example);
  std::vector<std::string> words;
  for (std::string word; line >> word && word != "|" && word != ">";) words.push_back(word);
  return words;
}

const cli::Command& CommandOf(const std::string& name) {
  for (const cli::Command* command : cli::Commands()) {
    if (command->name == name) return *command;
  }
  throw std::invalid_argument("no command " + name);
}

void ExpectGoodLines(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(CharactersOf(line), 100U) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

class Help : public ::testing::TestWithParam<std::string> {
 protected:
  cli::CommandHelp help() const { return cli::HelpOf(CommandOf(GetParam())); }
};

TEST_P(Help, HasReadableTypes) {
  // Words in capitals, or the words to choose from.
  const std::regex readable(
      "([A-Z][A-Za-z,./=]*|[a-zN0-9-]+(\\|[a-z0-9-]+)*)(\\.\\.\\.|,\\.\\.\\.)?");
  for (const cli::FlagGroup& group : help().groups) {
    for (const cli::FlagHelp& flag : group.flags) {
      const std::string label = cli::FlagLabel(flag);
      EXPECT_FALSE(flag.text.empty()) << label;
      if (flag.value.empty()) continue;
      EXPECT_TRUE(std::regex_match(flag.value, readable)) << label;
      for (const char* unreadable : {"TEXT", "FLOAT", "INT", "UINT", "BOOLEAN"}) {
        EXPECT_THAT(label, Not(HasSubstr(unreadable)));
      }
    }
  }
}

TEST_P(Help, HasItsFlagsInGroups) {
  const cli::CommandHelp said = help();
  EXPECT_EQ(said.groups.back().title, cli::kHelpGroup);
  for (const cli::FlagGroup& group : said.groups) {
    EXPECT_NE(group.title, "Options") << "a flag without a group";
    for (const cli::FlagHelp& flag : group.flags) {
      EXPECT_EQ(flag.names.empty(), group.title == cli::kArgumentsTitle) << flag.value;
    }
  }
}

TEST_P(Help, IsWrapped) {
  const auto result = CallProgram({GetParam(), "--help"});
  EXPECT_EQ(result.out, cli::HelpText(help()));
  ExpectGoodLines(result.out);
  EXPECT_THAT(result.out, ::testing::StartsWith("usage: mestr " + GetParam() + " "));
}

TEST_P(Help, EndsWithExamplesThatTheCommandTakes) {
  const cli::CommandHelp said = help();
  EXPECT_GE(said.examples.size(), 2U);
  for (const cli::Example& example : said.examples) {
    const std::vector<std::string> words = WordsOf(example.line);
    const auto program = std::find(words.begin(), words.end(), "mestr");
    ASSERT_LT(program + 1, words.end()) << example.line;
    EXPECT_EQ(program[1], GetParam());
    cli::CommandApp app("mestr " + GetParam());
    const cli::Action action = CommandOf(GetParam()).define(app);
    std::vector<std::string> reversed(words.rbegin(), std::make_reverse_iterator(program + 2));
    EXPECT_NO_THROW(app.parse(reversed)) << example.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Program, Help, ::testing::ValuesIn(cli::CommandNames()),
                         [](const auto& param_info) { return param_info.param; });

TEST(Program, HelpIsWrapped) {
  const auto result = CallProgram({"--help"});
  ExpectGoodLines(result.out);
  EXPECT_EQ(result.out, cli::HelpText(cli::ProgramHelp()));
}

TEST(HelpText, ShowsDefaultsRequiredFlagsAndWhatExcludesWhat) {
  EXPECT_THAT(CallProgram({"synth", "--help"}).out,
              AllOf(HasSubstr("usage: mestr synth --output FOLDER [OPTION...]"),
                    HasSubstr("--clips N "), HasSubstr("(default: 8)"),
                    HasSubstr("--size WIDTHxHEIGHT"), HasSubstr("; not with --count")));
  EXPECT_THAT(CallProgram({"run", "--help"}).out,
              AllOf(HasSubstr("usage: mestr run INPUT... [OPTION...]"),
                    HasSubstr("  -j, --jobs N "), HasSubstr("      --fps FPS "),
                    HasSubstr("--device auto|cpu|cuda"), HasSubstr("\n  -o, --output FOLDER ")));
  EXPECT_THAT(CallProgram({"evaluate", "--help"}).out,
              HasSubstr("usage: mestr evaluate --pred PATH... --truth FILE [OPTION...]"));
}

TEST(Hints, NameTheNearestCommand) {
  EXPECT_EQ(CallProgram({"rnu"}).err,
            "mestr: no command 'rnu'; did you mean run? 'mestr --help' lists them\n");
  EXPECT_THAT(CallProgram({"eval"}).err, HasSubstr("did you mean evaluate?"));
  EXPECT_THAT(CallProgram({"xyzzy"}).err, Not(HasSubstr("did you mean")));
}

TEST(Hints, NameTheNearestFlagEvenWhereSomethingIsMissing) {
  EXPECT_EQ(CallProgram({"run", "a.mp4", "--fsp", "30"}).err,
            "mestr run: unknown flag --fsp; did you mean --fps? 'mestr run --help' lists the "
            "flags\n");
  EXPECT_THAT(CallProgram({"synth", "--ouptut=x"}).err,
              HasSubstr("unknown flag --ouptut; did you mean --output?"));
  EXPECT_THAT(CallProgram({"evaluate", "--pred", "a", "-truth", "b"}).err,
              HasSubstr("did you mean --truth?"));
}

TEST(Hints, NameTheNearestWord) {
  EXPECT_THAT(CallProgram({"synth", "-o", "x", "--preset", "dmeo"}).err,
              HasSubstr("--preset: preset is 'dmeo'; did you mean demo? it must be demo"));
  EXPECT_THAT(CallProgram({"report", "out", "--figures", "pfd"}).err,
              HasSubstr("--figures: 'pfd'; did you mean pdf? it must be one of pdf, svg, png"));
  EXPECT_THAT(CallProgram({"run", "a.mp4", "--device", "cud"}).err,
              HasSubstr("device is 'cud'; did you mean cuda? it must be auto, cpu or cuda"));
  EXPECT_THAT(CallProgram({"evaluate", "--pred", "a", "--truth", "b", "--by", "subjct"}).err,
              HasSubstr("--by: 'subjct'; did you mean subject? it must be one of subject, video"));
  EXPECT_THAT(CallProgram({"run", "a.mp4", "--config", "dmeo"}).err,
              HasSubstr("no config file dmeo; did you mean demo?"));
  EXPECT_THAT(CallProgram({"run", "a.mp4", "--set", "spot.min_evidnce=1"}).err,
              HasSubstr("did you mean spot.min_evidence?"));
}

}  // namespace
}  // namespace mestr::internal
