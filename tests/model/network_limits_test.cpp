// What a network may do and take, and that nothing else of its file happens.
#include <sys/stat.h>

#include <chrono>
#include <thread>

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
using testing::HashedInputs;
using ::testing::HasSubstr;
using ::testing::Not;

// LibTorch leaves out what no output depends on, so `u` is a part of the spotting score.
constexpr char kGoodEnd[] =
    "\n  n = x.size(0)\n  return torch.full([n], 1.0 / (1.0 + u)), torch.full([n, 3], 1.0 / 3.0)";

class NetworkLimits : public ::testing::Test {
 protected:
  fs::path Save(const std::string& forward_body) const {
    fs::path file = folder_.path() / "m.pt";
    testing::SaveTorchScript(file, forward_body, testing::GoodRecord());
    return file;
  }

  // A network that does this and then gives good outputs, with a small limit of memory.
  std::string RefusalOf(const std::string& lines, double trial_s = 20) const {
    return Refusal({Save(lines + kGoodEnd)}, {.trial_s = trial_s, .call_mib = 64});
  }

  static std::string Refusal(const ModelFile& file, const ModelLimits& limits = {}) {
    std::string message = testing::ErrorMessage(
        ErrorKind::kModel, [&] { LoadNetwork({file}, ModelDevice::kCpu, limits); });
    EXPECT_THAT(message, AllOf(HasSubstr(file.path.string()), Not(HasSubstr("\n"))));
    return message;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(NetworkLimits, EndLoopsThatDoNot) {
  for (const std::string lines :
       {"u = 0\n  while u >= 0:\n    u = u + 1", "u = 0\n  while bool(x.size(0) > 0):\n    pass",
        "u = 0\n  for a in range(1000000000):\n    for b in range(1000000000):\n      u += a * b",
        "u = 0\n  while bool(x.size(0) > 0):\n    x = torch.relu(x)"}) {
    EXPECT_THAT(RefusalOf(lines, 0.3), AllOf(HasSubstr("0.3 s"), HasSubstr("model.trial_s")));
  }
}

TEST_F(NetworkLimits, EndCallsThatTakeTooMuchMemory) {
  const auto reason = AllOf(HasSubstr("64 MiB"), HasSubstr("model.call_mib"));
  EXPECT_THAT(RefusalOf("u = torch.zeros([100000, 20000]).sum()"), reason);
  EXPECT_THAT(RefusalOf("y = x\n  for i in range(60):\n    y = torch.cat([y, y])\n  u = y.sum()"),
              reason);
  EXPECT_THAT(
      RefusalOf("a = [x]\n  while len(a) > 0:\n    a.append(torch.ones([1000000]))\n  u = len(a)"),
      reason);
  EXPECT_THAT(RefusalOf("u = torch.zeros([1]).expand([1000000000000000]).sum()"), reason);
  EXPECT_THAT(RefusalOf("u = (x.reshape(-1, 1) * x.reshape(1, -1)).sum()"), reason);
}

TEST_F(NetworkLimits, EndListsAndTextsThatGrow) {
  const auto reason = HasSubstr("elements");
  EXPECT_THAT(RefusalOf("a = [0]\n  for i in range(60):\n    a = a + a\n  u = len(a)"), reason);
  EXPECT_THAT(RefusalOf("a = [0]\n  for i in range(60):\n    a.extend(a)\n  u = len(a)"), reason);
  EXPECT_THAT(RefusalOf("u = len([0, 1] * 1000000000000)"), reason);
  EXPECT_THAT(RefusalOf("a = [0, 1]\n  a *= 1000000000000\n  u = len(a)"), reason);
  EXPECT_THAT(RefusalOf("a = 'ab'\n  for i in range(60):\n    a = a + a\n  u = len(a)"), reason);
  EXPECT_THAT(
      RefusalOf("a = 'ab'\n  for i in range(60):\n    a = '{}{}'.format(a, a)\n  u = len(a)"),
      reason);
  EXPECT_THAT(RefusalOf("u = len(torch.zeros([1]).expand([50000000]).unbind())"), reason);
}

TEST_F(NetworkLimits, LeaveLargeTensorsAlone) {
  const fs::path file =
      Save(std::string("y = torch.ones([5000000])\n  u = y.size(0) + len(y.shape)") + kGoodEnd);
  EXPECT_EQ(LoadNetwork({{file}}, ModelDevice::kCpu)->Score(HashedInputs(1)).frames, 1);
}

TEST_F(NetworkLimits, HoldForLaterCallsToo) {
  const fs::path file =
      Save(std::string("u = 0\n  while bool(x.max() > 5):\n    x = torch.relu(x)") + kGoodEnd);
  const auto network = LoadNetwork({{file}}, ModelDevice::kCpu, {.call_s = 0.2});
  const std::vector<float> sevens(testing::kRowValues, 7.0F);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { network->Score(sevens); }),
              AllOf(HasSubstr("0.2 s"), HasSubstr("model.call_s")));
  EXPECT_EQ(network->Score(HashedInputs(2)).frames, 2);
}

TEST_F(NetworkLimits, AreThoseOfACallAndNotOfAllCalls) {
  // 20 MiB a call.
  const fs::path file = Save(std::string("u = torch.zeros([5000000]).sum()") + kGoodEnd);
  const auto network = LoadNetwork({{file}}, ModelDevice::kCpu, {.call_s = 5, .call_mib = 32});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(network->Score(HashedInputs(1)).frames, 1);
}

TEST_F(NetworkLimits, HoldInEachThread) {
  const fs::path file = Save(std::string("u = torch.zeros([5000000]).sum()") + kGoodEnd);
  std::string message;
  std::thread([&] { message = Refusal({file}, {.call_mib = 8}); }).join();
  EXPECT_THAT(message, HasSubstr("model.call_mib"));
}

TEST_F(NetworkLimits, NothingOfARefusedFileRuns) {
  const fs::path written = folder_.path() / "written";
  EXPECT_THAT(RefusalOf("u = 0\n  torch.save(x, '" + written.string() + "')"),
              AllOf(HasSubstr("operator torch.save"), HasSubstr("code/__torch__.py:")));
  EXPECT_THAT(RefusalOf("u = 0\n  print(x)"), HasSubstr("print()"));
  EXPECT_THAT(RefusalOf("u = 0\n  torch.manual_seed(1)"), HasSubstr("operator torch.manual_seed"));
  EXPECT_FALSE(fs::exists(written));
}

TEST_F(NetworkLimits, ATrustedFileMayUseAnyOperatorAndKeepsTheLimits) {
  const auto pinned = [&](const std::string& lines) {
    const fs::path file = Save(lines + kGoodEnd);
    return ModelFile{file, Sha256Hex(ReadFile(file)), true};
  };
  const ModelFile good = pinned("u = torch.as_strided(x, [1], [1]).sum()");
  EXPECT_THAT(Refusal({good.path}), HasSubstr("operator torch.as_strided"));
  EXPECT_EQ(LoadNetwork({good}, ModelDevice::kCpu)->Score(HashedInputs(1)).frames, 1);
  EXPECT_THAT(Refusal(pinned("u = 0\n  while bool(x.size(0) > 0):\n    pass"), {.trial_s = 0.2}),
              HasSubstr("model.trial_s"));
}

TEST_F(NetworkLimits, WarningsOfLibTorchAreNotPrinted) {
  const fs::path file = Save(std::string("u = 0\n  torch.warn('a warning')") + kGoodEnd);
  ::testing::internal::CaptureStderr();
  LoadNetwork({{file}}, ModelDevice::kCpu)->Score(HashedInputs(1));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(NetworkLimits, AFileThatIsNoneOrTooLargeIsNotRead) {
  EXPECT_THAT(Refusal({"/dev/zero"}), HasSubstr("a device, a pipe or a socket"));
  const fs::path pipe = folder_.path() / "pipe.pt";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(Refusal({pipe}), HasSubstr("a device, a pipe or a socket"));
  const fs::path large = folder_.path() / "large.pt";
  WriteFileAtomically(large, "x");
  fs::resize_file(large, std::uintmax_t{5} << 30U);  // takes no room on the disk
  EXPECT_THAT(Refusal({large}),
              AllOf(HasSubstr("5120 MiB"), HasSubstr("1024 MiB"), HasSubstr("model.most_mib")));
}

TEST_F(NetworkLimits, ALinkToAFileIsTheFile) {
  const fs::path link = folder_.path() / "link.pt";
  fs::create_symlink(testing::TinyModel(), link);
  EXPECT_EQ(testing::LoadOnCpu(link)->info().name, "tiny");
}

}  // namespace
}  // namespace mestr::internal
