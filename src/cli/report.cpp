// mestr report: the results of a run as a page to look at.
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/console.h"
#include "cli/figures.h"
#include "cli/report_page.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

struct Flags {
  std::string results;
  std::string truth;
  std::string output;
  std::string landmarks;
  std::string figures;  // their format; empty: none
  bool no_faces = false;
  MessageFlags messages;
};

void AddFlags(CommandApp& app, Flags& flags) {
  app.Group(kInputGroup);
  app.add_option("RESULTS", flags.results, "An output folder of mestr run")
      ->type_name(kFolderType)
      ->required();
  app.add_option("--truth", flags.truth,
                 "Labels, as of mestr evaluate: hits, false alarms and misses are shown")
      ->type_name(kFileType);
  app.add_option("--landmarks", flags.landmarks,
                 "dlib's 68-point model, for the pictures; also MESTR_LANDMARKS")
      ->type_name(kFileType);
  app.Group(kOutputGroup);
  auto* const output = app.add_option("-o,--output", flags.output, "The page to write")
                           ->type_name(kFileType)
                           ->default_str("report.html in RESULTS");
  auto* const no_faces =
      app.add_flag("--no-faces", flags.no_faces, "No picture of anybody goes into the page");
  app.add_option("--figures", flags.figures,
                 "In place of the page, a figure a video for papers, in the folder figures of "
                 "RESULTS (needs python3 with matplotlib)")
      ->type_name("pdf|svg|png")
      ->check(OneOf({"pdf", "svg", "png"}))
      ->excludes(output)
      ->excludes(no_faces);
  flags.messages.AddTo(app);
}

int Run(const Flags& flags, Console& console, std::ostream& out) {
  if (!flags.figures.empty()) {
    out << PrintableLines(WriteFigures(flags.results, flags.figures, flags.truth));
    return kExitOk;
  }
  ReportOptions options;
  options.results = flags.results;
  if (!flags.truth.empty()) options.truth = flags.truth;
  if (!flags.output.empty()) options.output = flags.output;
  options.faces = !flags.no_faces;
  options.landmark_model = flags.landmarks;
  MakeReportPage(options, console, out);
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description(
      "Makes one page of a run's results: every video, its scores, finds and pictures.");
  const auto flags = std::make_shared<Flags>();
  AddFlags(app, *flags);
  app.Note(
      "The page is one file, opens from disk in any browser, and asks for nothing from anywhere. "
      "It holds pictures of the people in the videos, unless --no-faces leaves them out "
      "(docs/report.md).");
  app.AddExample("mestr report out --truth labels.csv", "out/report.html, with the labels");
  app.AddExample("mestr report out --figures pdf", "Figures for a paper");
  return [flags](std::ostream& out, std::ostream& err) {
    const auto console = MakeConsole(err, flags->messages, {"report", flags->output});
    return console->Run([&] { return Run(*flags, *console, out); });
  };
}

}  // namespace

void MakeReportPage(const ReportOptions& options, Console& console, std::ostream& out) {
  ReportObserver observer;
  observer.on_warning = [&console](const std::string& line) { console.Warn(line); };
  const auto file = LoadCompute().report(options, observer);
  out << "wrote " << Printable(file.string()) << '\n';
}

const Command kReportCommand = {"report", "a run's results as a page to look at", Define};

}  // namespace mestr::cli
