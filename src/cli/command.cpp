#include "cli/command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

#include "core/border.h"
#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr std::array kCommands = {&kRunCommand,      &kMergeCommand,    &kEvaluateCommand,
                                  &kValidateCommand, &kFeaturesCommand, &kSynthCommand,
                                  &kBenchCommand,    &kDoctorCommand};

void PrintHelp(std::ostream& out) {
  out << "mestr " << Version()
      << ": spots micro-expressions in long face videos and names their emotion\n\n"
         "usage: mestr COMMAND [ARGUMENT...]\n\n";
  for (const Command* command : kCommands) {
    out << "  " << command->name << std::string(12 - command->name.size(), ' ') << command->summary
        << '\n';
  }
  out << "\n'mestr COMMAND --help' lists a command's flags.\n"
         "Exit codes: 0 ok, 2 usage or config, 3 input, 4 model, 5 some videos failed (the others "
         "are written), 70 internal, 130 stopped by a signal.\n";
}

int ExitCode(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kConfig:
    case ErrorKind::kDevice:
      return kExitUsage;
    case ErrorKind::kInput:
      return kExitInput;
    case ErrorKind::kModel:
      return kExitModel;
    case ErrorKind::kStopped:
      return kExitStopped;
    case ErrorKind::kInvalidArgument:
      break;
  }
  return kExitInternal;
}

int RunCommand(const Command& command, int argc, char** argv, std::ostream& out,
               std::ostream& err) {
  const auto fail = [&](std::string_view what) {
    err << "mestr " << command.name << ": " << Printable(what) << '\n';
  };
  try {
    return command.run(argc, argv, out, err);
  } catch (const Error& error) {
    fail(error.what());
    return ExitCode(error.kind());
  } catch (const std::exception& error) {
    if (IsLackOfMemory(error)) {
      fail("out of memory");
      return kExitUsage;
    }
    fail(std::string("internal error, please report it: ") + error.what());
  }
  return kExitInternal;
}

int Dispatch(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name.empty()) {
    PrintHelp(err);
    return kExitUsage;
  }
  if (name == "--help" || name == "-h" || name == "help") {
    PrintHelp(out);
    return kExitOk;
  }
  if (name == "--version") {
    out << "mestr " << Version() << '\n';
    return kExitOk;
  }
  const auto* const found = std::find_if(kCommands.begin(), kCommands.end(),
                                         [&](const Command* c) { return c->name == name; });
  if (found == kCommands.end()) {
    err << "mestr: no command '" << Printable(name) << "'; 'mestr --help' lists them\n";
    return kExitUsage;
  }
  return RunCommand(**found, argc - 1, argv + 1, out, err);
}

// Results that do not arrive are no success. A reader that went away (`| head`) knows it and is
// told nothing.
int AfterFlush(int exit_code, std::ostream& out, std::ostream& err) {
  if (out.flush()) return exit_code;
  // Once more, for the reason: the write that failed may have been an earlier one.
  out.clear();
  errno = 0;
  out.flush();
  const int reason = errno;
  if (reason != EPIPE) {
    err << "mestr: cannot write standard output"
        << (reason != 0 ? std::string(": ") + std::strerror(reason) : "") << '\n';
  }
  return exit_code != kExitOk ? exit_code : kExitUsage;
}

}  // namespace

std::optional<int> ParseArguments(CLI::App& app, int argc, char** argv, std::ostream& out,
                                  std::ostream& err) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    out << app.help();
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    err << app.get_name() << ": " << Printable(error.what()) << "; see '" << app.get_name()
        << " --help'\n";
    return kExitUsage;
  }
}

void WriteReport(const std::string& name, const std::string& report, std::ostream& out) {
  if (name == "-") {
    out << report;
  } else if (!name.empty()) {
    out.flush();  // the file may be where `out` goes to: /dev/stdout
    WriteFileAtomically(name, report);
  }
}

std::string PrintableLines(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    shown += Printable(text.substr(0, end));
    if (end < text.size()) shown += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return shown;
}

int Main(int argc, char** argv, std::ostream& out, std::ostream& err) {
  return AfterFlush(Dispatch(argc, argv, out, err), out, err);
}

}  // namespace mestr::cli
