// mestr report: the results of a run as a page to look at.
#include "report/report.h"

#include <string>

#include "cli/command.h"
#include "cli/compute.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

int Run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Makes one page of a run's results: every video, its scores, finds and pictures",
               "mestr report");
  ReportOptions options;
  std::string results;
  std::string truth;
  std::string output;
  std::string landmarks;
  bool no_faces = false;
  app.add_option("RESULTS", results, "An output folder of mestr run")->required();
  app.add_option("--truth", truth,
                 "Labels, as of mestr evaluate: hits, false alarms and misses are shown");
  app.add_flag("--no-faces", no_faces, "No picture of anybody goes into the page");
  app.add_option("-o,--output", output, "The file to write (default: report.html in RESULTS)");
  app.add_option("--landmarks", landmarks,
                 "dlib's 68-point model, for the pictures; also MESTR_LANDMARKS");
  app.footer(
      "The page is one file, opens from disk in any browser, and asks for nothing from anywhere. "
      "It "
      "holds pictures of\nthe people in the videos, unless --no-faces leaves them out "
      "(docs/report.md).");
  if (const auto code = ParseArguments(app, argc, argv, out, err)) return *code;
  options.results = results;
  if (!truth.empty()) options.truth = truth;
  if (!output.empty()) options.output = output;
  options.faces = !no_faces;
  options.landmark_model = landmarks;
  ReportObserver observer;
  observer.on_warning = [&err](const std::string& line) {
    err << "note: " << Printable(line) << '\n';
  };
  const auto file = LoadCompute().report(options, observer);
  out << "wrote " << Printable(file.string()) << '\n';
  return kExitOk;
}

}  // namespace

const Command kReportCommand = {"report", "a run's results as a page to look at", Run};

}  // namespace mestr::cli
