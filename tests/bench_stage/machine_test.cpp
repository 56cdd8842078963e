#include "bench/machine.h"

#include <filesystem>
#include <vector>

#include "support/test_support.h"

namespace mestr {
namespace {

namespace fs = std::filesystem;

TEST(Machine, IsDescribed) {
  const Machine machine = ThisMachine();
  EXPECT_GE(machine.processors, 1);
  EXPECT_GT(machine.memory_gib, 0.1);
  EXPECT_FALSE(machine.system.empty());
}

TEST(ProcessorLimit, HoldsUntilItsEnd) {
  const int all = UsableProcessors();
  {
    const ProcessorLimit limit(1);
    EXPECT_EQ(UsableProcessors(), 1);
  }
  EXPECT_EQ(UsableProcessors(), all);
  testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { const ProcessorLimit limit(all + 1); });
}

TEST(PeakMemory, CountsWhatWasFreedMeanwhileButNotWhatWasFreedBefore) {
  constexpr double kBlockMib = 128;
  constexpr std::size_t kBlockBytes = 128U << 20U;
  const PeakMemory before;
  if (!before.Mib()) GTEST_SKIP() << "this kernel does not set the mark back";
  {
    const std::vector<char> block(kBlockBytes, 1);
    EXPECT_EQ(block.back(), 1);
  }
  const double with_block = *before.Mib();
  const PeakMemory after;
  EXPECT_GT(with_block, kBlockMib);
  EXPECT_LT(*after.Mib(), with_block - kBlockMib / 2);
}

TEST(ScratchFolder, GoesWithItsContent) {
  fs::path path;
  {
    const ScratchFolder folder;
    path = folder.path();
    fs::create_directories(path / "a" / "b");
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace mestr
