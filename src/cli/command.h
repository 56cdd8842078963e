// What a command of the program is, and what all of them share.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_app.h"
#include "cli/help.h"

namespace mestr::cli {

// Exit codes of the program.
inline constexpr int kExitOk = 0;
inline constexpr int kExitUsage = 2;  // a flag, a config key or value, an output folder, a device
inline constexpr int kExitInput = 3;  // no input could be used, or a checked file is bad
inline constexpr int kExitModel = 4;  // a model that is missing or does not fit
inline constexpr int kExitSomeFailed = 5;  // some videos failed, the others are written
inline constexpr int kExitInternal = 70;   // a bug in mestr
inline constexpr int kExitStopped = 130;   // a stop was requested

// What a command does once its flags are parsed: writes results to `out`, everything else to `err`,
// and returns an exit code; it lets mestr::Error propagate. Tests call it without a process.
using Action = std::function<int(std::ostream& out, std::ostream& err)>;

// One file of this folder each. `define` gives `app` its description, flags, notes and examples;
// the action reads what was parsed, and lives no longer than `app`.
struct Command {
  std::string_view name;     // as it is typed: "run", "vqa make"
  std::string_view summary;  // one line for `mestr --help`
  Action (*define)(CommandApp& app);
};

extern const Command kRunCommand;
extern const Command kMergeCommand;
extern const Command kEvaluateCommand;
extern const Command kValidateCommand;
extern const Command kBenchCommand;
extern const Command kSynthCommand;
extern const Command kFeaturesCommand;
extern const Command kRenderCommand;
extern const Command kReportCommand;
extern const Command kVqaMakeCommand;
extern const Command kVqaAskCommand;
extern const Command kDoctorCommand;
extern const Command kCompletionCommand;
extern const Command kManCommand;

// All of them, in the order of `mestr --help`.
std::span<const Command* const> Commands();
std::vector<std::string> CommandNames();

// The commands of two words that begin so: "vqa make" of "vqa". Empty for any other word.
std::vector<const Command*> CommandsOf(std::string_view first_word);

// What `mestr --help` and `mestr <command> --help` say.
CommandHelp ProgramHelp();
CommandHelp HelpOfSeveral(std::string_view first_word);  // "mestr vqa --help"
CommandHelp HelpOf(const Command& command);

// What the exception in hand is for a user: one line, and the exit code.
struct Failure {
  int exit_code = kExitInternal;
  std::string text;
};
Failure FailureInHand();

// A report for the file that a flag names, or for `out` where that is "-"; nothing without a name.
void WriteReport(const std::string& name, const std::string& report, std::ostream& out);

// `text` as it may be shown: each of its lines Printable.
std::string PrintableLines(std::string_view text);

// Runs `argv` as the program does: finds the command, translates exceptions into one line on `err`
// and an exit code. Where `out` does not take everything, that is said and the code is not 0; errno
// after a flush is the reason.
int Main(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace mestr::cli
