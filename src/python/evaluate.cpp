// Labels, predictions and their score, for mestr/evaluation.py.
#include "mestr/evaluate/evaluate.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <string>
#include <vector>

#include "evaluate/report.h"
#include "mestr/core/error.h"
#include "mestr/submission/labels.h"
#include "mestr/submission/predictions.h"
#include "python/bindings.h"

namespace mestr::internal {
namespace {

namespace py = pybind11;
namespace fs = std::filesystem;

template <typename T>
T Field(const py::handle& row, const char* name) {
  return row.attr(name).cast<T>();
}

VideoKey KeyOf(const py::handle& row) {
  return {.dataset = Field<std::string>(row, "dataset"),
          .subject = Field<std::string>(row, "subject"),
          .video = Field<std::string>(row, "video")};
}

// Of rows that were made in Python, which no reader of a file has checked.
Interval IntervalOf(const py::handle& row, const char* what) {
  const Interval interval{Field<std::int64_t>(row, "onset"), Field<std::int64_t>(row, "offset")};
  if (interval.onset >= 0 && interval.onset <= interval.offset && interval.offset < kMostFrames) {
    return interval;
  }
  throw Error(ErrorKind::kInput,
              std::string("a ") + what + " of frames " + std::to_string(interval.onset) + " to " +
                  std::to_string(interval.offset) + "; they must not be negative, nor fall");
}

std::vector<Label> LabelsOf(const py::iterable& rows, const EvaluateOptions& options) {
  std::vector<Label> labels;
  for (const py::handle row : rows) {
    labels.push_back(
        {.video = KeyOf(row),
         .interval = IntervalOf(row, "label"),
         .apex = Field<std::optional<std::int64_t>>(row, "apex"),
         .emotion = Field<std::string>(row, "emotion"),
         .type = Field<bool>(row, "is_micro") ? ExpressionType::kMicro : ExpressionType::kMacro});
    const std::string problem = EmotionProblem(labels.back(), options);
    if (!problem.empty()) throw Error(ErrorKind::kInput, problem);
  }
  return labels;
}

std::vector<Prediction> PredictionsOfRows(const py::iterable& rows) {
  std::vector<Prediction> predictions;
  for (const py::handle row : rows) {
    predictions.push_back({.video = KeyOf(row),
                           .interval = IntervalOf(row, "prediction"),
                           .apex = Field<std::optional<std::int64_t>>(row, "apex"),
                           .onset_s = {},
                           .offset_s = {},
                           .emotion = Field<std::string>(row, "emotion"),
                           .probability = {},
                           .score = Field<std::optional<double>>(row, "score"),
                           .evidence = {},
                           .context = {},
                           .track = {}});
  }
  return predictions;
}

EvaluateOptions OptionsOf(const py::dict& values) {
  EvaluateOptions options;
  options.iou = values["iou"].cast<double>();
  options.classes = values["classes"].cast<std::vector<std::string>>();
  options.average =
      values["all_classes"].cast<bool>() ? ClassAverage::kAllClasses : ClassAverage::kClassesMet;
  options.include_macro = values["include_macro"].cast<bool>();
  options.fps = values["fps"].cast<std::map<std::string, double>>();
  options.by_subject = values["by_subject"].cast<bool>();
  options.by_video = values["by_video"].cast<bool>();
  options.bootstrap_samples = values["bootstrap"].cast<int>();
  options.seed = values["seed"].cast<std::uint64_t>();
  options.Check();
  return options;
}

// Each of the two is a list of rows, or the paths to read: of predictions several.
py::tuple EvaluateRows(const py::object& predictions, const py::object& truth,
                       const py::dict& values) {
  const EvaluateOptions options = OptionsOf(values);
  const auto emotion_problem = [&](const auto& row) { return EmotionProblem(row, options); };
  const bool has_file = py::isinstance<py::str>(truth);
  const std::vector<Label> labels =
      has_file ? ReadLabels(truth.cast<std::string>(), emotion_problem) : LabelsOf(truth, options);
  const auto paths = values["prediction_paths"].cast<std::vector<fs::path>>();
  const std::vector<Prediction> predicted =
      paths.empty() ? PredictionsOfRows(predictions) : ReadPredictions(paths, emotion_problem);
  const Evaluation evaluation = Evaluate(predicted, labels, options);
  EvaluationInputs inputs;
  for (const fs::path& path : paths) inputs.predictions.push_back(path.string());
  if (has_file) inputs.truth = truth.cast<std::string>();
  return py::make_tuple(EvaluationJson(evaluation, inputs), EvaluationText(evaluation, {}));
}

}  // namespace

void BindEvaluate(py::module_& module) {
  module.def("evaluate", EvaluateRows, py::arg("predictions"), py::arg("truth"),
             py::arg("options"));
}

}  // namespace mestr::internal
