#include "cli/doctor_checks.h"

#include <opencv2/core/version.hpp>
#include <string>
#include <thread>

#include "config/shipped_files.h"
#include "core/text.h"
#include "face/face_finder.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "mestr/flow/flow_engine.h"
#include "mestr/model/network.h"

namespace mestr::cli {
using namespace internal;
namespace {

// Prints one line; a check that throws is a problem, and its message is the line.
class Report {
 public:
  explicit Report(std::ostream& out) : out_(out) {}

  template <typename Check>
  void Line(const std::string& name, const Check& check) {
    if (!Write(name, check, "PROBLEM")) ++problems_;
  }

  // Something that a machine may do without.
  template <typename Check>
  void Optional(const std::string& name, const Check& check) {
    Write(name, check, "absent ");
  }

  int problems() const { return problems_; }

 private:
  template <typename Check>
  bool Write(const std::string& name, const Check& check, const char* word_if_not) {
    try {
      const std::string text = check();
      out_ << "ok       " << name << ": " << Printable(text) << '\n';
      return true;
    } catch (const Error& error) {
      out_ << word_if_not << "  " << name << ": " << Printable(error.what()) << '\n';
      return false;
    }
  }

  std::ostream& out_;
  int problems_ = 0;
};

}  // namespace

int RunDoctorChecks(std::ostream& out) {
  Report report(out);
  report.Line("mestr", [] { return Version(); });
  report.Line("processors", [] { return std::to_string(std::thread::hardware_concurrency()); });
  report.Line("OpenCV", [] { return std::string(CV_VERSION); });
  report.Line("LibTorch", [] { return TorchVersion() + (TorchHasCuda() ? " with cuda" : ""); });
  report.Optional("fast matrix products", [] {
    std::string blas = TorchBlas();
    if (!blas.empty()) return blas;
    throw Error(
        ErrorKind::kConfig,
        "LibTorch's are slow, and with them networks of windows; on Debian: apt-get install "
        "libopenblas0-pthread");
  });
  for (const FlowMethod method : {FlowMethod::kExact, FlowMethod::kFast, FlowMethod::kOpenCv}) {
    report.Line("flow engine",
                [&] { return MakeFlowEngine({.method = method, .tvl1 = {}})->Description(); });
  }
  report.Optional("flow engine cuda", [] {
    return MakeFlowEngine({.method = FlowMethod::kCuda, .tvl1 = {}})->Description();
  });
  report.Line("landmark model", [] {
    const auto path = FindLandmarkModel({});
    const FaceFinder finder(path);
    return path.string() + " (its weights are for research use)";
  });
  for (const char* file :
       {"models/mean_synthetic.pt", "models/people_sequence.pt", "models/people_window.pt"}) {
    report.Line("shipped model", [file] {
      const auto path = ShippedFile(file);
      const auto model = LoadNetwork({{path}}, ModelDevice::kCpu);
      return path.string() + " (" + model->info().training_data + ")";
    });
  }
  return report.problems();
}

}  // namespace mestr::cli
