#include "cli/command_app.h"

#include <algorithm>

#include "core/nearest_name.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

// "--fps" of "--fps=30".
std::string NameOf(const std::string& argument) { return argument.substr(0, argument.find('=')); }

std::vector<std::string> FlagsOf(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    for (const std::string& name : option->get_snames()) flags.push_back("-" + name);
  }
  return flags;
}

}  // namespace

CommandApp::CommandApp(const std::string& name, std::string typed)
    : CLI::App("", name), typed_(std::move(typed)) {
  set_help_flag("-h,--help", "Print this and exit")->group(kHelpGroup);
}

CLI::Validator OneOf(std::vector<std::string> words) {
  return {[words = std::move(words)](std::string& typed) -> std::string {
            if (std::find(words.begin(), words.end(), typed) != words.end()) return "";
            return WithHint(Quoted(typed), NearestName(typed, words),
                            "it must be one of " + Joined(words, ", "));
          },
          ""};
}

std::string ProblemText(const CLI::App& app, const CLI::ParseError& error) {
  const std::string more = "'" + app.get_name() + " --help' lists the flags";
  for (const std::string& argument : app.remaining()) {
    if (argument.size() < 2 || argument[0] != '-' || argument == "--") continue;
    const std::string name = NameOf(argument);
    return WithHint("unknown flag " + name, NearestName(name, FlagsOf(app)), more);
  }
  return std::string(error.what()) + "; " + more;
}

}  // namespace mestr::cli
