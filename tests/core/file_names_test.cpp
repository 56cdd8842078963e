#include "core/file_names.h"

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

VideoKey Named(const std::string& video) { return {.dataset = {}, .subject = {}, .video = video}; }

TEST(FileNames, JoinDataSetSubjectAndVideo) {
  FileNames names;
  EXPECT_EQ(names.NameOf({.dataset = "cas", .subject = "1", .video = "a"}), "cas_1_a");
  EXPECT_EQ(names.NameOf(Named("clip")), "clip");
}

TEST(FileNames, NumberWhatWouldBeOneFile) {
  FileNames names;
  EXPECT_EQ(names.NameOf(Named("a b")), "a_b");
  EXPECT_EQ(names.NameOf(Named("a_b")), "a_b-2");
  EXPECT_EQ(names.NameOf(Named("A_B")), "A_B-3");  // one file on macOS and Windows
  EXPECT_EQ(names.NameOf(Named("a_b-2")), "a_b-2-2");
}

TEST(FileNames, FitWithEveryEnding) {
  FileNames names;
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  for (const std::string& video : {std::string(300, 'x'), std::string(300, 'X'), umlauts}) {
    const std::string name = names.NameOf(Named(video));
    EXPECT_LE(name.size() + std::string(".onset_apex.npy").size(), kMostFileNameBytes);
    EXPECT_EQ(SafeFileName(name), name);
  }
}

TEST(FileNames, AreTheSameEachTime) {
  for (const std::string& video : {std::string(300, 'x'), std::string("../../up"),
                                   std::string("\x1b[2J"), std::string("..")}) {
    EXPECT_EQ(FileNames().NameOf(Named(video)), FileNames().NameOf(Named(video)));
  }
  EXPECT_NE(FileNames().NameOf(Named(std::string(300, 'x'))),
            FileNames().NameOf(Named(std::string(301, 'x'))));
}

TEST(FileNames, LeaveNamesThatAreTaken) {
  FileNames names;
  names.Take("Clip");
  EXPECT_EQ(names.NameOf(Named("clip")), "clip-2");
  names.Free("Clip");
  EXPECT_EQ(names.NameOf(Named("clip")), "clip");
}

}  // namespace
}  // namespace mestr::internal
