// The one exception type that leaves a mestr library.
#pragma once

#include <stdexcept>
#include <string>

namespace mestr {

// What went wrong, as the command line's exit code tells it apart.
enum class ErrorKind {
  kInvalidArgument,  // breach of a function's contract: a bug in the caller (exit 70)
  kConfig,           // a flag, a config key or value, an output folder (exit 2)
  kInput,            // a video, frame, manifest or label file (exit 3)
  kModel,            // a model file that is missing or does not fit (exit 4)
  kDevice,           // the compute device asked for is absent or out of memory (exit 2)
  kStopped,          // a stop was requested (exit 130)
};

// `what()` is one line for the user: what is wrong, which file, what to do. Names and cells from
// outside are shown in it as they may be shown: a control character, or what else a terminal would
// obey, as "\x1b" or "\u202e". Other libraries' exceptions are translated into this type at the
// border of the stage that uses them. An outcome that is expected (no face in a frame, no peak in a
// video) is never an exception but an empty value.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message);
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace mestr
