#include "fuzz/reader_rule.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <typeinfo>

#include "support/temporary_folder.h"

namespace mestr::fuzz {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void Finding(const std::string& what) {
  std::fprintf(stderr, "FINDING: %s\n", what.c_str());
  std::abort();
}

bool IsObeyedByTerminals(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20 || byte == 0x7F) return true;
  if (byte != 0xC2 || at + 1 == text.size()) return false;
  const auto next = static_cast<unsigned char>(text[at + 1]);
  return next >= 0x80 && next < 0xA0;
}

const fs::path& Scratch() {
  static const testing::TemporaryFolder folder;
  return folder.path();
}

}  // namespace

void RequireLine(std::string_view text) {
  if (text.empty()) Finding("a message without a word");
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!IsObeyedByTerminals(text, at)) continue;
    Finding("a control character at byte " + std::to_string(at) + " of: " + std::string(text));
  }
}

Outcome ReadOrRefuse(std::initializer_list<ErrorKind> kinds, const std::function<void()>& read) {
  try {
    read();
    return Outcome::kRead;
  } catch (const Error& error) {
    RequireLine(error.what());
    if (std::find(kinds.begin(), kinds.end(), error.kind()) != kinds.end()) {
      return Outcome::kRefused;
    }
    Finding("an error of the wrong kind, " + std::to_string(static_cast<int>(error.kind())) + ": " +
            error.what());
  } catch (const std::exception& error) {
    Finding(std::string("not a mestr::Error but a ") + typeid(error).name() + ": " + error.what());
  } catch (...) {
    Finding("something thrown that is no std::exception");
  }
}

fs::path ScratchFile(const std::string& name, std::string_view bytes) {
  fs::path path = Scratch() / name;
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) Finding("cannot write " + path.string());
  return path;
}

fs::path EmptyScratchFolder(const std::string& name) {
  fs::path path = Scratch() / name;
  fs::remove_all(path);
  fs::create_directory(path);
  return path;
}

}  // namespace mestr::fuzz
