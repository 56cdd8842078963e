#include "torch_models.h"

#include <ATen/Parallel.h>
#include <torch/script.h>

#include <unordered_map>

namespace mestr::testing {

std::string GoodRecord() {
  return R"({"format": 2, "name": "test", "version": "1",
             "classes": ["negative", "positive", "surprise"], "features": "mean-v1",
             "row_shape": [3, 42, 42], "input": "pairs",
             "fps": 30, "k_frames": 3, "k_p_frames": 6, "p": 0.55,
             "training_data": "none", "licence": "Apache-2.0"})";
}

std::string GoodRecordOfFormat1() {
  return R"({"format": 1, "name": "test", "version": "1",
             "classes": ["negative", "positive", "surprise"], "features": "mean-v1",
             "fps": 30, "k_frames": 3, "k_p_frames": 6, "p": 0.55,
             "training_data": "none", "licence": "Apache-2.0"})";
}

std::string GoodRecordOfWindows() {
  return R"({"format": 4, "name": "test", "version": "1",
             "classes": ["negative", "positive", "surprise", "others", "neutral"],
             "features": "roi-flow-36-v1", "row_shape": [36], "variant": "published",
             "input": "windows", "fps": 200, "k_p_frames": 6, "p": 0.65, "scores": "relative",
             "window": {"frames": 30, "hop_frames": 15, "frame_step": 7},
             "stitch": "published", "batch_windows": 16, "decode": "samm", "synergy": 1,
             "class_offsets": [-1, 0, 0, 0, 0.5], "not_written": ["others", "neutral"],
             "training_data": "none", "licence": "Apache-2.0"})";
}

void SaveTorchScript(const std::filesystem::path& file, const std::string& forward_body,
                     const std::optional<std::string>& record) {
  torch::jit::Module module("TestModel");
  module.define("def forward(self, x):\n  " + forward_body + "\n");
  std::unordered_map<std::string, std::string> extra;
  if (record) extra["mestr.json"] = *record;
  module.save(file.string(), extra);
}

int TorchThreads() { return at::get_num_threads(); }
void SetTorchThreads(int count) { at::set_num_threads(count); }

}  // namespace mestr::testing
