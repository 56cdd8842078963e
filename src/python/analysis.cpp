// The job of an analysis, for mestr/jobs.py.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "core/limits.h"
#include "python/analysis_dict.h"
#include "python/analysis_job.h"
#include "python/arrays.h"
#include "python/bindings.h"
#include "python/frame_queue.h"
#include "python/results_writer.h"

namespace mestr::internal {
namespace {

namespace py = pybind11;

using Image = py::array_t<std::uint8_t, py::array::c_style>;
using WithoutGil = py::call_guard<py::gil_scoped_release>;

// A copy, as who made the frame may go on drawing in it: RGB or gray.
cv::Mat ToBgr(const Image& image) {
  const auto rows = static_cast<int>(image.shape(0));
  const auto columns = static_cast<int>(image.shape(1));
  const bool is_gray = image.ndim() == 2;
  const cv::Mat view(rows, columns, is_gray ? CV_8UC1 : CV_8UC3,
                     const_cast<std::uint8_t*>(image.data()));
  cv::Mat image_bgr;
  cv::cvtColor(view, image_bgr, is_gray ? cv::COLOR_GRAY2BGR : cv::COLOR_RGB2BGR);
  return image_bgr;
}

void PutFrame(FrameQueue& queue, const Image& image, std::int64_t index, double time_s,
              bool continues) {
  Frame frame{.image_bgr = ToBgr(image), .index = index, .time_s = time_s, .continues = continues};
  queue.Put(std::move(frame));
}

std::shared_ptr<FrameQueue> MakeQueue(int width, int height, double fps, bool variable,
                                      std::optional<std::int64_t> frames) {
  RequireInRange("fps", fps, FrameRateLimits());
  return std::make_shared<FrameQueue>(VideoInfo{.width = width,
                                                .height = height,
                                                .fps = fps,
                                                .variable_frame_rate = variable,
                                                .announced_frames = frames,
                                                .notes = {}});
}

py::object ProgressOf(AnalysisJob& job) {
  const auto progress = job.TakeProgress();
  if (!progress) return py::none();
  return py::cast(std::pair(progress->frames_done, progress->frames_expected));
}

// The rows are the caller's from then on, without a copy: a second call has none.
py::dict TakeRows(AnalysisResult& result) {
  FeatureRows& rows = result.rows;
  std::vector<py::ssize_t> shape = {static_cast<py::ssize_t>(rows.indices.size())};
  shape.insert(shape.end(), rows.spec.row_shape.begin(), rows.spec.row_shape.end());
  std::vector<std::int64_t> frames;
  for (const FramePair& pair : rows.frames) frames.insert(frames.end(), {pair.from, pair.to});
  py::dict dict;
  dict["kind"] = rows.spec.kind;
  dict["rows"] = ArrayOf(std::move(rows.values), std::move(shape));
  dict["indices"] = ArrayOf(std::move(rows.indices));
  dict["frame_pairs"] =
      ArrayOf(std::move(frames), {static_cast<py::ssize_t>(rows.frames.size()), 2});
  return dict;
}

// As TakeRows.
py::dict TakeWindows(AnalysisResult& result) {
  WindowRowsOfVideo& windows = result.windows;
  std::vector<py::ssize_t> shape = {static_cast<py::ssize_t>(windows.first_frames.size()),
                                    windows.layout.window_frames};
  shape.insert(shape.end(), windows.row_shape.begin(), windows.row_shape.end());
  py::dict dict;
  dict["kind"] = windows.kind;
  dict["rows"] = ArrayOf(std::move(windows.values), std::move(shape));
  dict["first_frames"] = ArrayOf(std::move(windows.first_frames));
  dict["faceless_frames"] = ArrayOf(std::move(windows.faceless_frames));
  dict["hop_frames"] = windows.layout.hop_frames;
  dict["frame_step"] = windows.layout.frame_step;
  dict["fps"] = result.analysis.fps;
  dict["times"] = ArrayOf(std::vector<double>(result.analysis.frame_times_s));
  dict["warnings"] = result.analysis.warnings;
  return dict;
}

void BindRequest(py::module_& module) {
  py::class_<AnalysisRequest>(module, "AnalysisRequest")
      .def(py::init<>())
      .def_readwrite("path", &AnalysisRequest::path)
      .def_readwrite("frames", &AnalysisRequest::frames)
      .def_readwrite("name", &AnalysisRequest::name)
      .def_readwrite("fps", &AnalysisRequest::fps)
      .def_readwrite("configs", &AnalysisRequest::configs)
      .def_readwrite("settings", &AnalysisRequest::settings)
      .def_readwrite("models", &AnalysisRequest::models)
      .def_readwrite("device", &AnalysisRequest::device)
      .def_readwrite("jobs", &AnalysisRequest::jobs)
      .def_readwrite("rows_only", &AnalysisRequest::rows_only)
      .def_readwrite("windows_only", &AnalysisRequest::windows_only)
      .def("add_pair", [](AnalysisRequest& request, std::int64_t from, std::int64_t to) {
        request.besides.push_back({from, to});
      });
}

}  // namespace

void BindAnalysis(py::module_& module) {
  py::class_<FrameQueue, std::shared_ptr<FrameQueue>>(module, "FrameQueue")
      .def(py::init(&MakeQueue), py::arg("width"), py::arg("height"), py::arg("fps"),
           py::arg("variable"), py::arg("frames"))
      .def("wait_for_room", &FrameQueue::WaitForRoom, WithoutGil())
      .def("put", PutFrame)
      .def("put_end", &FrameQueue::PutEnd);
  BindRequest(module);
  py::class_<AnalysisResult, std::shared_ptr<AnalysisResult>>(module, "AnalysisResult")
      .def("to_dict", [](const AnalysisResult& result) { return AnalysisToDict(result.analysis); })
      .def("take_rows", TakeRows)
      .def("take_windows", TakeWindows)
      .def("write", WriteResults, py::arg("folder"), py::arg("overwrite"), WithoutGil());
  module.def("write_report", WriteReport, py::arg("result"), py::arg("page"), py::arg("truth"),
             py::arg("faces"), WithoutGil());
  py::class_<AnalysisJob>(module, "AnalysisJob")
      .def(py::init<AnalysisRequest>(), py::arg("request"))
      .def("wait", &AnalysisJob::Wait, WithoutGil())
      .def("stop", &AnalysisJob::Stop, WithoutGil())
      .def("take_lines", &AnalysisJob::TakeLines)
      .def("take_progress", ProgressOf)
      .def("result", &AnalysisJob::Result);
}

}  // namespace mestr::internal
