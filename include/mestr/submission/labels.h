// The label CSV: dataset,subject,video,onset,apex,offset,emotion,type
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "mestr/submission/records.h"

namespace mestr {

// Frames are 1-based inclusive in the file; apex may be empty; type is micro or macro; emotion is
// any text (the score says which ones it knows). Throws Error{kInput} "file:line:column: what" for
// anything else, an apex outside its interval included.
std::vector<Label> ReadLabels(const std::filesystem::path& path);

// The file's text, rows in the order given; for WriteFileAtomically.
std::string LabelsCsv(std::span<const Label> labels);

}  // namespace mestr
