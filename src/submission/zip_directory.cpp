#include "submission/zip_directory.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// PKWARE's APPNOTE.TXT: sizes of the records without what follows them, and where in them things
// are, in bytes.
struct EndRecord {
  static constexpr std::string_view kMark = "PK\x05\x06";
  static constexpr std::size_t kBytes = 22;
  static constexpr std::size_t kEntries = 10;
  static constexpr std::size_t kDirectory = 16;
  static constexpr std::size_t kCommentBytes = 20;
  static constexpr std::size_t kLongestComment = 0xFFFF;
};
struct DirectoryEntry {
  static constexpr std::string_view kMark = "PK\x01\x02";
  static constexpr std::size_t kBytes = 46;
  static constexpr std::size_t kNameBytes = 28;
  static constexpr std::size_t kExtraBytes = 30;
  static constexpr std::size_t kCommentBytes = 32;
  static constexpr std::size_t kPlace = 42;
};
struct LocalHeader {
  static constexpr std::string_view kMark = "PK\x03\x04";
  static constexpr std::size_t kBytes = 30;
  static constexpr std::size_t kNameBytes = 26;
};

class Directory {
 public:
  Directory(std::string_view zip, const std::string& name) : zip_(zip), name_(name) {}

  std::vector<std::string> Names() {
    const std::size_t end = FindEnd();
    const std::size_t entries = Number(end + EndRecord::kEntries, 2);
    std::size_t at = Number(end + EndRecord::kDirectory, 4);
    std::map<std::size_t, std::string> name_at;
    for (std::size_t i = 0; i < entries; ++i) {
      const std::string_view entry = Record<DirectoryEntry>(at);
      const std::size_t name_bytes = Number(at + DirectoryEntry::kNameBytes, 2);
      const std::string_view entry_name = Bytes(at + entry.size(), name_bytes);
      const std::size_t place = Number(at + DirectoryEntry::kPlace, 4);
      if (!name_at.emplace(place, entry_name).second) Throw("two entries at one place");
      CheckLocalName(place, entry_name);
      at += entry.size() + name_bytes + Number(at + DirectoryEntry::kExtraBytes, 2) +
            Number(at + DirectoryEntry::kCommentBytes, 2);
    }
    std::vector<std::string> names;
    for (auto& [place, entry_name] : name_at) names.push_back(std::move(entry_name));
    return names;
  }

 private:
  // The last mark whose comment goes to the end of the file.
  std::size_t FindEnd() const {
    if (zip_.size() >= EndRecord::kBytes) {
      const std::size_t last = zip_.size() - EndRecord::kBytes;
      const std::size_t first = last - std::min(last, EndRecord::kLongestComment);
      for (std::size_t at = last + 1; at-- > first;) {
        if (!zip_.substr(at).starts_with(EndRecord::kMark)) continue;
        if (Number(at + EndRecord::kCommentBytes, 2) == last - at) return at;
      }
    }
    Throw("no directory at its end");
  }

  void CheckLocalName(std::size_t place, std::string_view entry_name) const {
    const std::string_view header = Record<LocalHeader>(place);
    const std::string_view local =
        Bytes(place + header.size(), Number(place + LocalHeader::kNameBytes, 2));
    if (local == entry_name) return;
    Throw("an entry " + Quoted(local) + " that its directory calls " + Quoted(entry_name));
  }

  template <typename Kind>
  std::string_view Record(std::size_t at) const {
    const std::string_view record = Bytes(at, Kind::kBytes);
    if (!record.starts_with(Kind::kMark)) Throw("a directory that leads to no entry");
    return record;
  }

  std::string_view Bytes(std::size_t at, std::size_t size) const {
    if (at > zip_.size() || size > zip_.size() - at)
      Throw("a directory that leads out of the file");
    return zip_.substr(at, size);
  }

  // Little endian.
  std::size_t Number(std::size_t at, std::size_t bytes) const {
    std::size_t value = 0;
    const std::string_view text = Bytes(at, bytes);
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(text[i]);
    return value;
  }

  [[noreturn]] void Throw(const std::string& what) const {
    throw Error(ErrorKind::kInput, name_ + " is not a good zip: it has " + what);
  }

  std::string_view zip_;
  const std::string& name_;
};

}  // namespace

std::vector<std::string> ZipDirectoryNames(std::string_view zip, const std::string& name) {
  return Directory(zip, name).Names();
}

}  // namespace mestr::internal
