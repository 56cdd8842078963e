#include "bench/machine.h"

#include <sys/mman.h>

#include <cstring>
#include <filesystem>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;

TEST(Machine, IsDescribed) {
  const Machine machine = ThisMachine();
  EXPECT_GE(machine.processors, 1);
  EXPECT_GT(machine.memory_gib, 0.1);
  EXPECT_FALSE(machine.system.empty());
  if (machine.cpu_family) {
    EXPECT_THAT(ProcessorText(machine), ::testing::StartsWith(machine.cpu + " (family " +
                                                              std::to_string(*machine.cpu_family)));
  }
}

TEST(Machine, IsNamedByItsBrandAndItsGeneration) {
  Machine machine;
  machine.cpu = "Brand";
  EXPECT_EQ(ProcessorText(machine), "Brand");
  machine.cpu_family = 25;
  machine.cpu_model = 17;
  EXPECT_EQ(ProcessorText(machine), "Brand (family 25, model 17)");
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
  // Straight from the kernel: a sanitizer's allocator would keep it.
  void* block = ::mmap(nullptr, kBlockBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                       /*fd=*/-1, /*offset=*/0);
  ASSERT_NE(block, MAP_FAILED);
  std::memset(block, 1, kBlockBytes);
  ASSERT_EQ(::munmap(block, kBlockBytes), 0);
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
}  // namespace mestr::internal
