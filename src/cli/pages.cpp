// mestr completion and mestr man: what a shell and `man` know of mestr, made of the same text as
// `--help`.
#include <memory>

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/man_page.h"
#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::cli {
using namespace internal;
namespace {

std::vector<CommandHelp> EveryHelp() {
  std::vector<CommandHelp> all;
  for (const Command* command : Commands()) all.push_back(HelpOf(*command));
  return all;
}

// "vqa-make" of the command "vqa make".
std::vector<std::string> PageNames() {
  std::vector<std::string> names;
  for (const std::string& name : CommandNames()) names.push_back(OneWord(name));
  return names;
}

Action DefineCompletion(CommandApp& app) {
  app.description("Prints the script with which a shell completes what is typed after mestr.");
  const auto shell = std::make_shared<std::string>();
  app.Group(kInputGroup);
  app.add_option("SHELL", *shell, "bash or zsh")
      ->type_name("bash|zsh")
      ->check(OneOf({"bash", "zsh"}))
      ->required();
  app.Note("'cmake --install' puts both where the shells look for them.");
  app.AddExample("mestr completion bash > ~/.local/share/bash-completion/completions/mestr",
                 "For bash");
  app.AddExample("mestr completion zsh > ~/.zfunc/_mestr", "For zsh, in a folder of its fpath");
  return [shell](std::ostream& out, std::ostream&) {
    const std::vector<CommandHelp> commands = EveryHelp();
    out << (*shell == "bash" ? BashCompletion(commands) : ZshCompletion(commands));
    return kExitOk;
  };
}

std::string PageOf(const Command& command) { return ManPage(HelpOf(command), {"mestr"}); }

std::string ProgramPage() {
  std::vector<std::string> others;
  for (const std::string& name : PageNames()) others.push_back("mestr-" + name);
  return ManPage(ProgramHelp(), others);
}

void WriteAll(const std::string& folder) {
  MakeOutputFolder(folder);
  const std::filesystem::path path = folder;
  WriteFileAtomically(path / ManPageFile(ProgramHelp()), ProgramPage());
  for (const Command* command : Commands()) {
    WriteFileAtomically(path / ManPageFile(HelpOf(*command)), PageOf(*command));
  }
}

struct ManFlags {
  std::string command;
  std::string output;
};

int RunMan(const ManFlags& flags, std::ostream& out) {
  if (!flags.output.empty() && !flags.command.empty()) {
    throw Error(ErrorKind::kConfig, "--output takes all pages; give no command with it");
  }
  if (!flags.output.empty()) {
    WriteAll(flags.output);
  } else if (flags.command.empty()) {
    out << ProgramPage();
  }
  for (const Command* command : Commands()) {
    if (OneWord(command->name) == flags.command) out << PageOf(*command);
  }
  return kExitOk;
}

Action DefineMan(CommandApp& app) {
  app.description("Prints the manual page of mestr, or of one of its commands, as roff.");
  const auto flags = std::make_shared<ManFlags>();
  app.Group(kInputGroup);
  app.add_option("COMMAND", flags->command, "The command; without, the page of mestr itself")
      ->type_name(Joined(PageNames(), "|"))
      ->check(OneOf(PageNames()));
  app.Group(kOutputGroup);
  app.add_option("-o,--output", flags->output, "Write all pages into this folder")
      ->type_name(kFolderType);
  app.Note("'cmake --install' puts them where man finds them: 'man mestr-run'.");
  app.AddExample("mestr man run | man -l -", "The page of a command where none is installed");
  app.AddExample("mestr man -o man1", "All pages as files");
  return [flags](std::ostream& out, std::ostream&) { return RunMan(*flags, out); };
}

}  // namespace

const Command kCompletionCommand = {"completion", "what bash or zsh complete after mestr",
                                    DefineCompletion};
const Command kManCommand = {"man", "manual pages", DefineMan};

}  // namespace mestr::cli
