#include "model/model_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "core/text.h"
#include "mestr/core/error.h"
#include "model/refusal.h"

namespace mestr::internal {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;
constexpr std::size_t kMostEntries = 100000;
constexpr std::size_t kMostNameBytes = 1000;
// Of code and pickles; LibTorch's and our own readers take many times their size. The largest
// networks of the field stay below 1 MiB.
constexpr std::size_t kMostStructureBytes = 8 * kMiB;

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

bool IsPlain(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; }) &&
         ("/" + std::string(name) + "/").find("/../") == std::string::npos;
}

bool HasDigitsAfter(std::string_view name, std::string_view folder) {
  return name.starts_with(folder) && name.size() > folder.size() &&
         name.find_first_not_of("0123456789", folder.size()) == std::string_view::npos;
}

bool IsStructure(std::string_view name) { return name.ends_with(".py") || name.ends_with(".pkl"); }

// Entries that a network needs.
bool IsKnown(std::string_view name) {
  return name == "data.pkl" || name == "constants.pkl" || name == "version" ||
         name == "byteorder" || name == ".data/version" || HasDigitsAfter(name, "data/") ||
         HasDigitsAfter(name, "constants/") ||
         (name.starts_with("code/__torch__") && name.ends_with(".py")) ||
         name.starts_with("extra/");
}

// Entries that LibTorch writes for others: they are left out.
bool IsNeedless(std::string_view name) {
  return name.ends_with(".debug_pkl") || name == "bytecode.pkl" ||
         name == "mobile_debug_handles.pkl" ||
         (name.starts_with(".data/") && name != ".data/version") || name == ".format_version" ||
         name == ".storage_alignment";
}

class Unpacker {
 public:
  Unpacker(std::string_view bytes, const ModelLimits& limits, const std::string& file)
      : file_(file),
        limits_(limits),
        bytes_left_(kMiB * static_cast<std::size_t>(limits.most_mib)) {
    archive_read_support_format_zip_seekable(in_.get());
    if (archive_read_open_memory(in_.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
      RefuseModel(file_, "not a TorchScript model, which is a zip: " + Reason(in_.get()));
    }
  }

  ModelEntries All() {
    for (;;) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(in_.get(), &entry);
      if (status == ARCHIVE_EOF) break;
      if (status != ARCHIVE_OK) {
        RefuseModel(file_, "not a TorchScript model, or a damaged one: " + Reason(in_.get()));
      }
      // Other programs that pack zips add their folders.
      if (archive_entry_filetype(entry) != AE_IFDIR) Take(entry);
    }
    return std::move(entries_);
  }

 private:
  void Take(archive_entry* entry) {
    const std::string name = NameBelowTheFolder(entry);
    if (++count_ > kMostEntries) {
      RefuseModel(file_, "holds more than " + std::to_string(kMostEntries) + " entries");
    }
    if (IsNeedless(name)) return;
    if (!IsKnown(name)) RefuseModel(file_, "holds '" + name + "', which no TorchScript model does");
    if (!entries_.emplace(name, Content(name)).second) {
      RefuseModel(file_, "holds '" + name + "' twice");
    }
  }

  std::string NameBelowTheFolder(archive_entry* entry) {
    const char* pathname = archive_entry_pathname(entry);
    const std::string name = pathname != nullptr ? pathname : "";
    const std::size_t slash = name.find('/');
    if (!IsPlain(name) || slash == std::string::npos || slash == 0 ||
        archive_entry_filetype(entry) != AE_IFREG) {
      RefuseModel(file_, "not a TorchScript model: it holds something that is no file in a folder");
    }
    if (folder_.empty()) folder_ = name.substr(0, slash);
    if (name.substr(0, slash) != folder_) {
      RefuseModel(file_, "not a TorchScript model: it holds more than one folder");
    }
    return name.substr(slash + 1);
  }

  std::string Content(const std::string& name) {
    std::string content;
    std::array<char, 65536> buffer{};
    for (;;) {
      const la_ssize_t size = archive_read_data(in_.get(), buffer.data(), buffer.size());
      if (size == 0) return content;
      if (size < 0) {
        RefuseModel(file_, "is damaged, in its entry '" + name + "': " + Reason(in_.get()));
      }
      Count(name, static_cast<std::size_t>(size));
      content.append(buffer.data(), static_cast<std::size_t>(size));
    }
  }

  void Count(const std::string& name, std::size_t size) {
    if (size > bytes_left_) {
      RefuseModel(file_, "unpacks to more than " + std::to_string(limits_.most_mib) +
                             " MiB, the limit of the config's model.most_mib");
    }
    bytes_left_ -= size;
    if (!IsStructure(name)) return;
    if (size > structure_bytes_left_) {
      RefuseModel(file_, "holds more than " + std::to_string(kMostStructureBytes / kMiB) +
                             " MiB of code and pickles, besides its weights");
    }
    structure_bytes_left_ -= size;
  }

  const std::string& file_;
  const ModelLimits& limits_;
  ArchiveHandle in_{archive_read_new()};
  ModelEntries entries_;
  std::string folder_;
  std::size_t bytes_left_;
  std::size_t structure_bytes_left_ = kMostStructureBytes;
  std::size_t count_ = 0;
};

la_ssize_t Append(archive* /*out*/, void* text, const void* data, std::size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void CheckWritten(archive* out, bool ok) {
  if (!ok) throw Error(ErrorKind::kModel, "cannot hand a model to LibTorch: " + Reason(out));
}

void WriteEntry(archive* out, const std::string& name, const std::string& content) {
  const EntryHandle entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), ("model/" + name).c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  CheckWritten(out, archive_write_header(out, entry.get()) == ARCHIVE_OK);
  CheckWritten(out, archive_write_data(out, content.data(), content.size()) ==
                        static_cast<la_ssize_t>(content.size()));
}

}  // namespace

ModelEntries UnpackModel(std::string_view bytes, const ModelLimits& limits,
                         const std::string& file) {
  return Unpacker(bytes, limits, file).All();
}

std::string PackModel(const ModelEntries& entries) {
  std::string packed;
  const ArchiveHandle out(archive_write_new());
  archive_write_set_format_zip(out.get());
  archive_write_zip_set_compression_store(out.get());
  archive_write_set_bytes_per_block(out.get(), 0);
  CheckWritten(out.get(),
               archive_write_open(out.get(), &packed, nullptr, Append, nullptr) == ARCHIVE_OK);
  for (const auto& [name, content] : entries) WriteEntry(out.get(), name, content);
  CheckWritten(out.get(), archive_write_close(out.get()) == ARCHIVE_OK);
  return packed;
}

}  // namespace mestr::internal
