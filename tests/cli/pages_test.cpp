#include <sstream>

#include "cli/completion.h"
#include "cli/man_page.h"
#include "cli/program.h"
#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using testing::NameOfTest;
using ::testing::Not;

// As a reader sees it, roughly: without escapes and fonts.
std::string Shown(std::string roff) {
  for (const auto& [escape, text] :
       {std::pair{"\\-", "-"}, {"\\fB", ""}, {"\\fI", ""}, {"\\fR", ""}}) {
    for (std::size_t at = 0; (at = roff.find(escape, at)) != std::string::npos;) {
      roff.replace(at, std::string(escape).size(), text);
    }
  }
  return roff;
}

class Pages : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    for (const cli::Command* command : cli::Commands()) {
      if (command->name == GetParam()) help_ = cli::HelpOf(*command);
    }
  }

  cli::CommandHelp help_;
};

TEST_P(Pages, NameEveryFlagOfTheHelp) {
  const std::string name_in_scripts = cli::OneWord(GetParam());
  const std::string page = Shown(CallProgram({"man", name_in_scripts}).out);
  const std::string bash = CallProgram({"completion", "bash"}).out;
  const std::string zsh = CallProgram({"completion", "zsh"}).out;
  for (const cli::FlagGroup& group : help_.groups) {
    EXPECT_THAT(page, HasSubstr("\n.SS " + group.title + "\n"));
    for (const cli::FlagHelp& flag : group.flags) {
      for (const std::string& name : flag.names) {
        EXPECT_THAT(page, ::testing::ContainsRegex("[\n ]" + name + "[, \n]"));
        EXPECT_THAT(
            bash, ::testing::ContainsRegex("\n +" + name_in_scripts + "\\).*[ ']" + name + "[ ']"));
        const std::string own = zsh.substr(zsh.find("\n        " + name_in_scripts + ")\n"));
        EXPECT_THAT(own.substr(0, own.find(";;")),
                    ::testing::ContainsRegex("[' {,*]" + name + "[]=[' },]"));
      }
    }
  }
  for (const cli::Example& example : help_.examples) {
    EXPECT_THAT(page, HasSubstr(example.line));
  }
}

INSTANTIATE_TEST_SUITE_P(Program, Pages, ::testing::ValuesIn(cli::CommandNames()),
                         [](const auto& param_info) { return NameOfTest(param_info.param); });

TEST(ManPages, AreWrittenAllAtOnce) {
  const testing::TemporaryFolder folder;
  const auto result = CallProgram({"man", "-o", (folder.path() / "man1").string()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(ReadFile(folder.path() / "man1/mestr-run.1"), CallProgram({"man", "run"}).out);
  EXPECT_EQ(ReadFile(folder.path() / "man1/mestr.1"), CallProgram({"man"}).out);
  for (const std::string& name : cli::CommandNames()) {
    EXPECT_TRUE(Exists(folder.path() / "man1" / ("mestr-" + cli::OneWord(name) + ".1")));
    EXPECT_THAT(Shown(CallProgram({"man"}).out), HasSubstr("mestr-" + cli::OneWord(name)));
  }
  EXPECT_EQ(CallProgram({"man", "run", "-o", "x"}).exit_code, 2);
  EXPECT_THAT(CallProgram({"man", "rnu"}).err, HasSubstr("did you mean run?"));
}

// A flag whose text has what roff and the shells read.
cli::CommandHelp Odd() {
  return {.name = "mestr odd",
          .summary = "it's [odd]: a\\b",
          .usage = "mestr odd [OPTION...]",
          .description = ".TH of a page",
          .groups = {{"Odd", {{{"-o", "--odd"}, "N|real", "N|real", "'it's' [odd]: a\\b"}}}},
          .notes = {},
          .examples = {}};
}

TEST(ManPages, ShowWhatRoffWouldRead) {
  EXPECT_THAT(cli::ManPage(Odd(), {}), AllOf(HasSubstr("\n\\&.TH of a page\n"),
                                             HasSubstr("\n\\&\\(aqit\\(aqs\\(aq [odd]: a\\eb\n"),
                                             HasSubstr("mestr\\-odd \\- it")));
}

TEST(Completion, QuotesWhatAShellWouldRead) {
  const std::vector<cli::CommandHelp> commands = {Odd()};
  EXPECT_THAT(cli::ZshCompletion(commands),
              AllOf(HasSubstr("'(-o --odd)'{-o,--odd=}'['\\''it'\\''s'\\'' \\[odd\\]\\: a\\\\b]:"),
                    HasSubstr("'odd:it'\\''s \\[odd\\]\\: a\\\\b'")));
  EXPECT_THAT(cli::BashCompletion(commands),
              HasSubstr("odd:-o | odd:--odd) _mestr_words 'real'; return ;;"));
}

TEST(Completion, KnowsTheSecondWordOfACommandOfTwo) {
  EXPECT_THAT(CallProgram({"completion", "bash"}).out, HasSubstr("_mestr_words 'make ask --help'"));
  EXPECT_THAT(CallProgram({"completion", "zsh"}).out,
              AllOf(HasSubstr("compadd -- make ask\n"), HasSubstr("'vqa:make, ask'\n")));
}

TEST(Completion, TakesAShellThatItKnows) {
  EXPECT_EQ(CallProgram({"completion"}).exit_code, 2);
  EXPECT_THAT(CallProgram({"completion", "bsh"}).err, HasSubstr("did you mean bash?"));
  EXPECT_THAT(CallProgram({"completion", "bash"}).out, Not(HasSubstr("WIDTHxHEIGHT")));
}

}  // namespace
}  // namespace mestr::internal
