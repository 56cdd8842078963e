#include "cli/command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

#include "core/border.h"
#include "core/files.h"
#include "core/nearest_name.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr std::array kCommands = {
    &kRunCommand,    &kMergeCommand,  &kEvaluateCommand,   &kValidateCommand, &kFeaturesCommand,
    &kReportCommand, &kRenderCommand, &kSynthCommand,      &kVqaMakeCommand,  &kVqaAskCommand,
    &kBenchCommand,  &kDoctorCommand, &kCompletionCommand, &kManCommand};

std::string ProgramName(const Command& command) { return "mestr " + std::string(command.name); }

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

std::string TypedLine(const Command& command, int argc, char** argv) {
  std::string line = ProgramName(command);
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  return line;
}

// Defines, parses and runs. A wrong flag is one line on `err` that names it.
int RunParsed(const Command& command, int argc, char** argv, std::ostream& out, std::ostream& err) {
  CommandApp app(ProgramName(command), TypedLine(command, argc, argv));
  const Action action = command.define(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    out << HelpText(HelpOf(app, command.summary));
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    err << app.get_name() << ": " << Printable(ProblemText(app, error)) << '\n';
    return kExitUsage;
  }
  return action(out, err);
}

int RunCommand(const Command& command, int argc, char** argv, std::ostream& out,
               std::ostream& err) {
  try {
    return RunParsed(command, argc, argv, out, err);
  } catch (...) {
    const Failure failure = FailureInHand();
    err << ProgramName(command) << ": " << Printable(failure.text) << '\n';
    return failure.exit_code;
  }
}

void AddCommand(const Command& command, FlagGroup& group) {
  group.flags.push_back({.names = {},
                         .value = std::string(command.name),
                         .type = {},
                         .text = std::string(command.summary)});
}

bool AsksForHelp(std::string_view word) {
  return word == "--help" || word == "-h" || word == "help";
}

// Of argv behind the program's name: "vqa make".
std::string TypedName(int argc, char** argv, std::size_t words) {
  std::string name = argv[1];
  if (words == 2 && argc > 2) name += std::string(" ") + argv[2];
  return name;
}

// "vqa" is the beginning of several commands and none itself.
int DispatchSeveral(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const std::string_view word = argc > 2 ? argv[2] : "";
  (word.empty() ? err : out) << HelpText(HelpOfSeveral(argv[1]));
  return word.empty() ? kExitUsage : kExitOk;
}

int RunNamed(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const bool is_first_of_two = !CommandsOf(argv[1]).empty();
  if (is_first_of_two && (argc == 2 || AsksForHelp(argv[2]))) {
    return DispatchSeveral(argc, argv, out, err);
  }
  const int words = is_first_of_two ? 2 : 1;
  const std::string name = TypedName(argc, argv, static_cast<std::size_t>(words));
  const auto* const found = std::find_if(kCommands.begin(), kCommands.end(),
                                         [&](const Command* c) { return c->name == name; });
  if (found != kCommands.end()) return RunCommand(**found, argc - words, argv + words, out, err);
  err << "mestr: "
      << WithHint("no command '" + Printable(name) + "'", NearestName(name, CommandNames()),
                  "'mestr --help' lists them")
      << '\n';
  return kExitUsage;
}

int Dispatch(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name.empty()) {
    err << HelpText(ProgramHelp());
    return kExitUsage;
  }
  if (AsksForHelp(name)) {
    out << HelpText(ProgramHelp());
    return kExitOk;
  }
  if (name == "--version") {
    out << "mestr " << Version() << '\n';
    return kExitOk;
  }
  return RunNamed(argc, argv, out, err);
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

std::span<const Command* const> Commands() { return kCommands; }

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  names.reserve(std::size(kCommands));
  for (const Command* command : kCommands) names.emplace_back(command->name);
  return names;
}

std::vector<const Command*> CommandsOf(std::string_view first_word) {
  std::vector<const Command*> found;
  for (const Command* command : kCommands) {
    const std::size_t blank = command->name.find(' ');
    if (blank != std::string_view::npos && command->name.substr(0, blank) == first_word) {
      found.push_back(command);
    }
  }
  return found;
}

CommandHelp ProgramHelp() {
  CommandHelp help{
      .name = "mestr",
      .summary = "find micro-expressions in face videos",
      .usage = "mestr COMMAND [ARGUMENT...]",
      .description = std::string("mestr ") + Version() +
                     ": spots micro-expressions in long face videos and names their emotion.",
      .groups = {{"Commands", {}}},
      .notes =
          {"'mestr COMMAND --help' lists a command's flags, 'mestr --version' says the version.",
           "Exit codes: 0 ok, 2 usage or config, 3 input, 4 model, 5 some videos failed (the "
           "others are written), 70 internal, 130 stopped."},
      .examples = {{"mestr run clip.mp4", "Micro-expressions of a video"},
                   {"mestr synth -o clips --preset demo", "Clips to try it on"}}};
  for (const Command* command : kCommands) AddCommand(*command, help.groups.front());
  return help;
}

CommandHelp HelpOfSeveral(std::string_view first_word) {
  const std::string name = "mestr " + std::string(first_word);
  CommandHelp help{.name = name,
                   .summary = {},
                   .usage = name + " COMMAND [ARGUMENT...]",
                   .description = {},
                   .groups = {{"Commands", {}}},
                   .notes = {},
                   .examples = {}};
  for (const Command* command : CommandsOf(first_word)) {
    AddCommand(*command, help.groups.front());
    const CommandHelp of_command = HelpOf(*command);
    help.description += (help.description.empty() ? "" : " ") + of_command.description;
    help.examples.push_back(of_command.examples.front());
  }
  help.notes = {"'" + name + " COMMAND --help' lists a command's flags."};
  return help;
}

CommandHelp HelpOf(const Command& command) {
  CommandApp app(ProgramName(command));
  const Action action = command.define(app);
  return HelpOf(app, command.summary);
}

Failure FailureInHand() {
  try {
    throw;
  } catch (const Error& error) {
    return {ExitCode(error.kind()), error.what()};
  } catch (const std::exception& error) {
    if (IsLackOfMemory(error)) return {kExitUsage, "out of memory"};
    return {kExitInternal, std::string("internal error, please report it: ") + error.what()};
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
