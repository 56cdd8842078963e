#include "pipeline/features_folder.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using Json = FeaturesFolder::Json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class FeaturesManifest : public ::testing::Test {
 protected:
  fs::path Out(const std::string& name = "") const { return folder_.path() / "out" / name; }

  static Json Common() { return {{"format", 2}, {"features", "toy"}, {"mestr", "0"}}; }

  static Json Entry(const std::string& name) {
    return {{"name", name},          {"dataset", ""}, {"subject", ""}, {"video", name}, {"fps", 30},
            {"file", name + ".npy"}, {"frames", 9},   {"k_frames", 3}, {"pairs", 6}};
  }

  static VideoKey Key(const std::string& name) {
    return {.dataset = {}, .subject = {}, .video = name};
  }

  FeaturesFolder Open(bool overwrite = false) const {
    return {Out(), Common(), {"format", "features"}, overwrite};
  }

  // A folder with the features of one video.
  void WriteEarlier() const {
    FeaturesFolder folder = Open();
    folder.Prepare();
    WriteFileAtomically(Out("a.npy"), "rows");
    folder.Add(Entry("a"), 0);
  }

  std::string RefusalOf(const std::string& manifest) const {
    WriteFileAtomically(Out("manifest.json"), manifest);
    return testing::ErrorMessage(ErrorKind::kInput, [&] { Open(); });
  }

  // With one thing changed in the entry of a good manifest.
  std::string RefusalWith(const std::function<void(Json& entry)>& change) const {
    Json manifest = Common();
    manifest["videos"] = {Entry("a"), Entry("b")};
    change(manifest["videos"][1]);
    return RefusalOf(manifest.dump());
  }

  testing::TemporaryFolder folder_;
};

TEST_F(FeaturesManifest, ListsWhatAnEarlierCallMade) {
  WriteEarlier();
  FeaturesFolder folder = Open();
  ASSERT_TRUE(folder.Find(Key("a")).has_value());
  EXPECT_EQ(*folder.Find(Key("a")), Entry("a"));
  EXPECT_FALSE(folder.Find(Key("b")).has_value());
  EXPECT_EQ(folder.Begin(Key("A")), "A-2");
}

TEST_F(FeaturesManifest, ForgetsAVideoWithItsFiles) {
  WriteEarlier();
  FeaturesFolder folder = Open();
  folder.Forget(Key("a"));
  EXPECT_FALSE(folder.Find(Key("a")).has_value());
  EXPECT_FALSE(fs::exists(Out("a.npy")));
  EXPECT_TRUE(testing::ReadJson(Out("manifest.json")).at("videos").empty());
  EXPECT_EQ(folder.Begin(Key("a")), "a");
}

TEST_F(FeaturesManifest, ListsVideosInTheirOrderWhateverOneIsReadyFirst) {
  WriteEarlier();
  FeaturesFolder folder = Open();
  folder.Begin(Key("b"));
  folder.Begin(Key("c"));
  folder.Begin(Key("d"));
  folder.Add(Entry("d"), 3);
  folder.Add(Entry("b"), 1);
  folder.GiveUp("none");
  const auto unfinished = testing::ReadJson(Out("manifest.json"));
  EXPECT_EQ(unfinished.at("in_hand"), Json({"c.npy", "c.onset_apex.npy"}));
  folder.Add(Entry("c"), 2);
  const auto manifest = testing::ReadJson(Out("manifest.json"));
  EXPECT_FALSE(manifest.contains("in_hand"));
  std::string names;
  for (const auto& video : manifest.at("videos")) names += video.at("name").get<std::string>();
  EXPECT_EQ(names, "abcd");
}

TEST_F(FeaturesManifest, OfOtherOptionsIsReplacedOnRequestOnceThereIsSomethingNew) {
  WriteEarlier();
  WriteFileAtomically(Out("notes.txt"), "the user's own");
  Json other = Common();
  other["features"] = "others";
  const auto open = [&](bool overwrite) {
    return FeaturesFolder(Out(), other, {"format", "features"}, overwrite);
  };
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { open(false); }),
              AllOf(HasSubstr("another features"), HasSubstr("--overwrite")));
  FeaturesFolder folder = open(true);
  folder.Prepare();
  EXPECT_FALSE(folder.Find(Key("a")).has_value());
  EXPECT_TRUE(fs::exists(Out("a.npy")));
  folder.ReplaceEarlier();
  EXPECT_FALSE(fs::exists(Out("a.npy")));
  EXPECT_EQ(testing::ReadJson(Out("manifest.json")).at("features"), "others");
  EXPECT_TRUE(fs::exists(Out("notes.txt")));
}

TEST_F(FeaturesManifest, DoesNotMoveInWithOtherThingsUnasked) {
  WriteFileAtomically(Out("notes.txt"), "the user's own");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { Open(); }),
              AllOf(HasSubstr("not empty"), HasSubstr("--overwrite")));
  Open(true).Prepare();
  EXPECT_TRUE(fs::exists(Out("manifest.json")));
  EXPECT_TRUE(fs::exists(Out("notes.txt")));
}

TEST_F(FeaturesManifest, DoesNotReplaceAFileOfOthers) {
  WriteEarlier();
  for (const std::string name : {"b", "c"}) {
    const std::string file = name == "b" ? "b.npy" : "c.onset_apex.npy";
    WriteFileAtomically(Out(file), "the user's own");
    FeaturesFolder folder = Open();
    folder.Prepare();
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { folder.Begin(Key(name)); }),
                HasSubstr(file + " is in the way"));
    EXPECT_EQ(ReadFile(Out(file)), "the user's own");
  }
}

TEST_F(FeaturesManifest, RemovesWhatACallThatWasKilledDidNotList) {
  WriteEarlier();
  {
    FeaturesFolder folder = Open();
    EXPECT_EQ(folder.Begin(Key("b")), "b");
    WriteFileAtomically(Out("b.npy"), "rows");
  }
  FeaturesFolder folder = Open();
  folder.Prepare();
  EXPECT_FALSE(fs::exists(Out("b.npy")));
  EXPECT_TRUE(fs::exists(Out("a.npy")));
  EXPECT_EQ(folder.Begin(Key("b")), "b");
  folder.GiveUp("b");
  EXPECT_FALSE(testing::ReadJson(Out("manifest.json")).contains("in_hand"));
}

TEST_F(FeaturesManifest, NeedsAFolder) {
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kConfig, [] { FeaturesFolder("", Common(), {}, false); }),
      HasSubstr("is empty"));
}

TEST_F(FeaturesManifest, ThatIsNoneOfOursIsRefused) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::vector<std::string> manifests = {"",
                                              "{",
                                              "[]",
                                              "5",
                                              "null",
                                              "{}",
                                              "\xff\xfe",
                                              R"({"videos": 5})",
                                              R"({"videos": [1, 2]})",
                                              R"({"videos": {"a": 1}})",
                                              R"({"format": 1, "videos": 5})",
                                              R"({"videos": [{}]})",
                                              R"({"videos": 1e999})",
                                              "{\"videos\": [" + deep + "]}",
                                              "{\"a\": " + deep + "}",
                                              deep};
  for (const std::string& manifest : manifests) {
    EXPECT_THAT(RefusalOf(manifest),
                AllOf(HasSubstr(Out("manifest.json").string() + " is damaged"),
                      Not(HasSubstr("json.exception")), Each(::testing::Ne('\n'))))
        << manifest.substr(0, 100);
  }
}

TEST_F(FeaturesManifest, WithAFieldOfAnotherTypeIsRefused) {
  const std::vector<std::string> texts = {"name", "dataset", "subject", "video", "file"};
  const std::vector<std::string> numbers = {"fps", "k_frames", "frames", "pairs"};
  for (const std::string& key : texts) {
    EXPECT_THAT(RefusalWith([&](Json& entry) { entry[key] = 5; }), HasSubstr("video 2"));
    EXPECT_THAT(RefusalWith([&](Json& entry) { entry.erase(key); }), HasSubstr("video 2"));
  }
  for (const std::string& key : numbers) {
    for (const Json& bad : {Json("5"), Json(-1), Json(), Json(Json::array()), Json(-0.5)}) {
      EXPECT_THAT(RefusalWith([&](Json& entry) { entry[key] = bad; }), HasSubstr(key));
    }
  }
  EXPECT_THAT(RefusalWith([](Json& entry) { entry["pairs"] = 1e300; }), HasSubstr("pairs"));
  EXPECT_THAT(RefusalWith([](Json& entry) { entry["onset_apex"] = 5; }), HasSubstr("onset_apex"));
  EXPECT_THAT(RefusalWith([](Json& entry) { entry["onset_apex"] = "b.onset_apex.npy"; }),
              HasSubstr("onset_apex_events"));
}

TEST_F(FeaturesManifest, NeverLeadsOutOfItsFolder) {
  for (const char* name : {"../../..", "/etc/passwd", "..", ".", "", "c/d", "a"}) {
    const auto change = [&](Json& entry) {
      entry["name"] = name;
      entry["file"] = std::string(name) + ".npy";
    };
    EXPECT_THAT(RefusalWith(change), HasSubstr("video 2")) << name;
    EXPECT_THAT(RefusalWith([&](Json& entry) { entry["file"] = name; }), HasSubstr("'file'"));
    EXPECT_THAT(RefusalWith([&](Json& entry) { entry["onset_apex"] = name; }),
                HasSubstr("'onset_apex'"));
  }
}

}  // namespace
}  // namespace mestr::internal
