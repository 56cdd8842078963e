#include "submission/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

#include "core/files.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;

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

std::string ReadEntry(archive* in, std::size_t most_bytes, const fs::path& path) {
  std::string content;
  std::array<char, 65536> buffer{};
  for (;;) {
    const la_ssize_t size = archive_read_data(in, buffer.data(), buffer.size());
    if (size == 0) return content;
    if (size < 0) {
      throw Error(ErrorKind::kInput, path.string() + " is a damaged zip: " + Reason(in));
    }
    content.append(buffer.data(), static_cast<std::size_t>(size));
    if (content.size() > most_bytes) {
      throw Error(ErrorKind::kInput, path.string() + " holds more than 1 GiB unpacked");
    }
  }
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
  constexpr std::size_t kBlockBytes = 65536;
  const ArchiveHandle in(archive_read_new());
  archive_read_support_format_zip(in.get());
  if (archive_read_open_filename(in.get(), path.c_str(), kBlockBytes) != ARCHIVE_OK) {
    throw Error(ErrorKind::kInput, "cannot read " + path.string() + ": " + Reason(in.get()));
  }
  std::vector<ArchiveEntry> entries;
  std::size_t bytes_left = kMostBytes;
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(in.get(), &entry);
    if (status == ARCHIVE_EOF) return entries;
    if (status != ARCHIVE_OK) {
      throw Error(ErrorKind::kInput, path.string() + " is not a good zip: " + Reason(in.get()));
    }
    const char* name = archive_entry_pathname(entry);
    entries.push_back({name != nullptr ? name : "", ReadEntry(in.get(), bytes_left, path)});
    bytes_left -= entries.back().content.size();
  }
}

}  // namespace mestr::internal
