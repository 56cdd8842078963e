#include "cli/command.h"

#include <algorithm>
#include <array>
#include <exception>

#include "core/border.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"

namespace mestr::cli {
using internal::IsLackOfMemory;
namespace {

constexpr std::array kCommands = {&kRunCommand,      &kEvaluateCommand, &kValidateCommand,
                                  &kFeaturesCommand, &kSynthCommand,    &kBenchCommand,
                                  &kDoctorCommand};

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
         "are written), 70 internal.\n";
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
  try {
    return command.run(argc, argv, out, err);
  } catch (const Error& error) {
    err << "mestr " << command.name << ": " << error.what() << '\n';
    return ExitCode(error.kind());
  } catch (const std::exception& error) {
    if (IsLackOfMemory(error)) {
      err << "mestr " << command.name << ": out of memory\n";
      return kExitUsage;
    }
    err << "mestr " << command.name << ": internal error, please report it: " << error.what()
        << '\n';
  }
  return kExitInternal;
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
    err << app.get_name() << ": " << error.what() << "; see '" << app.get_name() << " --help'\n";
    return kExitUsage;
  }
}

int Main(int argc, char** argv, std::ostream& out, std::ostream& err) {
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
    err << "mestr: no command '" << name << "'; 'mestr --help' lists them\n";
    return kExitUsage;
  }
  return RunCommand(**found, argc - 1, argv + 1, out, err);
}

}  // namespace mestr::cli
