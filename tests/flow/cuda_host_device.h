// A CUDA device played by the CPU, for tests of the engine and of the kernel.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "flow/cuda/device.h"
#include "flow/cuda_host_grid.h"

namespace mestr::testing {
using namespace internal;

struct HostDeviceOptions {
  int slots = 2;
  std::size_t shared_floats = 0;
  std::size_t memory_bytes = std::size_t{1} << 40U;       // of the device
  std::size_t host_memory_bytes = std::size_t{1} << 40U;  // that AllocateOnHost can give
  std::size_t page_locked_bytes = tvl1::cuda::kPageLockedBytesPerStream;
  // Streams do nothing before they are waited for, as late as CUDA may; else at once, as early.
  bool late = true;
  GridOptions grid;
  bool real_threads = false;  // RunThreads, else RunInterleaved
};

// What the tests may know of a device that the engine owns.
struct HostDeviceRecord {
  struct Launch {
    int stream;
    int pairs;
    int slots;
  };
  std::vector<Launch> launches;
  BarrierCounts barriers;
  std::size_t device_bytes = 0;       // allocated now
  std::size_t most_device_bytes = 0;  // at any time
  std::size_t host_bytes = 0;         // allocated now
  int device_allocations = 0;         // so far
  int refused_allocations = 0;        // of either memory
  int failing_launch = -1;            // the launch of this number (0-based) throws Error{kDevice}
  bool is_broken_after_it = false;    // then waiting throws std::bad_alloc
};

class HostDevice final : public tvl1::cuda::Device {
 public:
  HostDevice(const HostDeviceOptions& options, std::shared_ptr<HostDeviceRecord> record);
  ~HostDevice() override;

  const tvl1::cuda::DeviceProperties& properties() const override { return properties_; }
  std::size_t AvailableBytes() const override;
  void* AllocateOnDevice(std::size_t bytes) override;
  void* AllocateOnHost(std::size_t bytes) override;
  void FreeOnDevice(void* memory) noexcept override;
  void FreeOnHost(void* memory) noexcept override;
  void CopyToDevice(int stream, void* to, const void* from, std::size_t bytes) override;
  void CopyToHost(int stream, void* to, const void* from, std::size_t bytes) override;
  void SetToZero(int stream, void* memory, std::size_t bytes) override;
  void Launch(int stream, const tvl1::cuda::KernelArguments& arguments, int slots) override;
  void Wait(int stream) override;

 private:
  void Enqueue(int stream, std::function<void()> work);
  void DropAllWork();
  bool IsBroken() const;

  HostDeviceOptions options_;
  std::shared_ptr<HostDeviceRecord> record_;
  tvl1::cuda::DeviceProperties properties_;
  std::map<const char*, std::size_t> on_device_;
  std::map<const char*, std::size_t> on_host_;
  std::deque<std::function<void()>> streams_[tvl1::cuda::kStreams];
};

}  // namespace mestr::testing
