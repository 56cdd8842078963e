// Model files made on the spot from a few lines of TorchScript. LibTorch's headers stay in one
// source.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mestr::testing {

// A complete record for three classes: of today's format, and of the first one.
std::string GoodRecord();
std::string GoodRecordOfFormat1();
// Of a model of windows with five classes, every field other than its default.
std::string GoodRecordOfWindows();

// Saves a TorchScript module whose `forward(self, x)` has this body, with the record if there is
// one.
void SaveTorchScript(const std::filesystem::path& file, const std::string& forward_body,
                     const std::optional<std::string>& record);

// LibTorch's number of threads, as the calling thread sees it.
int TorchThreads();
void SetTorchThreads(int count);

}  // namespace mestr::testing
