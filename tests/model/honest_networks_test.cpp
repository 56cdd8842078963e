// Networks of the kinds that the field uses are taken, as PyTorch itself writes them.
#include <sys/wait.h>

#include <cstdlib>

#include "mestr/model/network.h"
#include "support/test_support.h"
#include "tiny_model.h"

namespace mestr {
namespace {

namespace fs = std::filesystem;

TEST(HonestNetworks, AreLoadedAndRun) {
  const testing::TemporaryFolder folder;
  const std::string command = std::string(MESTR_PYTHON) + " '" +
                              testing::SourcePath("tests/model/make_networks.py").string() + "' '" +
                              folder.path().string() + "'";
  const int status = std::system(command.c_str());
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command;
  int loaded = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(folder.path())) {
    SCOPED_TRACE(file.path().filename());
    const auto network = testing::LoadOnCpu(file.path());
    EXPECT_EQ(network->Score(testing::HashedInputs(3)).frames, 3);
    ++loaded;
  }
  constexpr int kAtLeast = 30;
  EXPECT_GE(loaded, kAtLeast);
}

}  // namespace
}  // namespace mestr
