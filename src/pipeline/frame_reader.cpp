#include "pipeline/frame_reader.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/border.h"

namespace mestr::internal {
namespace {

// Enough that a stage rarely waits, small beside the frames of a second.
constexpr std::size_t kFramesAhead = 8;

std::size_t BytesOf(const VideoInfo& info) {
  constexpr std::size_t kChannels = 3;
  return kChannels * static_cast<std::size_t>(std::max(0, info.width)) *
         static_cast<std::size_t>(std::max(0, info.height));
}

// One for each worker that decodes and one that waits behind it.
std::size_t FramesAhead(const FileSource* file, const Processors& processors) {
  if (file == nullptr || !file->frames_are_independent()) return kFramesAhead;
  return std::max(kFramesAhead, 2 * static_cast<std::size_t>(processors.count()));
}

}  // namespace

std::unique_ptr<FrameSource> OpenInput(const VideoInput& input, const VideoOptions& options,
                                       RunResources& resources) {
  const Processors::Busy busy(resources.processors());
  return mestr::OpenInput(input, options);
}

FrameReader::FrameReader(FrameSource& source, RunResources& resources, const RegionRequest* region)
    : source_(source),
      file_(dynamic_cast<FileSource*>(&source)),
      processors_(resources.processors()),
      frame_bytes_(std::max<std::size_t>(1, BytesOf(source.info()))),
      room_(resources.frames()),
      line_(resources.decoding(), FramesAhead(file_, processors_)) {
  if (region != nullptr) reads_.emplace(*region);
}

void FrameReader::Run() {
  bool has_failed = false;
  while (!has_failed && room_.Take(frame_bytes_)) {
    UnfinishedFrame unfinished;
    try {
      if (!Read(unfinished)) {
        Release();  // the room that one more would have had
        break;
      }
    } catch (...) {
      has_failed = true;
      unfinished.finish = [failure = std::current_exception()](Frame&) {
        std::rethrow_exception(failure);
      };
    }
    if (!line_.Push(std::move(unfinished))) return;
  }
  line_.Close();
}

// A source of somebody else's may wait for a camera, or for us: it has no processor meanwhile.
bool FrameReader::Read(UnfinishedFrame& unfinished) {
  std::optional<Processors::Busy> busy;
  if (file_ != nullptr) busy.emplace(processors_);
  const ScopedCost cost(unfinished.cost, CLOCK_THREAD_CPUTIME_ID);
  return AtBorder(ErrorKind::kInput, kReadingFrames, [&] {
    if (reads_) reads_->Ask(source_);
    const bool more = file_ != nullptr ? file_->NextUnfinished(unfinished.frame, unfinished.finish)
                                       : source_.Next(unfinished.frame);
    if (more && reads_) reads_->Saw(unfinished.frame);
    return more;
  });
}

bool FrameReader::Next(Frame& frame) {
  std::optional<FinishedFrame> finished = line_.Pop();
  if (!finished) return false;
  cost_ += finished->cost;
  frame = std::move(finished->frame);
  return true;
}

void FrameReader::Abort() {
  room_.Abort();
  line_.Abort();
}

}  // namespace mestr::internal
