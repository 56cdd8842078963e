#include "submission/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "submission/zip_directory.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

// A leaderboard's two files have some kilobytes.
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kMostEntries = 1000;

struct Closer {
  void operator()(archive* handle) const { archive_free(handle); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using ArchiveHandle = std::unique_ptr<archive, Closer>;
using EntryHandle = std::unique_ptr<archive_entry, Closer>;

std::string Reason(archive* handle) {
  const char* text = archive_error_string(handle);
  return text != nullptr ? text : "unknown reason";
}

void WriteEntry(archive* out, const ArchiveEntry& content, const fs::path& path) {
  const auto check = [&](bool ok) {
    if (!ok) ThrowCannotWrite(path, Reason(out));
  };
  // Without a time the zip says 1980-01-01, in any time zone.
  const EntryHandle entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), content.name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.content.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  check(archive_write_header(out, entry.get()) == ARCHIVE_OK);
  const la_ssize_t written =
      archive_write_data(out, content.content.data(), content.content.size());
  check(written == static_cast<la_ssize_t>(content.content.size()));
}

std::string ReadEntry(archive* in, std::size_t most_bytes, const std::string& name) {
  std::string content;
  std::array<char, 65536> buffer{};
  for (;;) {
    const la_ssize_t size = archive_read_data(in, buffer.data(), buffer.size());
    if (size == 0) return content;
    if (size < 0) throw Error(ErrorKind::kInput, name + " is a damaged zip: " + Reason(in));
    content.append(buffer.data(), static_cast<std::size_t>(size));
    if (content.size() > most_bytes) {
      throw Error(ErrorKind::kInput, name + " holds more than " + MebibytesText(kMostBytes) +
                                         " unpacked, the limit for a submission");
    }
  }
}

// The name of the next entry, whose content can be read then; empty behind the last one.
std::string NextName(archive* in, const std::string& name) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(in, &entry);
  if (status == ARCHIVE_EOF) return {};
  if (status != ARCHIVE_OK) {
    throw Error(ErrorKind::kInput, name + " is not a good zip: " + Reason(in));
  }
  if (archive_entry_is_encrypted(entry) != 0) {
    throw Error(ErrorKind::kInput, name + " is encrypted; make it without a password");
  }
  const char* const entry_name = archive_entry_pathname(entry);
  return entry_name != nullptr ? entry_name : "";
}

// Names as they are compared: libarchive ends them at a NUL, and turns some back slashes round.
std::string ComparableName(std::string entry) {
  entry.resize(std::min(entry.find('\0'), entry.size()));
  std::replace(entry.begin(), entry.end(), '\\', '/');
  return entry;
}

// All entries, which must have these names.
std::vector<ArchiveEntry> ReadEntries(archive* in, std::vector<std::string> names,
                                      const std::string& name) {
  std::vector<ArchiveEntry> entries;
  std::size_t bytes_left = kMostBytes;
  for (std::string& entry_name : names) {
    const std::string read_name = ComparableName(NextName(in, name));
    if (read_name != ComparableName(entry_name)) break;
    entries.push_back({std::move(entry_name), ReadEntry(in, bytes_left, name)});
    bytes_left -= entries.back().content.size();
  }
  archive_entry* another = nullptr;
  if (entries.size() == names.size() && archive_read_next_header(in, &another) == ARCHIVE_EOF) {
    return entries;
  }
  throw Error(ErrorKind::kInput,
              name + " is not a good zip: its entries are not those of its directory");
}

}  // namespace

void WriteZip(const fs::path& path, std::span<const ArchiveEntry> entries) {
  WriteFileAtomically(path, [&](const fs::path& temporary) {
    const ArchiveHandle out(archive_write_new());
    const auto check = [&](int status) {
      if (status != ARCHIVE_OK) ThrowCannotWrite(path, Reason(out.get()));
    };
    check(archive_write_set_format_zip(out.get()));
    check(archive_write_open_filename(out.get(), temporary.c_str()));
    for (const ArchiveEntry& entry : entries) WriteEntry(out.get(), entry, path);
    check(archive_write_close(out.get()));
  });
}

std::vector<ArchiveEntry> ReadZip(const fs::path& path) {
  const std::string name = path.string();
  const std::string bytes = ReadFile(path, kMostBytes);
  if (!bytes.starts_with("PK")) throw Error(ErrorKind::kInput, name + " is not a zip");
  std::vector<std::string> names = ZipDirectoryNames(bytes, name);
  if (names.size() > kMostEntries) {
    throw Error(ErrorKind::kInput, name + " holds more than " + std::to_string(kMostEntries) +
                                       " entries, the limit for a submission");
  }
  if (names.empty()) return {};
  for (const std::string& entry : names) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::all_of(entry.begin(), entry.end(), is_ascii)) continue;
    // libarchive cannot name it where the locale has no such letters.
    throw Error(ErrorKind::kInput,
                name + "/" + Printable(entry) + ": a submission's files have plain ASCII names");
  }
  const ArchiveHandle in(archive_read_new());
  archive_read_support_format_zip_seekable(in.get());
  if (archive_read_open_memory(in.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    throw Error(ErrorKind::kInput, name + " is not a good zip: " + Reason(in.get()));
  }
  return ReadEntries(in.get(), std::move(names), name);
}

}  // namespace mestr::internal
