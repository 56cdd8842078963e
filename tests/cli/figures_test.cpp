#include "cli/figures.h"

#include <cstdlib>
#include <filesystem>

#include "core/files.h"
#include "mestr/core/error.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Figures : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteFileAtomically(folder_.path() / "run.json", std::string_view(R"({"videos": [
      {"ok": true, "file": "videos/a.json", "dataset": "", "subject": "", "video": "a"}]})"));
    WriteFileAtomically(folder_.path() / "videos/a.json", std::string_view(R"({
      "frames": 3, "fps": 30, "first_scored_frame": 1, "threshold": 0.5, "intervals": [],
      "scores": [0.1, 0.9, 0.1], "smoothed": [0.1, 0.9, 0.1],
      "stretches": [{"first_frame": 1, "last_frame": 3}]})"));
  }

  // A PATH on which python3 is this script.
  void TakePython(const std::string& script) {
    const fs::path python = folder_.path() / "bin" / "python3";
    WriteFileAtomically(python, std::string_view("#!/bin/sh\n" + script + "\n"));
    fs::permissions(python, fs::perms::owner_all);
    ::setenv("PATH", python.parent_path().c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }

  std::string path_ = std::getenv("PATH");
  testing::TemporaryFolder folder_;
};

TEST_F(Figures, AreDrawnByTheShippedScript) {
  TakePython("exec /usr/bin/python3 \"$@\"");  // Debian's has matplotlib
  const fs::path figure = folder_.path() / "figures" / "a.svg";
  EXPECT_EQ(cli::WriteFigures(folder_.path(), "svg", {}), "wrote " + figure.string() + "\n");
  EXPECT_THAT(ReadFile(figure), HasSubstr("<svg"));
}

TEST_F(Figures, SayInOneLineWhatIsWrongWithTheResults) {
  TakePython("exec /usr/bin/python3 \"$@\"");
  WriteFileAtomically(folder_.path() / "videos/a.json", std::string_view("{}"));
  const std::string why = testing::ErrorMessage(
      ErrorKind::kInput, [&] { cli::WriteFigures(folder_.path(), "pdf", {}); });
  EXPECT_THAT(why, AllOf(HasSubstr("a.json is not what mestr run writes"), Not(HasSubstr("\n")),
                         Not(HasSubstr("figures.py"))));
}

TEST_F(Figures, SayWhatPythonLacks) {
  TakePython("echo 'figures.py: python3 has no module matplotlib: apt-get install' >&2; exit 2");
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kConfig,
                                  [&] { cli::WriteFigures(folder_.path(), "pdf", {}); }),
            "python3 has no module matplotlib: apt-get install");
  TakePython("exit 9");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig,
                                    [&] { cli::WriteFigures(folder_.path(), "pdf", {}); }),
              HasSubstr("ended without a word"));
}

TEST_F(Figures, NeedPython) {
  ::setenv("PATH", folder_.path().c_str(), 1);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig,
                                    [&] { cli::WriteFigures(folder_.path(), "pdf", {}); }),
              AllOf(HasSubstr("cannot run python3"), HasSubstr("matplotlib")));
}

}  // namespace
}  // namespace mestr::internal
