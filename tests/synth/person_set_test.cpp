#include "synth/person_set.h"

#include <map>
#include <opencv2/core.hpp>
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
using synth::Context;
using ::testing::HasSubstr;
using ::testing::SizeIs;

PersonSetOptions SmallSet(PersonSetFormat format) {
  PersonSetOptions set;
  set.groups = {{.dataset = "cas", .fps = 30, .clips = 3, .persons = {1, 4}}};
  set.format = format;
  set.clip.seconds = 2;
  set.clip.width_px = 160;
  set.clip.height_px = 120;
  set.clip.expressions = 1;
  return set;
}

std::map<std::string, std::string> FilesIn(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[entry.path().lexically_relative(folder).generic_string()] = ReadFile(entry.path());
    }
  }
  return files;
}

TEST(WritePersonSet, SameSeedGivesTheSameFilesForAnyNumberOfThreads) {
  const TemporaryFolder a;
  const TemporaryFolder b;
  for (const PersonSetFormat format : {PersonSetFormat::kAvi, PersonSetFormat::kMp4}) {
    WritePersonSet(SmallSet(format), a.path(), {.overwrite = true, .threads = 1});
    WritePersonSet(SmallSet(format), b.path(), {.overwrite = true, .threads = 3});
    EXPECT_EQ(FilesIn(a.path()), FilesIn(b.path()));
  }
}

// What is written is what `mestr run` reads: every video found, every frame counted.
TEST(WritePersonSet, EveryEncodingDecodesToAllFrames) {
  for (const PersonSetFormat format : {PersonSetFormat::kFrames, PersonSetFormat::kAvi,
                                       PersonSetFormat::kMp4, PersonSetFormat::kVideo}) {
    const TemporaryFolder folder;
    WritePersonSet(SmallSet(format), folder.path(), {.threads = 2});
    const std::vector<VideoInput> inputs =
        ResolveInputs({(folder.path() / "manifest.csv").string()}, {}).videos;
    ASSERT_THAT(inputs, SizeIs(3));
    EXPECT_EQ(inputs[1].key.subject, "4");
    for (const VideoInput& input : inputs) {
      const std::unique_ptr<FrameSource> source = OpenInput(input);
      EXPECT_EQ(source->info().fps, 30);
      Frame frame;
      std::int64_t frames = 0;
      while (source->Next(frame)) {
        EXPECT_EQ(frame.image_bgr.size(), cv::Size(160, 120));
        ++frames;
      }
      EXPECT_EQ(frames, 60);
    }
  }
}

TEST(WritePersonSet, VideosShowTheClipsPictures) {
  for (const PersonSetFormat format : {PersonSetFormat::kAvi, PersonSetFormat::kMp4}) {
    const TemporaryFolder folder;
    const PersonSetOptions set = SmallSet(format);
    WritePersonSet(set, folder.path(), {});
    const PersonSetClip planned = PlanPersonSet(set).at(1);
    synth::PersonClip clip(planned.options);
    const std::unique_ptr<FrameSource> source = OpenVideoFile(folder.path() / planned.path);
    Frame frame;
    while (source->Next(frame)) {
      EXPECT_LT(cv::norm(frame.image_bgr, clip.NextFrame(), cv::NORM_L1) / (160 * 120 * 3), 7);
    }
  }
}

TEST(WritePersonSet, TablesHoldWhatThePeopleDo) {
  const TemporaryFolder folder;
  PersonSetOptions set = SmallSet(PersonSetFormat::kMp4);
  set.clip.contexts = {Context::kLively};
  set.clip.seconds = 4;
  const SynthSetSummary summary = WritePersonSet(set, folder.path(), {.threads = 2});
  EXPECT_EQ(summary.clips, 3);
  EXPECT_EQ(summary.frames, 3 * 120);

  const std::vector<Label> labels = ReadLabels(folder.path() / "labels.csv");
  const CsvTable events = CsvTable::Read(
      folder.path() / "events.csv", {.required = {"dataset", "subject", "video", "kind", "onset",
                                                  "apex", "offset", "emotion", "units", "px200"}});
  std::size_t expressions = 0;
  std::int64_t micro = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string_view kind = events[i].Text(events.Column("kind"));
    if (kind == "micro") ++micro;
    if (kind != "micro" && kind != "macro") continue;
    const Label& label = labels.at(expressions++);
    EXPECT_EQ(label.type == ExpressionType::kMicro, kind == "micro");
    EXPECT_EQ(events[i].Int64(events.Column("onset")), label.interval.onset + 1);
    EXPECT_EQ(events[i].Int64(events.Column("offset")), label.interval.offset + 1);
    EXPECT_EQ(events[i].Text(events.Column("emotion")), label.emotion);
    EXPECT_GE(events[i].Double(events.Column("px200")), 1);
    EXPECT_NE(events[i].Text(events.Column("units")), "");
  }
  EXPECT_EQ(expressions, labels.size());
  EXPECT_EQ(micro, 3);
  const CsvTable frames =
      CsvTable::Read(folder.path() / "frames.csv",
                     {.required = {"dataset", "subject", "video", "frame", "micro", "blink",
                                   "speech", "macro", "head_px200", "face_px200"}});
  EXPECT_EQ(frames.size(), 3U * 120);
  const auto record = ReadJson(folder.path() / "synth.json");
  EXPECT_TRUE(record["complete"].get<bool>());
  EXPECT_EQ(record["clips"][2]["context"], "lively");
}

TEST(WritePersonSet, WritesTheTrueFlowOfPairs) {
  const TemporaryFolder folder;
  PersonSetOptions set = SmallSet(PersonSetFormat::kFrames);
  set.groups[0].clips = 1;
  set.clip.seconds = 0.3;
  set.clip.expressions = 0;
  set.flow_step = 3;
  WritePersonSet(set, folder.path(), {});
  const std::string npy = ReadFile(folder.path() / "truth_flow/cas_1_a.npy");
  EXPECT_THAT(npy, HasSubstr("'<f4'"));
  EXPECT_THAT(npy, HasSubstr("(6, 120, 160, 2)"));
  EXPECT_EQ(npy.size(), 128 + 6U * 120 * 160 * 2 * 4);
}

TEST(WritePersonSet, MoreClipsLeaveTheFirstOnesAsTheyAre) {
  const TemporaryFolder folder;
  PersonSetOptions set = SmallSet(PersonSetFormat::kVideo);
  set.clip.seconds = 0.5;
  set.clip.expressions = 0;
  WritePersonSet(set, folder.path() / "three", {});
  set.groups[0].clips = 4;
  WritePersonSet(set, folder.path() / "four", {});
  const auto four = FilesIn(folder.path() / "four");
  for (const auto& [name, content] : FilesIn(folder.path() / "three")) {
    const bool clip = name.ends_with(".avi") || name.ends_with(".mp4");
    if (!clip) continue;
    EXPECT_EQ(four.at(name), content) << name;
  }
}

TEST(WritePersonSet, OverwriteReplacesTheFormerSetAndNothingElse) {
  const TemporaryFolder folder;
  PersonSetOptions set = SmallSet(PersonSetFormat::kAvi);
  set.clip.expressions = 0;
  set.clip.seconds = 0.2;
  set.flow_step = 1;
  WritePersonSet(set, folder.path(), {});
  WriteFileAtomically(folder.path() / "mine.txt", "keep");
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { WritePersonSet(set, folder.path(), {}); }),
              HasSubstr("is not empty"));
  set.groups[0].clips = 1;
  set.flow_step.reset();
  WritePersonSet(set, folder.path(), {.overwrite = true});
  std::set<std::string> names;
  for (const auto& [name, content] : FilesIn(folder.path())) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"cas_1_a.avi", "events.csv", "frames.csv", "labels.csv",
                                          "manifest.csv", "mine.txt", "synth.json"}));
}

TEST(WritePersonSet, AFileInTheWayIsNamedAndNothingHalfWrittenStays) {
  for (const PersonSetFormat format : {PersonSetFormat::kAvi, PersonSetFormat::kMp4}) {
    const TemporaryFolder folder;
    PersonSetOptions set = SmallSet(format);
    set.clip.seconds = 0.2;
    set.clip.expressions = 0;
    const fs::path last = folder.path() / PlanPersonSet(set).back().path;
    const auto block = [&](std::int64_t, std::int64_t) { fs::create_directories(last / "x"); };
    EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                             [&] { WritePersonSet(set, folder.path(), {.progress = block}); }),
                HasSubstr(last.filename().string()));
    for (const auto& [name, content] : FilesIn(folder.path())) {
      EXPECT_TRUE(name.starts_with("cas_1_a.") || name.starts_with("cas_4_a.") ||
                  name == "synth.json")
          << name;
    }
  }
}

TEST(PersonSetOptions, EachBadValueIsNamed) {
  struct Case {
    const char* expected;
    void (*change)(PersonSetOptions&);
  };
  const Case cases[] = {
      {"groups: one at least is needed", [](auto& s) { s.groups.clear(); }},
      {"groups: dataset 'cas' is given twice", [](auto& s) { s.groups.push_back(s.groups[0]); }},
      {"dataset is '../x'; it must be letters, digits and '_', one at least",
       [](auto& s) { s.groups[0].dataset = "../x"; }},
      {"clips is 0; it must be in [1, 10000]", [](auto& s) { s.groups[0].clips = 0; }},
      {"subjects: one at least is needed", [](auto& s) { s.groups[0].persons.clear(); }},
      {"subjects: 2 is given twice",
       [](auto& s) {
         s.groups[0].persons = {2, 3, 2};
       }},
      {"person is 10000; it must be in [1, 9999]",
       [](auto& s) {
         s.groups[0].persons = {1, 10000};
       }},
      {"fps is 5; it must be in [10, 1000]", [](auto& s) { s.groups[0].fps = 5; }},
      {"flow_step is 0; it must be in [1, 1000]", [](auto& s) { s.flow_step = 0; }},
  };
  for (const Case& c : cases) {
    PersonSetOptions set = SmallSet(PersonSetFormat::kFrames);
    c.change(set);
    EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [&] { set.Check(); }), c.expected);
  }
}

TEST(PersonSetPreset, Megc2025HasTheChallengesVideos) {
  std::map<std::string, int> count;
  std::set<std::string> paths;
  for (const PersonSetClip& clip : PlanPersonSet(PersonSetPreset("megc2025"))) {
    ++count[clip.dataset];
    paths.insert(clip.path.generic_string());
    EXPECT_EQ(clip.options.fps, clip.dataset == "samm" ? 200 : 30);
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"cas", 20}, {"samm", 10}}));
  EXPECT_THAT(paths, SizeIs(30));
  EXPECT_TRUE(paths.contains("CAS_data/spNO.1/a"));
  EXPECT_TRUE(paths.contains("SAMM_data/011_1"));
}

TEST(PersonSetPreset, DemoShowsPeopleThatTrainDoesNotHave) {
  std::set<int> trained;
  for (const PersonSetClip& clip : PlanPersonSet(PersonSetPreset("train"))) {
    trained.insert(clip.options.person);
  }
  EXPECT_THAT(trained, SizeIs(60));
  for (const PersonSetClip& clip : PlanPersonSet(PersonSetPreset("demo"))) {
    EXPECT_FALSE(trained.contains(clip.options.person));
    EXPECT_EQ(clip.options.expressions, 3);
  }
  EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [] { PersonSetPreset("megc"); }),
            "preset is 'megc'; it must be demo, megc2025 or train");
}

}  // namespace
}  // namespace mestr::internal
