#include "vqa/make.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/label_questions.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;
using Labels = std::vector<DescribedLabel>;

// What one group of questions is about: a clip, or a long video.
struct Subject {
  VideoKey video;
  std::string file;      // "006_1", with several clips in it "006_1_2"
  std::string name;      // the same with the subject before it, in all of the data set
  Labels labels;         // of a clip one
  bool is_part = false;  // of its video: one of its several clips
};

std::string NameWithSubject(const VideoKey& video, const std::string& file) {
  if (video.subject.empty() || file.starts_with(video.subject + "_")) return file;
  return video.subject + "_" + file;
}

// By video, in the natural order of their keys.
std::map<VideoKey, Labels> ByVideo(std::span<const DescribedLabel> labels) {
  std::map<VideoKey, Labels> videos;
  for (const DescribedLabel& label : labels) videos[Comparable(label.label.video)].push_back(label);
  return videos;
}

std::vector<Subject> ClipsOf(const Labels& labels) {
  Labels micro;
  std::copy_if(labels.begin(), labels.end(), std::back_inserter(micro),
               [](const auto& one) { return one.label.type == ExpressionType::kMicro; });
  std::stable_sort(micro.begin(), micro.end(), [](const auto& a, const auto& b) {
    return a.label.interval.onset < b.label.interval.onset;
  });
  std::vector<Subject> clips;
  for (std::size_t i = 0; i < micro.size(); ++i) {
    const VideoKey& video = micro[i].label.video;
    const std::string file =
        micro.size() == 1 ? video.video : video.video + "_" + std::to_string(i + 1);
    clips.push_back({video, file, NameWithSubject(video, file), {micro[i]}, micro.size() > 1});
  }
  return clips;
}

std::vector<Subject> SubjectsOfVideo(const Labels& labels, VqaTask task) {
  if (task == VqaTask::kClips) return ClipsOf(labels);
  const VideoKey& video = labels.front().label.video;
  return {{video, video.video, NameWithSubject(video, video.video), labels}};
}

std::string InWords(const VideoKey& video) {
  return Quoted(video.video) +
         (video.subject.empty() ? "" : " of subject " + Quoted(video.subject));
}

// The name of a whole video is that of its file: it can only be refused. Those of parts are ours.
void GiveNamesOfTheirOwn(std::vector<Subject>& subjects) {
  std::map<std::pair<std::string, std::string>, const VideoKey*> taken;  // by data set and name
  for (const Subject& whole : subjects) {
    if (whole.is_part) continue;
    const auto [other, is_new] = taken.try_emplace({whole.video.dataset, whole.name}, &whole.video);
    if (is_new) continue;
    throw Error(ErrorKind::kInput, "video " + InWords(*other->second) + " and video " +
                                       InWords(whole.video) + " would both be " +
                                       Quoted(whole.name) + " in questions: rename one of them");
  }
  for (Subject& part : subjects) {
    if (!part.is_part) continue;
    const std::string name = part.name;
    const std::string file = part.file;
    for (int i = 2; !taken.try_emplace({part.video.dataset, part.name}, &part.video).second; ++i) {
      part.name = name + "-" + std::to_string(i);
      part.file = file + "-" + std::to_string(i);
    }
  }
}

// In the order of their videos' keys.
std::vector<Subject> SubjectsOf(std::span<const DescribedLabel> labels, VqaTask task) {
  std::vector<Subject> subjects;
  for (const auto& [video, of_video] : ByVideo(labels)) {
    for (Subject& subject : SubjectsOfVideo(of_video, task)) subjects.push_back(std::move(subject));
  }
  GiveNamesOfTheirOwn(subjects);
  return subjects;
}

std::vector<AskedQuestion> Ask(const Subject& subject, const MakeOptions& options,
                               const ClipQuestionOptions& of_clip, Draw& draw) {
  if (options.task == VqaTask::kLongVideos) return QuestionsOfLongVideo(subject.labels, draw);
  return QuestionsOfClip(subject.labels.front(), of_clip, draw);
}

void AddTraining(const Subject& subject, const std::vector<AskedQuestion>& asked,
                 MadeQuestions& made) {
  const std::string clip = made.dataset + "_" + subject.name;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    made.training.push_back({{"id", clip + "_" + std::to_string(i + 1)},
                             {"dataset", made.dataset},
                             {"image_id", subject.name},
                             {"subject", subject.video.subject},
                             {"filename", subject.file},
                             {"question", asked[i].question},
                             {"answer", asked[i].answer}});
  }
}

void AddTest(const Subject& subject, const std::vector<AskedQuestion>& asked, VqaTask task,
             MadeQuestions& made) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Json row = {{"video_id", made.dataset + "_test_" + subject.name + "_" + std::to_string(i + 1)},
                {"video", subject.name},
                {"question", asked[i].question},
                {"answer", asked[i].answer}};
    made.reference.push_back(row);
    row["answer"] = "";
    made.to_answer.push_back(std::move(row));
  }
  if (task == VqaTask::kClips) made.clips.push_back({subject.name, subject.labels.front().label});
}

// What of the labels keeps a question from being asked.
struct Missing {
  std::int64_t fine = 0;
  std::int64_t units = 0;
  std::int64_t others = 0;
  std::int64_t shared_videos = 0;
  std::int64_t with_other_codes = 0;
  std::set<int> other_codes = {};
};

bool IsOthers(const Subject& clip) { return clip.labels.front().label.emotion == kOthers; }

void Count(const Subject& subject, VqaTask task, Missing& missing) {
  for (const DescribedLabel& label : subject.labels) {
    if (task == VqaTask::kClips && label.fine_emotion.empty()) ++missing.fine;
    if (label.action_units.empty()) ++missing.units;
    if (!label.other_codes.empty()) ++missing.with_other_codes;
    missing.other_codes.insert(label.other_codes.begin(), label.other_codes.end());
  }
  if (task != VqaTask::kClips) return;
  if (IsOthers(subject)) ++missing.others;
  if (subject.is_part) ++missing.shared_videos;
}

std::string Listed(const std::set<int>& numbers) {
  std::vector<std::string> texts;
  for (const int number : numbers) texts.push_back(std::to_string(number));
  return Joined(texts, ", ");
}

std::vector<std::string> NotesOf(const Missing& missing, VqaTask task) {
  std::vector<std::string> notes;
  const auto add = [&](std::int64_t count, const std::string& what) {
    if (count > 0) notes.push_back(Counted(count, "label") + " " + what);
  };
  add(missing.fine, "without a fine-grained emotion: it is not asked for");
  add(missing.units, task == VqaTask::kClips
                         ? "without action units: they are not asked for"
                         : "without action units: those of their videos are not asked for");
  add(missing.with_other_codes, "with codes that are no action units of the face (" +
                                    Listed(missing.other_codes) + "): these are left out");
  add(missing.others, "of 'others', which is none of the challenge's classes: in training alone");
  add(missing.shared_videos,
      "in videos with several micro-expressions: each is a clip of its own, VIDEO_1, VIDEO_2, ..., "
      "to be cut out (the file of clips has the frames)");
  return notes;
}

class Maker {
 public:
  Maker(const MakeOptions& options, std::span<const DescribedLabel> labels)
      : options_(options), draw_(options.seed) {
    std::set<int> units;
    for (const DescribedLabel& label : labels) {
      for (const ActionUnit& unit : label.action_units) units.insert(unit.number);
    }
    known_units_.assign(units.begin(), units.end());
    for (const std::string& subject : options.held_out) {
      held_out_.insert(ComparableSubject(subject));
    }
  }

  void Add(const Subject& subject, MadeQuestions& made, Missing& missing) {
    const bool splits = !held_out_.empty();
    const bool is_held_out = held_out_.contains(ComparableSubject(subject.video.subject));
    Count(subject, options_.task, missing);
    if (!splits || !is_held_out) AddTraining(subject, AskOf(subject, true), made);
    const bool has_class = options_.task == VqaTask::kLongVideos || !IsOthers(subject);
    if ((!splits || is_held_out) && has_class) {
      AddTest(subject, AskOf(subject, false), options_.task, made);
    }
  }

 private:
  std::vector<AskedQuestion> AskOf(const Subject& subject, bool for_training) {
    return Ask(
        subject, options_,
        {.version = options_.version, .ask_for_sides = for_training, .known_units = known_units_},
        draw_);
  }

  const MakeOptions& options_;
  Draw draw_;
  std::vector<int> known_units_;
  std::set<std::string> held_out_;
};

void CheckHeldOut(std::span<const DescribedLabel> labels, const MakeOptions& options) {
  for (const std::string& subject : options.held_out) {
    const bool is_there = std::any_of(labels.begin(), labels.end(), [&](const auto& one) {
      return ComparableSubject(one.label.video.subject) == ComparableSubject(subject);
    });
    if (!is_there) {
      throw Error(ErrorKind::kConfig, "test subject " + Quoted(subject) + " has no label");
    }
  }
}

}  // namespace

void MakeOptions::Check() const { RequireInRange("version", version, VersionLimits()); }

MadeSets MakeQuestions(std::span<const DescribedLabel> labels, const MakeOptions& options) {
  options.Check();
  CheckHeldOut(labels, options);
  std::map<std::string, MadeQuestions> datasets;
  Missing missing;
  Maker maker(options, labels);
  for (const Subject& subject : SubjectsOf(labels, options.task)) {
    MadeQuestions& made = datasets[subject.video.dataset];
    made.dataset = subject.video.dataset;
    maker.Add(subject, made, missing);
  }
  MadeSets sets{.datasets = {}, .notes = NotesOf(missing, options.task)};
  for (auto& [name, made] : datasets) {
    if (!made.training.empty() || !made.to_answer.empty()) sets.datasets.push_back(std::move(made));
  }
  if (sets.datasets.empty()) {
    throw Error(ErrorKind::kInput, "no label that anything could be asked about");
  }
  return sets;
}

}  // namespace mestr::internal
