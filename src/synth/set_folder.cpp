#include "synth/set_folder.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/files.h"
#include "mestr/core/error.h"

namespace mestr::internal::synth {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

// What a former set left, as its record says.
std::vector<fs::path> FormerEntries(const fs::path& folder) {
  const fs::path record = folder / kRecordFile;
  const std::string refusal = "cannot overwrite " + folder.string() +
                              ": it was not written by mestr synth; choose another folder";
  std::error_code error;
  if (!fs::exists(record, error)) throw Error(ErrorKind::kConfig, refusal);
  std::vector<fs::path> entries;
  try {
    const Json json = Json::parse(ReadFile(record));
    for (const auto& name : json.at("entries").get<std::vector<std::string>>()) {
      // Only names of this folder: a changed record must not reach beyond it.
      if (fs::path(name).filename() != name || name == "." || name == ".." || name.empty()) {
        throw Error(ErrorKind::kConfig, refusal);
      }
      entries.push_back(folder / name);
    }
  } catch (const Json::exception&) {
    throw Error(ErrorKind::kConfig, refusal);
  }
  return entries;
}

}  // namespace

void PrepareSetFolder(const fs::path& folder, bool overwrite) {
  MakeOutputFolder(folder);
  std::error_code error;
  const bool empty = fs::is_empty(folder, error);
  if (error) ThrowCannotWrite(folder, error.message());
  if (empty) return;
  if (!overwrite) {
    throw Error(ErrorKind::kConfig,
                "output folder " + folder.string() +
                    " is not empty; choose another one, or --overwrite a former set there");
  }
  for (const fs::path& entry : FormerEntries(folder)) {
    fs::remove_all(entry, error);
    if (error) ThrowCannotWrite(entry, error.message());
  }
}

void ForEachClip(std::size_t count, const SynthWriteOptions& write,
                 const std::function<void(std::size_t)>& make) {
  if (write.threads < 1) throw Error(ErrorKind::kInvalidArgument, "threads must be 1 or more");
  std::vector<std::exception_ptr> errors(count);
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex progress_mutex;
  std::int64_t done = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count && !failed; i = next++) {
      try {
        make(i);
        const std::lock_guard lock(progress_mutex);
        ++done;
        if (write.progress) write.progress(done, static_cast<std::int64_t>(count));
      } catch (...) {
        errors[i] = std::current_exception();
        failed = true;
      }
    }
  };
  const auto threads = std::min(static_cast<std::size_t>(write.threads), count);
  std::vector<std::jthread> workers;
  for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(work);
  work();
  workers.clear();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace mestr::internal::synth
