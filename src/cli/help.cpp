#include "cli/help.h"

#include <algorithm>

#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kTextColumn = 28;
constexpr std::size_t kIndent = 2;

// `text` in lines of at most kColumns. The first begins behind `used` columns, each other one after
// `indent` blanks.
std::string Wrapped(std::string_view text, std::size_t indent, std::size_t used) {
  std::string wrapped;
  std::size_t column = used;
  for (bool is_first = true; !text.empty(); is_first = false) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!is_first && column + 1 + CharactersOf(word) <= kColumns) {
      wrapped += ' ';
      ++column;
    } else if (!is_first) {
      wrapped += "\n" + std::string(indent, ' ');
      column = indent;
    }
    wrapped += word;
    column += CharactersOf(word);
  }
  return wrapped + "\n";
}

std::string FlagText(const FlagHelp& flag) {
  std::string label = std::string(kIndent, ' ') + FlagLabel(flag);
  if (label.size() + kIndent > kTextColumn) {
    label += "\n";
    label += std::string(kTextColumn, ' ');
  } else {
    label.resize(kTextColumn, ' ');
  }
  return label + Wrapped(flag.text, kTextColumn, kTextColumn);
}

// A switch with a short name alone is none of ours, so that what follows "-o" is ", --output".
std::vector<std::string> NamesOf(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

std::string TextOf(const CLI::Option& option) {
  std::string text = option.get_description();
  const std::string& value = option.get_default_str();
  if (!value.empty()) text += " (default: " + value + ")";
  for (const CLI::Option* other : option.get_excludes()) {
    // Both know of each other; one says so.
    if (NamesOf(*other) < NamesOf(option)) text += "; not with " + other->get_name();
  }
  return text;
}

FlagHelp HelpOf(const CLI::Option& option) {
  FlagHelp flag{.names = NamesOf(option),
                .value = {},
                .type = option.get_type_size() == 0 ? "" : option.get_type_name(),
                .text = TextOf(option),
                .is_required = option.get_required(),
                .is_many = option.get_expected_max() >= CLI::detail::expected_max_vector_size};
  flag.value = option.get_positional() ? option.get_name(true) : flag.type;
  const bool goes_on = option.get_allow_extra_args() && option.get_delimiter() == '\0';
  if (flag.is_many && goes_on) flag.value += "...";
  if (flag.is_many && option.get_delimiter() != '\0') flag.value += ",...";
  return flag;
}

FlagHelp& GroupedIn(std::vector<FlagGroup>& groups, const std::string& title, FlagHelp flag) {
  auto group = std::find_if(groups.begin(), groups.end(),
                            [&](const FlagGroup& known) { return known.title == title; });
  if (group == groups.end()) group = groups.insert(groups.end(), FlagGroup{title, {}});
  return group->flags.emplace_back(std::move(flag));
}

// Required ones as they are typed; all others are options.
std::string UsageOf(const CommandHelp& help) {
  std::string usage = help.name;
  for (const FlagGroup& group : help.groups) {
    for (const FlagHelp& flag : group.flags) {
      const std::string shown =
          flag.names.empty() ? flag.value : flag.names.back() + " " + flag.value;
      if (flag.is_required) usage += " " + shown;
      if (!flag.is_required && flag.names.empty()) usage += " [" + shown + "]";
    }
  }
  return usage + " [OPTION...]";
}

}  // namespace

CommandHelp HelpOf(const CommandApp& app, std::string_view summary) {
  CommandHelp help{.name = app.get_name(),
                   .summary = std::string(summary),
                   .usage = {},
                   .description = app.get_description(),
                   .groups = {},
                   .notes = app.notes(),
                   .examples = app.examples()};
  std::vector<FlagGroup> flags;
  for (const CLI::Option* option : app.get_options()) {
    const bool is_argument = option->get_positional();
    if (option == app.get_help_ptr()) continue;
    GroupedIn(is_argument ? help.groups : flags,
              is_argument ? kArgumentsTitle : option->get_group(), HelpOf(*option));
  }
  help.groups.insert(help.groups.end(), flags.begin(), flags.end());
  GroupedIn(help.groups, app.get_help_ptr()->get_group(), HelpOf(*app.get_help_ptr()));
  help.usage = UsageOf(help);
  return help;
}

std::string FlagLabel(const FlagHelp& flag) {
  if (flag.names.empty()) return flag.value;
  const bool is_long = flag.names.front().starts_with("--");
  return (is_long ? "    " : "") + Joined(flag.names, ", ") +
         (flag.value.empty() ? "" : " " + flag.value);
}

std::string OneWord(std::string_view name) {
  std::string word(name);
  std::replace(word.begin(), word.end(), ' ', '-');
  return word;
}

std::string HelpText(const CommandHelp& help) {
  std::string text = Wrapped("usage: " + help.usage, 4 * kIndent, 0);
  text += "\n" + Wrapped(help.description, 0, 0);
  for (const FlagGroup& group : help.groups) {
    text += "\n" + group.title + ":\n";
    for (const FlagHelp& flag : group.flags) text += FlagText(flag);
  }
  for (const std::string& note : help.notes) text += "\n" + Wrapped(note, 0, 0);
  text += "\nExamples:\n";
  for (const Example& example : help.examples) {
    text += std::string(kIndent, ' ') + Wrapped(example.what + ":", kIndent, kIndent);
    text += std::string(2 * kIndent, ' ') + example.line + "\n";
  }
  return text;
}

}  // namespace mestr::cli
