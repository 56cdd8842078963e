#include "synth/synth_set.h"

#include <map>
#include <nlohmann/json.hpp>
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

SynthSetOptions SmallSet(SynthFormat format) {
  SynthSetOptions set;
  set.groups = {{.dataset = "cas", .fps = 30, .clips = 3, .persons = {1, 4}}};
  set.format = format;
  set.clip.seconds = 2;
  set.clip.width_px = 160;
  set.clip.height_px = 120;
  set.clip.expressions = 1;
  return set;
}

// Without expressions, six frames a clip.
SynthSetOptions BriefSet(SynthFormat format) {
  SynthSetOptions set = SmallSet(format);
  set.clip.seconds = 0.2;
  set.clip.expressions = 0;
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

TEST(WriteSynthSet, SameSeedGivesTheSameFilesForAnyNumberOfThreads) {
  const TemporaryFolder a;
  const TemporaryFolder b;
  for (const SynthFormat format : {SynthFormat::kAvi, SynthFormat::kMp4}) {
    WriteSynthSet(SmallSet(format), a.path(), {.overwrite = true, .threads = 1});
    WriteSynthSet(SmallSet(format), b.path(), {.overwrite = true, .threads = 3});
    EXPECT_EQ(FilesIn(a.path()), FilesIn(b.path()));
  }
}

// What is written is what `mestr run` reads: every video found, every frame counted.
TEST(WriteSynthSet, EveryEncodingDecodesToAllFrames) {
  for (const SynthFormat format :
       {SynthFormat::kFrames, SynthFormat::kAvi, SynthFormat::kMp4, SynthFormat::kVideo}) {
    const TemporaryFolder folder;
    WriteSynthSet(SmallSet(format), folder.path(), {.threads = 2});
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

TEST(WriteSynthSet, VideosShowTheClipsPictures) {
  for (const SynthFormat format : {SynthFormat::kAvi, SynthFormat::kMp4}) {
    const TemporaryFolder folder;
    const SynthSetOptions set = SmallSet(format);
    WriteSynthSet(set, folder.path(), {});
    const SynthSetClip planned = PlanSynthSet(set).at(1);
    synth::Clip clip(planned.options);
    const std::unique_ptr<FrameSource> source = OpenVideoFile(folder.path() / planned.path);
    Frame frame;
    while (source->Next(frame)) {
      EXPECT_LT(cv::norm(frame.image_bgr, clip.NextFrame(), cv::NORM_L1) / (160 * 120 * 3), 7);
    }
  }
}

TEST(WriteSynthSet, TablesHoldWhatThePeopleDo) {
  const TemporaryFolder folder;
  SynthSetOptions set = SmallSet(SynthFormat::kMp4);
  set.clip.contexts = {Context::kLively};
  set.clip.seconds = 4;
  const SynthSetSummary summary = WriteSynthSet(set, folder.path(), {.threads = 2});
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

TEST(WriteSynthSet, WritesTheMegcLayout) {
  const TemporaryFolder folder;
  SynthSetOptions set = BriefSet(SynthFormat::kFrames);
  set.groups.push_back({.dataset = "samm", .fps = 200, .clips = 2, .persons = {17}});
  const SynthSetSummary summary = WriteSynthSet(set, folder.path(), {});
  EXPECT_EQ(summary.clips, 5);
  EXPECT_EQ(summary.frames, 3 * 6 + 2 * 40);
  const auto files = FilesIn(folder.path());
  EXPECT_THAT(files, SizeIs(3 * 6 + 2 * 40 + 5));
  for (const char* name : {"CAS_data/spNO.1/a/img_00001.jpg", "CAS_data/spNO.4/a/img_00006.jpg",
                           "CAS_data/spNO.1/b/img_00002.jpg", "SAMM_data/017_1/017_1_00001.jpg",
                           "SAMM_data/017_2/017_2_00040.jpg"}) {
    EXPECT_TRUE(files.contains(name)) << name;
  }
}

TEST(WriteSynthSet, WritesTheTrueFlowOfPairs) {
  const TemporaryFolder folder;
  SynthSetOptions set = SmallSet(SynthFormat::kFrames);
  set.groups[0].clips = 1;
  set.clip.seconds = 0.3;
  set.clip.expressions = 0;
  set.flow_step = 3;
  WriteSynthSet(set, folder.path(), {});
  const std::string npy = ReadFile(folder.path() / "truth_flow/cas_1_a.npy");
  EXPECT_THAT(npy, HasSubstr("'<f4'"));
  EXPECT_THAT(npy, HasSubstr("(6, 120, 160, 2)"));
  EXPECT_EQ(npy.size(), 128 + 6U * 120 * 160 * 2 * 4);
}

TEST(WriteSynthSet, AnotherSeedGivesOtherClips) {
  const TemporaryFolder folder;
  SynthSetOptions set = BriefSet(SynthFormat::kFrames);
  WriteSynthSet(set, folder.path() / "a", {});
  set.seed = 2;
  WriteSynthSet(set, folder.path() / "b", {});
  const char* frame = "CAS_data/spNO.1/a/img_00001.jpg";
  EXPECT_NE(ReadFile(folder.path() / "a" / frame), ReadFile(folder.path() / "b" / frame));
}

TEST(WriteSynthSet, MoreClipsLeaveTheFirstOnesAsTheyAre) {
  const TemporaryFolder folder;
  SynthSetOptions set = BriefSet(SynthFormat::kVideo);
  WriteSynthSet(set, folder.path() / "three", {});
  set.groups[0].clips = 4;
  WriteSynthSet(set, folder.path() / "four", {});
  const auto four = FilesIn(folder.path() / "four");
  for (const auto& [name, content] : FilesIn(folder.path() / "three")) {
    const bool clip = name.ends_with(".avi") || name.ends_with(".mp4");
    if (!clip) continue;
    EXPECT_EQ(four.at(name), content) << name;
  }
}

TEST(WriteSynthSet, OverwriteReplacesTheFormerSetAndNothingElse) {
  const TemporaryFolder folder;
  SynthSetOptions set = BriefSet(SynthFormat::kAvi);
  set.flow_step = 1;
  WriteSynthSet(set, folder.path(), {});
  WriteFileAtomically(folder.path() / "mine.txt", "keep");
  set.groups[0].clips = 1;
  set.flow_step.reset();
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { WriteSynthSet(set, folder.path(), {}); }),
              HasSubstr("another options.flow_step, 1, and not none"));
  WriteSynthSet(set, folder.path(), {.overwrite = true});
  std::set<std::string> names;
  for (const auto& [name, content] : FilesIn(folder.path())) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"cas_1_a.avi", "events.csv", "frames.csv", "labels.csv",
                                          "manifest.csv", "mine.txt", "synth.json"}));
}

TEST(WriteSynthSet, GoesOnWhereItStopped) {
  for (const SynthFormat format : {SynthFormat::kAvi, SynthFormat::kFrames}) {
    const TemporaryFolder whole;
    const TemporaryFolder folder;
    SynthSetOptions set = BriefSet(format);
    set.flow_step = 1;
    WriteSynthSet(set, whole.path(), {});
    std::int64_t done = 0;
    SynthWriteOptions write;
    write.progress = [&](std::int64_t clips, std::int64_t) { done = clips; };
    write.stops_after_clip = [&] { return done == 2; };
    EXPECT_THAT(
        ErrorMessage(ErrorKind::kStopped, [&] { WriteSynthSet(set, folder.path(), write); }),
        HasSubstr("the same command makes the others"));
    EXPECT_EQ(ReadJson(folder.path() / "synth.json")["clips"].size(), 2U);
    // A clip that nothing lists as made, as where the process was killed just then.
    const fs::path first = folder.path() / PlanSynthSet(set)[0].path;
    const auto written = fs::last_write_time(first);
    const fs::path last = folder.path() / PlanSynthSet(set)[2].path;
    if (format == SynthFormat::kFrames) {
      WriteFileAtomically(last / "img_00001.jpg", "half");
    } else {
      WriteFileAtomically(last, "half");
    }
    const SynthSetSummary summary = WriteSynthSet(set, folder.path(), {});
    EXPECT_EQ(summary.clips, 3);
    EXPECT_EQ(fs::last_write_time(first), written);
    EXPECT_EQ(FilesIn(folder.path()), FilesIn(whole.path()));
  }
}

TEST(WriteSynthSet, TakesMoreClipsOfTheSameSetAndRefusesFewer) {
  const TemporaryFolder folder;
  SynthSetOptions set = BriefSet(SynthFormat::kAvi);
  WriteSynthSet(set, folder.path(), {});
  set.groups[0].clips = 4;
  WriteSynthSet(set, folder.path(), {});
  EXPECT_EQ(ReadJson(folder.path() / "synth.json")["clips"].size(), 4U);
  set.groups[0].clips = 1;
  const auto refusal = [&] {
    return ErrorMessage(ErrorKind::kConfig, [&] { WriteSynthSet(set, folder.path(), {}); });
  };
  EXPECT_THAT(refusal(), HasSubstr("which is none of this set"));
  set.groups[0].clips = 4;
  set.seed = 2;
  EXPECT_THAT(refusal(), HasSubstr("another seed, 1, and not 2"));
}

TEST(WriteSynthSet, RefusesAFolderThatIsNoFormerSet) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "mine.txt", "keep");
  const auto refusal = [&](const fs::path& where) {
    return ErrorMessage(ErrorKind::kConfig, [&] {
      WriteSynthSet(BriefSet(SynthFormat::kFrames), where, {.overwrite = true});
    });
  };
  EXPECT_THAT(refusal(folder.path()), HasSubstr("was not written by mestr synth"));
  EXPECT_THAT(refusal(folder.path() / "mine.txt"), HasSubstr("mine.txt"));
  EXPECT_EQ(FilesIn(folder.path()), (std::map<std::string, std::string>{{"mine.txt", "keep"}}));
}

TEST(WriteSynthSet, AChangedRecordNeverRemovesWhatLiesElsewhere) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "victim.txt", "keep");
  for (const char* entry :
       {"../victim.txt", "..", ".", "", "a/../../victim.txt", "/etc", "a//b", "a/"}) {
    const fs::path set = folder.path() / "set";
    WriteFileAtomically(set / "synth.json", R"({"entries": [")" + std::string(entry) + R"("]})");
    EXPECT_THAT(
        ErrorMessage(
            ErrorKind::kConfig,
            [&] { WriteSynthSet(BriefSet(SynthFormat::kFrames), set, {.overwrite = true}); }),
        HasSubstr("no record of mestr synth"));
    EXPECT_EQ(ReadFile(folder.path() / "victim.txt"), "keep");
  }
}

TEST(WriteSynthSet, NoFolderOfFramesIsHalfWrittenWhereAClipFails) {
  const TemporaryFolder folder;
  // Takes the place of the second person's folder as the first clip is done.
  const auto block = [&](std::int64_t, std::int64_t) {
    if (!fs::exists(folder.path() / "CAS_data/spNO.4")) {
      WriteFileAtomically(folder.path() / "CAS_data/spNO.4", "in the way");
    }
  };
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] {
                             WriteSynthSet(BriefSet(SynthFormat::kFrames), folder.path(),
                                           {.progress = block});
                           }),
              HasSubstr("cannot write"));
  for (const auto& [name, content] : FilesIn(folder.path())) {
    EXPECT_TRUE(name.starts_with("CAS_data/spNO.1/a/img_") || name == "CAS_data/spNO.4" ||
                name == "synth.json")
        << name;
  }
  EXPECT_FALSE(ReadJson(folder.path() / "synth.json")["complete"].get<bool>());
}

TEST(WriteSynthSet, AFileInTheWayIsNamedAndNothingHalfWrittenStays) {
  for (const SynthFormat format : {SynthFormat::kAvi, SynthFormat::kMp4}) {
    const TemporaryFolder folder;
    const SynthSetOptions set = BriefSet(format);
    const fs::path last = folder.path() / PlanSynthSet(set).back().path;
    const auto block = [&](std::int64_t, std::int64_t) { fs::create_directories(last / "x"); };
    EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                             [&] { WriteSynthSet(set, folder.path(), {.progress = block}); }),
                HasSubstr(last.filename().string()));
    for (const auto& [name, content] : FilesIn(folder.path())) {
      EXPECT_TRUE(name.starts_with("cas_1_a.") || name.starts_with("cas_4_a.") ||
                  name == "synth.json")
          << name;
    }
  }
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
    SynthSetOptions set = SmallSet(SynthFormat::kFrames);
    c.change(set);
    EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [&] { set.Check(); }), c.expected);
  }
}

TEST(SynthPreset, Megc2025HasTheChallengesVideos) {
  std::map<std::string, int> count;
  std::set<std::string> paths;
  for (const SynthSetClip& clip : PlanSynthSet(SynthPreset("megc2025"))) {
    ++count[clip.dataset];
    paths.insert(clip.path.generic_string());
    EXPECT_EQ(clip.options.fps, clip.dataset == "samm" ? 200 : 30);
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"cas", 20}, {"samm", 10}}));
  EXPECT_THAT(paths, SizeIs(30));
  EXPECT_TRUE(paths.contains("CAS_data/spNO.1/a"));
  EXPECT_TRUE(paths.contains("SAMM_data/011_1"));
}

TEST(SynthPreset, DemoShowsEveryClassOnPeopleThatTrainDoesNotHave) {
  std::set<int> trained;
  for (const SynthSetClip& clip : PlanSynthSet(SynthPreset("train"))) {
    trained.insert(clip.options.person);
  }
  EXPECT_THAT(trained, SizeIs(60));
  for (const SynthSetClip& clip : PlanSynthSet(SynthPreset("demo"))) {
    EXPECT_FALSE(trained.contains(clip.options.person));
    std::set<SynthEmotion> classes;
    const synth::Clip shown(clip.options);
    for (const synth::FaceEvent& event : shown.events()) {
      if (event.kind == synth::EventKind::kMicro) classes.insert(*event.emotion);
    }
    EXPECT_THAT(classes, SizeIs(3));
  }
  EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [] { SynthPreset("megc"); }),
            "preset is 'megc'; did you mean megc2025? it must be demo, megc2025 or train");
}

TEST(WriteSynthSet, WritesAndRemovesNothingThroughALink) {
  const TemporaryFolder folder;
  const fs::path set = folder.path() / "set";
  WriteSynthSet(BriefSet(SynthFormat::kFrames), set, {});
  const fs::path inside = *PlanSynthSet(BriefSet(SynthFormat::kFrames))[0].path.begin();
  fs::rename(set / inside, folder.path() / "elsewhere");
  fs::create_directory_symlink(folder.path() / "elsewhere", set / inside);
  const auto files = FilesIn(folder.path() / "elsewhere");
  ASSERT_FALSE(files.empty());
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] { WriteSynthSet(BriefSet(SynthFormat::kFrames), set, {}); }),
              HasSubstr(inside.string() + " is a link"));
  EXPECT_EQ(FilesIn(folder.path() / "elsewhere"), files);
}

}  // namespace
}  // namespace mestr::internal
