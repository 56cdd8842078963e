// TV-L1 of NumPy arrays.
#include <pybind11/numpy.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "core/limits.h"
#include "mestr/core/error.h"
#include "mestr/flow/flow_engine.h"
#include "python/bindings.h"

namespace mestr::internal {
namespace {

namespace py = pybind11;

using Images = py::array_t<std::uint8_t, py::array::c_style>;
using Flows = py::array_t<float, py::array::c_style>;

// n pairs of images, and where their flows go: row-major, u and v of a pixel beside each other.
struct Batch {
  const std::uint8_t* from = nullptr;
  const std::uint8_t* to = nullptr;
  float* flows = nullptr;
  py::ssize_t count = 0;
  int width = 0;
  int height = 0;

  std::size_t pixels() const { return static_cast<std::size_t>(width) * height; }
};

// The pairs [first, first + count), whose u and v are in `planes` until they are put together.
void ComputePairs(FlowEngine& engine, const Batch& batch, std::size_t first, std::size_t count,
                  std::vector<float>& planes) {
  const std::size_t pixels = batch.pixels();
  planes.resize(2 * pixels * count);
  std::vector<FlowPair> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    const auto view = [&](auto* data) {
      return ImageView{data, batch.width, batch.height, batch.width};
    };
    float* const u = planes.data() + 2 * i * pixels;
    pairs.push_back({view(batch.from + (first + i) * pixels), view(batch.to + (first + i) * pixels),
                     view(u), view(u + pixels)});
  }
  engine.Compute(pairs);
  for (std::size_t i = 0; i < count; ++i) {
    const float* const u = planes.data() + 2 * i * pixels;
    float* const flow = batch.flows + 2 * (first + i) * pixels;
    for (std::size_t p = 0; p < pixels; ++p) {
      flow[2 * p] = u[p];
      flow[2 * p + 1] = u[p + pixels];
    }
  }
}

// Hands out pairs to the threads, and keeps the first error of any.
class Sharing {
 public:
  Sharing(const Batch& batch, const FlowOptions& options) : batch_(batch), options_(options) {}

  // `goes_on` is asked after each call of the engine.
  template <typename GoesOn>
  void Work(const GoesOn& goes_on) {
    try {
      const auto engine = MakeFlowEngine(options_);
      const auto most = static_cast<std::size_t>(engine->PreferredBatch());
      const auto count = static_cast<std::size_t>(batch_.count);
      std::vector<float> planes;
      while (!ends_) {
        const std::size_t first = next_.fetch_add(most);
        if (first >= count) return;
        ComputePairs(*engine, batch_, first, std::min(most, count - first), planes);
        goes_on();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      ends_ = true;
    }
  }

  void Finish() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const Batch& batch_;
  const FlowOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> ends_ = false;
  std::mutex mutex_;
  std::exception_ptr error_;
};

// A signal's handler in Python (Ctrl-C) runs here, and what it raises ends the batch.
void CheckSignals() {
  const py::gil_scoped_acquire python;
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

Flows Tvl1(const Images& from, const Images& to, const std::string& method, const Tvl1Options& tvl1,
           int jobs) {
  RequireInRange("jobs", jobs, Limits::Closed(1, 1024));
  const FlowOptions options{.method = ParseFlowMethod(method), .tvl1 = tvl1};
  options.Check();
  Flows flows({from.shape(0), from.shape(1), from.shape(2), py::ssize_t{2}});
  const Batch batch{.from = from.data(),
                    .to = to.data(),
                    .flows = flows.mutable_data(),
                    .count = from.shape(0),
                    .width = static_cast<int>(from.shape(2)),
                    .height = static_cast<int>(from.shape(1))};
  {
    const py::gil_scoped_release others_run;
    Sharing sharing(batch, options);
    {
      std::vector<std::jthread> helpers;
      for (int i = 1; i < std::min<py::ssize_t>(jobs, batch.count); ++i) {
        helpers.emplace_back([&] { sharing.Work([] {}); });
      }
      sharing.Work(CheckSignals);
    }
    sharing.Finish();
  }
  return flows;
}

}  // namespace

void BindFlow(py::module_& module) {
  py::class_<Tvl1Options>(module, "Tvl1Options")
      .def(py::init<>())
      .def_readwrite("tau", &Tvl1Options::tau)
      .def_readwrite("lambda_", &Tvl1Options::lambda)
      .def_readwrite("theta", &Tvl1Options::theta)
      .def_readwrite("scales", &Tvl1Options::scales)
      .def_readwrite("scale_step", &Tvl1Options::scale_step)
      .def_readwrite("warps", &Tvl1Options::warps)
      .def_readwrite("epsilon", &Tvl1Options::epsilon)
      .def_readwrite("inner_iterations", &Tvl1Options::inner_iterations)
      .def_readwrite("outer_iterations", &Tvl1Options::outer_iterations)
      .def_readwrite("median_filtering", &Tvl1Options::median_filtering);
  module.def("tvl1", Tvl1, py::arg("from_images"), py::arg("to_images"), py::arg("method"),
             py::arg("options"), py::arg("jobs"));
}

}  // namespace mestr::internal
