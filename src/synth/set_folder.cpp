#include "synth/set_folder.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal::synth {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

// A path within the folder, in its plain form: a changed record must not reach beyond it.
bool IsPathInFolder(const Json& name) {
  if (!name.is_string()) return false;
  const auto& text = name.get_ref<const std::string&>();
  const fs::path path(text);
  return !text.empty() && text.find('\0') == std::string::npos && path.is_relative() &&
         path.has_filename() && path.lexically_normal().string() == text && text != "." &&
         *path.begin() != "..";
}

std::string FaultOf(const Json& record) {
  const Json entries = record.value("entries", Json());
  if (!entries.is_array() || !std::all_of(entries.begin(), entries.end(), IsPathInFolder)) {
    return "it has no list 'entries' of names in the folder";
  }
  const Json clips = record.value("clips", Json::array());
  const auto is_clip = [](const Json& clip) { return clip.is_object() && clip.contains("path"); };
  const bool is_list = clips.is_array() && std::all_of(clips.begin(), clips.end(), is_clip);
  return is_list ? "" : "its 'clips' are no list of clips";
}

std::vector<std::string> FilesOf(const Json& record) {
  auto files = record.at("entries").get<std::vector<std::string>>();
  files.emplace_back(kRecordFile);
  return files;
}

}  // namespace

const WorkFolder::Kind kSetFolder = {.record = kRecordFile,
                                     .command = "mestr synth",
                                     .fault_of = FaultOf,
                                     .files_of = FilesOf,
                                     .is_own_name = IsPathInFolder,
                                     .lists_folders = true};

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
        if (write.stops_after_clip && write.stops_after_clip()) {
          throw Error(ErrorKind::kStopped, "stopped before all of the " +
                                               Counted(static_cast<std::int64_t>(count), "clip") +
                                               " were made: the same command makes the others");
        }
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
