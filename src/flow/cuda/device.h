// What the engine needs of a CUDA device, so that tests can put one in its place that runs the
// kernel on the CPU. C++17, because nvcc compiles it too.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "flow/cuda/kernel_arguments.h"

namespace mestr::internal::tvl1::cuda {

// Work given to one stream is done in order; different streams work at the same time.
constexpr int kStreams = 2;

// The rest of the machine cannot have page-locked memory, so that of one stream is bounded.
constexpr std::size_t kPageLockedBytesPerStream = std::size_t{256} << 20U;

// What users of a device that fails can do.
constexpr char kInstead[] = "use the flow method exact, which gives the same result on the CPU";

struct DeviceProperties {
  std::string name;               // for people
  int slots = 1;                  // blocks of the kernel that the device runs at the same time
  std::size_t shared_floats = 0;  // KernelArguments::shared_floats
  std::size_t page_locked_bytes = kPageLockedBytesPerStream;
};

// Everything but the two allocations throws Error{kDevice} on failure. From one thread at a time.
class Device {
 public:
  virtual ~Device() = default;

  virtual const DeviceProperties& properties() const = 0;

  // Memory of the device that nobody uses now. Allocations may get less of it.
  virtual std::size_t AvailableBytes() const = 0;

  // Memory of the device, and of the host so that copies to and from it are asynchronous. nullptr
  // where there is not enough of it.
  virtual void* AllocateOnDevice(std::size_t bytes) = 0;
  virtual void* AllocateOnHost(std::size_t bytes) = 0;
  virtual void FreeOnDevice(void* memory) noexcept = 0;
  virtual void FreeOnHost(void* memory) noexcept = 0;

  // Asynchronous: the memory must stay, and what is read must not change, until Wait.
  virtual void CopyToDevice(int stream, void* to, const void* from, std::size_t bytes) = 0;
  virtual void CopyToHost(int stream, void* to, const void* from, std::size_t bytes) = 0;
  virtual void SetToZero(int stream, void* memory, std::size_t bytes) = 0;
  virtual void Launch(int stream, const KernelArguments& arguments, int slots) = 0;

  // Until all that this stream was given is done.
  virtual void Wait(int stream) = 0;
};

// The device that CUDA lists first (CUDA_VISIBLE_DEVICES chooses). Throws Error{kDevice} saying why
// there is none.
std::unique_ptr<Device> OpenDevice();

}  // namespace mestr::internal::tvl1::cuda
