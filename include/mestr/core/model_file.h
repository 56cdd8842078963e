// Which file a network comes from, and what it may take.
#pragma once

#include <compare>
#include <filesystem>
#include <string>

namespace mestr {

// A model file is code: it runs when its network does. It is checked before (model/network.h).
struct ModelFile {
  std::filesystem::path path;
  std::string sha256 = {};  // 64 hexadecimal digits, any case: nothing of a file that has another
                            // is run; empty: any file is taken
  bool trusted = false;     // its code and pickles are taken unchecked; needs sha256

  friend auto operator<=>(const ModelFile&, const ModelFile&) = default;
};

// What a model file and its network may take, trusted or not.
struct ModelLimits {
  int most_mib = 1024;   // of the file, and of what it unpacks to; in [1, 1048576]
  double trial_s = 30;   // of a call on the trial input, when it is loaded; in (0, 86400]
  double call_s = 3600;  // of any later call: 16 pairs, or a whole sequence; in (0, 86400]
  int call_mib = 2048;   // of the CPU tensors, lists and texts of a call; in [1, 1048576]
};

}  // namespace mestr
