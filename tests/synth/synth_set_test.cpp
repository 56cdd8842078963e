#include "synth/synth_set.h"

#include <fstream>
#include <map>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "core/csv.h"
#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/submission/labels.h"
#include "mestr/video/inputs.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::mestr::testing::ErrorMessage;
using ::mestr::testing::ReadJson;
using ::mestr::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

SynthSetOptions SmallSet(SynthFormat format = SynthFormat::kFrames) {
  SynthSetOptions set;
  set.groups = {{.dataset = "cas", .fps = 30, .clips = 3, .subjects = {1, 4}}};
  set.format = format;
  set.clip.seconds = 2;
  set.clip.width_px = 160;
  set.clip.height_px = 120;
  set.clip.expressions = 1;
  return set;
}

SynthSetSummary Write(const SynthSetOptions& set, const fs::path& folder,
                      const SynthWriteOptions& write = {}) {
  return WriteSynthSet(DefaultPortrait(), set, folder, write);
}

// Every file below `folder`, by its path there.
std::map<std::string, std::string> FilesIn(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[entry.path().lexically_relative(folder).generic_string()] = ReadFile(entry.path());
    }
  }
  return files;
}

TEST(WriteSynthSet, SameSeedGivesTheSameFilesForAnyNumberOfThreads) {
  for (const SynthFormat format : {SynthFormat::kFrames, SynthFormat::kVideo}) {
    const TemporaryFolder a;
    const TemporaryFolder b;
    Write(SmallSet(format), a.path() / "set", {.threads = 1});
    Write(SmallSet(format), b.path() / "set", {.threads = 3});
    EXPECT_EQ(FilesIn(a.path()), FilesIn(b.path()));
  }
}

TEST(WriteSynthSet, AnotherSeedGivesOtherClips) {
  const TemporaryFolder folder;
  SynthSetOptions set = SmallSet();
  Write(set, folder.path() / "a");
  set.seed = 2;
  Write(set, folder.path() / "b");
  for (const char* file : {"labels.csv", "CAS_data/spNO.1/a/img_00001.jpg"}) {
    EXPECT_NE(ReadFile(folder.path() / "a" / file), ReadFile(folder.path() / "b" / file)) << file;
  }
}

TEST(WriteSynthSet, MoreClipsLeaveTheFirstOnesAsTheyAre) {
  const TemporaryFolder folder;
  SynthSetOptions set = SmallSet(SynthFormat::kVideo);
  set.clip.seconds = 1;
  set.clip.expressions = 0;
  Write(set, folder.path() / "three");
  set.groups[0].clips = 4;
  Write(set, folder.path() / "four");
  const auto three = FilesIn(folder.path() / "three");
  const auto four = FilesIn(folder.path() / "four");
  for (const char* file : {"cas_1_a.avi", "cas_4_a.avi", "cas_1_b.avi"}) {
    EXPECT_EQ(three.at(file), four.at(file)) << file;
  }
}

TEST(WriteSynthSet, WritesTheMegcLayout) {
  const TemporaryFolder folder;
  SynthSetOptions set = SmallSet();
  set.clip.seconds = 0.1;
  set.clip.expressions = 0;
  set.groups.push_back({.dataset = "samm", .fps = 200, .clips = 2, .subjects = {17}});
  const SynthSetSummary summary = Write(set, folder.path());
  EXPECT_EQ(summary.clips, 5);
  EXPECT_EQ(summary.frames, 3 * 3 + 2 * 20);

  std::set<std::string> names;
  for (const auto& [name, content] : FilesIn(folder.path())) names.insert(name);
  EXPECT_THAT(names, SizeIs(3 * 3 + 2 * 20 + 3));
  for (const char* name :
       {"CAS_data/spNO.1/a/img_00001.jpg", "CAS_data/spNO.4/a/img_00003.jpg",
        "CAS_data/spNO.1/b/img_00002.jpg", "SAMM_data/017_1/017_1_00001.jpg",
        "SAMM_data/017_2/017_2_00020.jpg", "labels.csv", "manifest.csv", "synth.json"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(WriteSynthSet, LabelsAreTheRenderersTruth) {
  const TemporaryFolder folder;
  const SynthSetOptions set = SmallSet();
  const SynthSetSummary summary = Write(set, folder.path());
  const std::vector<Label> labels = ReadLabels(folder.path() / "labels.csv");
  ASSERT_THAT(labels, SizeIs(3));
  const std::vector<SynthSetClip> clips = PlanSynthSet(set);
  std::int64_t counted = 0;
  for (size_t i = 0; i < clips.size(); ++i) {
    const ClipRenderer renderer(DefaultPortrait(), clips[i].options);
    const MicroExpression& truth = renderer.truth().expressions.at(0);
    EXPECT_EQ(labels[i].video, (VideoKey{clips[i].dataset, clips[i].subject, clips[i].video}));
    EXPECT_EQ(labels[i].interval, truth.frames);
    EXPECT_EQ(labels[i].apex, truth.apex);
    EXPECT_EQ(labels[i].emotion, SynthEmotionName(truth.emotion));
    EXPECT_EQ(labels[i].type, ExpressionType::kMicro);
    EXPECT_LT(labels[i].interval.offset, renderer.frame_count());
  }
  for (const std::int64_t count : summary.expressions) counted += count;
  EXPECT_EQ(counted, 3);

  const auto record = ReadJson(folder.path() / "synth.json");
  EXPECT_TRUE(record["complete"].get<bool>());
  EXPECT_EQ(record["clips"][1]["micro_expressions"][0]["frames"][0], labels[1].interval.onset + 1);
  EXPECT_EQ(record["clips"][1]["frames"], 60);
}

// What is written is what `mestr run` reads: every video found, every frame counted.
TEST(WriteSynthSet, ManifestLeadsToEveryVideoInBothFormats) {
  for (const SynthFormat format : {SynthFormat::kFrames, SynthFormat::kVideo}) {
    const TemporaryFolder folder;
    Write(SmallSet(format), folder.path());
    const std::vector<VideoInput> inputs =
        ResolveInputs({(folder.path() / "manifest.csv").string()}, {}).videos;
    ASSERT_THAT(inputs, SizeIs(3));
    EXPECT_EQ(inputs[0].key.dataset, "cas");
    EXPECT_EQ(inputs[1].key.subject, "4");
    EXPECT_EQ(inputs[2].key.video, "b");
    for (const VideoInput& input : inputs) {
      EXPECT_EQ(input.fps, 30);
      const std::unique_ptr<FrameSource> source = OpenInput(input);
      EXPECT_EQ(source->info().fps, 30);
      Frame frame;
      std::int64_t frames = 0;
      while (source->Next(frame)) ++frames;
      EXPECT_EQ(frames, 60);
    }
  }
}

// Decoders of JPEG and of motion JPEG round differently, by a gray level or so.
TEST(WriteSynthSet, VideosShowTheFramesOfTheRenderer) {
  const TemporaryFolder folder;
  const SynthSetOptions set = SmallSet(SynthFormat::kVideo);
  Write(set, folder.path());
  const SynthSetClip clip = PlanSynthSet(set).at(1);
  const ClipRenderer renderer(DefaultPortrait(), clip.options);
  const std::unique_ptr<FrameSource> source = OpenVideoFile(folder.path() / clip.path);
  Frame frame;
  for (std::int64_t i = 0; source->Next(frame); ++i) {
    const cv::Mat rendered = renderer.Render(i);
    EXPECT_LT(cv::norm(frame.image_bgr, rendered, cv::NORM_L1) / (160 * 120 * 3), 3.5) << i;
  }
}

TEST(WriteSynthSet, RefusesAFolderThatIsNotEmpty) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "mine.txt", "keep");
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { Write(SmallSet(), folder.path()); }),
              HasSubstr("is not empty"));
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] { Write(SmallSet(), folder.path(), {.overwrite = true}); }),
              HasSubstr("was not written by mestr synth"));
  EXPECT_EQ(FilesIn(folder.path()), (std::map<std::string, std::string>{{"mine.txt", "keep"}}));
}

TEST(WriteSynthSet, OverwriteReplacesTheFormerSetAndNothingElse) {
  const TemporaryFolder folder;
  SynthSetOptions set = SmallSet(SynthFormat::kVideo);
  set.clip.expressions = 0;
  set.clip.seconds = 0.2;
  Write(set, folder.path());
  WriteFileAtomically(folder.path() / "mine.txt", "keep");
  set.groups[0].clips = 1;
  Write(set, folder.path(), {.overwrite = true});
  std::vector<std::string> names;
  for (const auto& [name, content] : FilesIn(folder.path())) names.push_back(name);
  EXPECT_THAT(names,
              ElementsAre("cas_1_a.avi", "labels.csv", "manifest.csv", "mine.txt", "synth.json"));
}

TEST(WriteSynthSet, AChangedRecordNeverRemovesWhatLiesElsewhere) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "victim.txt", "keep");
  for (const char* entry : {"../victim.txt", "..", ".", ""}) {
    const fs::path set = folder.path() / "set";
    WriteFileAtomically(set / "synth.json", R"({"entries": [")" + std::string(entry) + R"("]})");
    EXPECT_THAT(
        ErrorMessage(ErrorKind::kConfig, [&] { Write(SmallSet(), set, {.overwrite = true}); }),
        HasSubstr("was not written by mestr synth"));
    EXPECT_EQ(ReadFile(folder.path() / "victim.txt"), "keep");
  }
}

TEST(WriteSynthSet, NothingHalfWrittenStaysWhereAClipFails) {
  const TemporaryFolder folder;
  const SynthSetOptions set = SmallSet();
  // Takes the place of the second subject's folder as the first clip is done.
  const auto block = [&](std::int64_t, std::int64_t) {
    if (!fs::exists(folder.path() / "CAS_data/spNO.4")) {
      WriteFileAtomically(folder.path() / "CAS_data/spNO.4", "in the way");
    }
  };
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kConfig, [&] { Write(set, folder.path(), {.progress = block}); }),
      HasSubstr("cannot write"));
  for (const auto& [name, content] : FilesIn(folder.path())) {
    EXPECT_TRUE(name.starts_with("CAS_data/spNO.1/a/img_") || name == "CAS_data/spNO.4" ||
                name == "synth.json")
        << name;
  }
  EXPECT_FALSE(ReadJson(folder.path() / "synth.json")["complete"].get<bool>());
}

TEST(WriteSynthSet, AFileInTheWayIsNamed) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "file", "x");
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { Write(SmallSet(), folder.path() / "file"); }),
              HasSubstr("file"));
}

TEST(SynthSetOptions, EachBadValueIsNamed) {
  struct Case {
    const char* expected;
    void (*change)(SynthSetOptions&);
  };
  const Case cases[] = {
      {"groups: one at least is needed", [](auto& s) { s.groups.clear(); }},
      {"groups: dataset 'cas' is given twice", [](auto& s) { s.groups.push_back(s.groups[0]); }},
      {"dataset is '../x'; it must be letters, digits and '_', one at least",
       [](auto& s) { s.groups[0].dataset = "../x"; }},
      {"clips is 0; it must be in [1, 10000]", [](auto& s) { s.groups[0].clips = 0; }},
      {"subjects: one at least is needed", [](auto& s) { s.groups[0].subjects.clear(); }},
      {"subjects: 2 is given twice",
       [](auto& s) {
         s.groups[0].subjects = {2, 3, 2};
       }},
      {"subject is 1000; it must be in [1, 999]",
       [](auto& s) {
         s.groups[0].subjects = {1, 1000};
       }},
      {"fps is 5; it must be in [10, 1000]", [](auto& s) { s.groups[0].fps = 5; }},
      {"noise_sigma is 60; it must be in [0, 50]", [](auto& s) { s.clip.noise_sigma = 60; }},
  };
  for (const Case& c : cases) {
    SynthSetOptions set = SmallSet();
    c.change(set);
    EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [&] { set.Check(); }), c.expected);
  }
}

TEST(SynthPreset, Megc2025HasTheChallengesVideos) {
  const std::vector<SynthSetClip> clips = PlanSynthSet(SynthPreset("megc2025"));
  std::map<std::string, int> count;
  std::set<std::string> paths;
  for (const SynthSetClip& clip : clips) {
    ++count[clip.dataset];
    paths.insert(clip.path.generic_string());
    EXPECT_EQ(clip.options.fps, clip.dataset == "samm" ? 200 : 30);
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"cas", 20}, {"samm", 10}}));
  EXPECT_THAT(paths, SizeIs(30));
}

TEST(SynthPreset, DemoShowsEveryClassOnFacesThatTrainDoesNotHave) {
  std::set<int> trained;
  for (const SynthSetClip& clip : PlanSynthSet(SynthPreset("train"))) {
    trained.insert(clip.options.subject);
  }
  EXPECT_THAT(trained, SizeIs(8));
  const std::vector<SynthSetClip> clips = PlanSynthSet(SynthPreset("demo"));
  ASSERT_THAT(clips, SizeIs(3));
  for (const SynthSetClip& clip : clips) {
    EXPECT_FALSE(trained.contains(clip.options.subject));
    std::set<SynthEmotion> classes;
    const ClipRenderer renderer(DefaultPortrait(), clip.options);
    for (const MicroExpression& e : renderer.truth().expressions) {
      classes.insert(e.emotion);
    }
    EXPECT_THAT(classes, SizeIs(3));
  }
}

TEST(SynthPreset, AnyOtherNameIsRefused) {
  EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [] { SynthPreset("megc"); }),
            "preset is 'megc'; it must be demo, megc2025 or train");
}

}  // namespace
}  // namespace mestr::internal
