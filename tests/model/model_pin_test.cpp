// The SHA-256 that a model file must have.
#include <algorithm>
#include <cctype>

#include "core/files.h"
#include "core/sha256.h"
#include "mestr/model/network.h"
#include "support/test_support.h"
#include "tiny_model.h"
#include "torch_models.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TinyModel;

const std::string& OtherDigest() {
  static const std::string digest(64, 'a');
  return digest;
}

std::string DigestOf(const fs::path& file) { return Sha256Hex(ReadFile(file)); }

std::string LoadError(const std::vector<ModelFile>& files) {
  return testing::ErrorMessage(ErrorKind::kModel, [&] { LoadNetwork(files, ModelDevice::kCpu); });
}

class ModelPin : public ::testing::Test {
 protected:
  // A file whose network tells when it runs.
  fs::path SaveOneThatFails() const {
    fs::path file = folder_.path() / "m.pt";
    testing::SaveTorchScript(file, "assert x.size(0) > 5, 'it ran'\n  return x, x",
                             testing::GoodRecord());
    return file;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(ModelPin, LetsTheRightFileThroughInAnyCase) {
  std::string digest = DigestOf(TinyModel());
  EXPECT_EQ(LoadNetwork({{TinyModel(), digest}}, ModelDevice::kCpu)->sha256(), digest);
  std::transform(digest.begin(), digest.end(), digest.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(LoadNetwork({{TinyModel(), digest}}, ModelDevice::kCpu)->info().name, "tiny");
}

TEST_F(ModelPin, RefusesAnotherFileNamingItAndBothDigests) {
  EXPECT_THAT(LoadError({{TinyModel(), OtherDigest()}}),
              AllOf(HasSubstr(TinyModel().string()), HasSubstr(DigestOf(TinyModel())),
                    HasSubstr(OtherDigest()), Not(HasSubstr("\n"))));
}

TEST_F(ModelPin, RunsNothingOfAnotherFile) {
  const fs::path file = SaveOneThatFails();
  EXPECT_THAT(LoadError({{file}}), HasSubstr("it ran"));
  EXPECT_THAT(LoadError({{file, OtherDigest()}}),
              AllOf(HasSubstr("its SHA-256 is "), Not(HasSubstr("it ran"))));
}

TEST_F(ModelPin, ReadsNoArchiveOfAnotherFile) {
  const fs::path file = folder_.path() / "m.pt";
  WriteFileAtomically(file, "no archive at all");
  EXPECT_THAT(LoadError({{file}}), HasSubstr("not a TorchScript model"));
  EXPECT_THAT(LoadError({{file, OtherDigest()}}),
              AllOf(HasSubstr("its SHA-256 is "), Not(HasSubstr("TorchScript"))));
  EXPECT_THAT(LoadError({{file, DigestOf(file)}}), HasSubstr("not a TorchScript model"));
}

TEST_F(ModelPin, HoldsForEachMemberOfAnEnsemble) {
  const ModelFile good{TinyModel(), DigestOf(TinyModel())};
  const auto network = LoadNetwork({good, good}, ModelDevice::kCpu);
  EXPECT_EQ(network->sha256(), good.sha256 + "+" + good.sha256);
  EXPECT_THAT(LoadError({good, {TinyModel(), OtherDigest()}}), HasSubstr(OtherDigest()));
}

}  // namespace
}  // namespace mestr::internal
