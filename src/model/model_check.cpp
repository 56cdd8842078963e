#include "model/model_check.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/sha256.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "model/archive_check.h"
#include "model/model_record.h"
#include "model/refusal.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

// A device or a pipe has no end that could be looked at before.
std::string ReadModelFile(const fs::path& file, const ModelLimits& limits) {
  if (!Exists(file)) {
    throw Error(ErrorKind::kModel, "no such model file: " + file.string());
  }
  std::error_code error;
  if (!IsFolder(file) && !fs::is_regular_file(file, error)) {
    RefuseModel(file.string(), "not a TorchScript model: it is a device, a pipe or a socket");
  }
  const std::uintmax_t size = IsFolder(file) ? 0 : fs::file_size(file, error);
  constexpr std::uintmax_t kMiB = std::uintmax_t{1} << 20U;
  if (!error && size > limits.most_mib * kMiB) {
    RefuseModel(file.string(), "has " + std::to_string(size / kMiB) + " MiB, more than the " +
                                   std::to_string(limits.most_mib) +
                                   " MiB of the config's model.most_mib");
  }
  try {
    return ReadFile(file);
  } catch (const Error& failure) {
    throw Error(ErrorKind::kModel, failure.what());
  }
}

void CheckSha256(const ModelFile& file, const std::string& digest) {
  const std::string wanted = LowerCase(file.sha256);
  if (wanted.empty() || wanted == digest) return;
  RefuseModel(file.path.string(), "its SHA-256 is " + digest + ", and the config asks for " +
                                      wanted + "; get the right file, or correct the config");
}

CheckedFile Check(const ModelFile& file, const ModelLimits& limits) {
  const std::string bytes = ReadModelFile(file.path, limits);
  std::string digest = Sha256Hex(bytes);
  CheckSha256(file, digest);
  const std::string name = file.path.string();
  if (bytes.empty()) RefuseModel(name, "not a TorchScript model: the file is empty");
  CheckedModel checked = CheckModelArchive(bytes, file.trusted, limits, name);
  return {file, std::move(checked.info), std::move(checked.archive), std::move(digest)};
}

void RequireOneRecord(const CheckedFile& first, const CheckedFile& other) {
  const std::string field = FieldThatDiffers(first.info, other.info);
  if (field.empty()) return;
  RefuseModel(other.file.path.string(), "cannot be averaged with " + first.file.path.string() +
                                            ": their records differ in \"" + field + "\"");
}

}  // namespace

std::vector<CheckedFile> CheckModelFiles(const std::vector<ModelFile>& files,
                                         const ModelLimits& limits) {
  if (files.empty()) throw Error(ErrorKind::kInvalidArgument, "LoadNetwork: no model file");
  std::vector<CheckedFile> checked;
  for (const ModelFile& file : files) {
    checked.push_back(Check(file, limits));
    RequireOneRecord(checked.front(), checked.back());
  }
  return checked;
}

std::string JoinedSha256(const std::vector<CheckedFile>& files) {
  std::string joined;
  for (const CheckedFile& file : files) joined += (joined.empty() ? "" : "+") + file.sha256;
  return joined;
}

}  // namespace mestr::internal
