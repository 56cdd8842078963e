#include "vqa_ask/key_frames.h"

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/submission/labels.h"
#include "report/footage.h"
#include "results/results.h"
#include "vqa/question_file.h"

namespace mestr::internal {
namespace {

Error Missing(const std::filesystem::path& file, const std::string& what) {
  return {ErrorKind::kInput, file.string() + " has no " + what};
}

std::string NumberedEvent(std::int64_t event) {
  return "expression number " + std::to_string(event);
}

class OfLabels : public KeyFrameSource {
 public:
  explicit OfLabels(const std::filesystem::path& file) : file_(file), labels_(ReadLabels(file)) {}

  KeyFrames Of(const VideoInput& video, std::optional<std::int64_t> event,
               std::string& /*note*/) const override {
    const std::vector<Label> labels = LabelsOf(video);
    const std::string name = Quoted(video.key.video);
    if (labels.empty()) throw Missing(file_, "label of " + name);
    const Label& label = event ? Nth(labels, *event, name) : Main(labels);
    return {label.interval.onset, label.apex, label.interval.offset};
  }

 private:
  // In the order of their onsets.
  std::vector<Label> LabelsOf(const VideoInput& video) const {
    std::vector<Label> found;
    const VideoKey key = Comparable(video.key);
    for (const Label& label : labels_) {
      if (Comparable(label.video) == key) found.push_back(label);
    }
    if (found.empty()) found = LabelsNamed(video.key.video);
    std::stable_sort(found.begin(), found.end(), [](const Label& a, const Label& b) {
      return a.interval.onset < b.interval.onset;
    });
    return found;
  }

  std::vector<Label> LabelsNamed(const std::string& name) const {
    std::vector<Label> found;
    for (const Label& label : labels_) {
      if (!IsNamed(label.video, name)) continue;
      if (!found.empty() && Comparable(found.front().video) != Comparable(label.video)) {
        throw Error(ErrorKind::kInput,
                    file_.string() + " has labels of several videos named " + Quoted(name));
      }
      found.push_back(label);
    }
    return found;
  }

  const Label& Nth(const std::vector<Label>& labels, std::int64_t event,
                   const std::string& name) const {
    if (event < 1 || event > static_cast<std::int64_t>(labels.size())) {
      throw Missing(file_, NumberedEvent(event) + " of " + name);
    }
    return labels[static_cast<std::size_t>(event - 1)];
  }

  static const Label& Main(const std::vector<Label>& labels) {
    const auto micro = std::find_if(labels.begin(), labels.end(), [](const Label& label) {
      return label.type == ExpressionType::kMicro;
    });
    return micro != labels.end() ? *micro : labels.front();
  }

  std::filesystem::path file_;
  std::vector<Label> labels_;
};

KeyFrames KeyFramesOf(const FoundInterval& find) {
  return {find.interval.onset, find.peak, find.interval.offset};
}

// Of all faces.
std::vector<FoundInterval> FindsOf(const VideoResults& results) {
  std::vector<FoundInterval> finds;
  for (const FaceResults& face : results.faces) {
    finds.insert(finds.end(), face.intervals.begin(), face.intervals.end());
  }
  return finds;
}

// Macro-expressions, too, in the order of their onsets.
std::vector<FoundInterval> ExpressionsOf(const VideoResults& results) {
  std::vector<FoundInterval> all = FindsOf(results);
  for (const FaceResults& face : results.faces) {
    all.insert(all.end(), face.longer.begin(), face.longer.end());
  }
  std::stable_sort(all.begin(), all.end(), [](const FoundInterval& a, const FoundInterval& b) {
    return a.interval.onset < b.interval.onset;
  });
  return all;
}

double EvidenceValue(const FoundInterval& find) { return find.evidence ? find.evidence->value : 0; }

bool IsWeaker(const FoundInterval& a, const FoundInterval& b) {
  return std::pair(EvidenceValue(a), a.score) < std::pair(EvidenceValue(b), b.score);
}

// Empty where no frame was judged.
std::optional<std::int64_t> HighestScore(const VideoResults& results) {
  std::optional<std::int64_t> highest;
  double most = 0;
  for (const FaceResults& face : results.faces) {
    for (std::size_t i = 0; i < face.smoothed.size(); ++i) {
      if (face.scores.valid[i] == 0 || (highest && face.smoothed[i] <= most)) continue;
      most = face.smoothed[i];
      highest = face.scores.FrameOf(static_cast<std::int64_t>(i));
    }
  }
  return highest;
}

class OfRun : public KeyFrameSource {
 public:
  explicit OfRun(const std::filesystem::path& folder) : run_(ReadRun(folder)) {}

  KeyFrames Of(const VideoInput& video, std::optional<std::int64_t> event,
               std::string& note) const override {
    const RunVideo& of_run = VideoOfRun(run_, video.path);
    const VideoResults results = ReadFinds(run_.folder, of_run);
    const std::string name = Quoted(video.key.video);
    if (event) {
      const std::vector<FoundInterval> all = ExpressionsOf(results);
      if (*event < 1 || *event > std::ssize(all)) {
        throw Missing(run_.folder, NumberedEvent(*event) + " of " + name);
      }
      return KeyFramesOf(all[static_cast<std::size_t>(*event - 1)]);
    }
    const std::vector<FoundInterval> finds = FindsOf(results);
    if (!finds.empty()) return KeyFramesOf(*std::max_element(finds.begin(), finds.end(), IsWeaker));
    const auto apex = HighestScore(ReadVideo(run_, of_run));  // which takes far longer to read
    if (!apex) throw Missing(run_.folder, "judged frame of " + name);
    note = "nothing was found in " + name +
           ": its apex is the frame with the highest score, onset and offset are its ends";
    return {0, std::min(*apex, results.frames - 1), results.frames - 1};
  }

 private:
  RunResults run_;
};

}  // namespace

std::unique_ptr<KeyFrameSource> KeyFramesOfLabels(const std::filesystem::path& labels) {
  return std::make_unique<OfLabels>(labels);
}

std::unique_ptr<KeyFrameSource> KeyFramesOfRun(const std::filesystem::path& results) {
  return std::make_unique<OfRun>(results);
}

}  // namespace mestr::internal
