// The videos of a folder that is not one itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mestr/video/inputs.h"
#include "video/file_kinds.h"

namespace mestr::internal {

// The folder's own name, also where it was given as ".", "clip/" or "..".
std::string FolderName(const std::filesystem::path& folder);

// By its name or, where that says nothing, by its content.
bool IsVideoFile(const FolderEntry& entry);

// Adds what is neither a frame nor a video, with its kind.
void LeaveOut(const FolderEntry& entry, LeftOut& left_out);

// Where `folder` is a data set's root, or is a layout's folder itself (in letters of any case): its
// clips; else nothing. Throws Error{kInput}: no clip in it, the layout's folder within itself.
ResolvedInputs DatasetInputs(const std::filesystem::path& folder,
                             const std::vector<DatasetLayout>& layouts);

// For a folder below `argument` that is not meant as a data set's. Throws Error{kInput} where it is
// called as one; gives the note to write where it is nearly so ("CAS data"), else an empty text.
std::string DatasetNameNote(const std::filesystem::path& folder,
                            const std::filesystem::path& argument,
                            const std::vector<DatasetLayout>& layouts);

// The folder as a clip of frames, or else the clips in it and in all folders below. Throws
// Error{kInput}: nothing to read, images as well as videos, a data set's folder further down.
ResolvedInputs FolderInputs(const std::filesystem::path& folder,
                            const std::vector<DatasetLayout>& layouts);

}  // namespace mestr::internal
