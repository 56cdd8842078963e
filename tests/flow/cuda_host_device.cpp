#include "flow/cuda_host_device.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "mestr/core/error.h"

namespace mestr::testing {
using namespace internal;
namespace {

using tvl1::cuda::KernelArguments;

// All bits set: as floats not a number, as indices far outside.
constexpr int kUnwritten = 0xFF;

using Allocations = std::map<const char*, std::size_t>;

void* Allocate(std::size_t bytes, Allocations& allocations) {
  void* memory = ::operator new(bytes);
  std::memset(memory, kUnwritten, bytes);
  allocations[static_cast<const char*>(memory)] = bytes;
  return memory;
}

// The bytes that the memory had.
std::size_t Free(void* memory, Allocations& allocations) {
  const auto found = allocations.find(static_cast<const char*>(memory));
  if (found == allocations.end()) std::terminate();  // freed twice, or in the other kind's way
  const std::size_t bytes = found->second;
  allocations.erase(found);
  ::operator delete(memory);
  return bytes;
}

void RequireInside(const Allocations& allocations, const void* memory, std::size_t bytes) {
  const auto* begin = static_cast<const char*>(memory);
  auto next = allocations.upper_bound(begin);
  if (next == allocations.begin()) throw std::logic_error("memory of the wrong kind");
  const auto& [first, size] = *--next;
  if (begin + bytes > first + size) throw std::logic_error("past the end of an allocation");
}

}  // namespace

HostDevice::HostDevice(const HostDeviceOptions& options, std::shared_ptr<HostDeviceRecord> record)
    : options_(options), record_(std::move(record)) {
  properties_ = {"played by the CPU", options.slots, options.shared_floats,
                 options.page_locked_bytes};
}

HostDevice::~HostDevice() {
  // The engine must give back everything, and leave nothing on its way.
  if (!on_device_.empty() || !on_host_.empty()) std::terminate();
  for (const auto& stream : streams_) {
    if (!stream.empty()) std::terminate();
  }
}

std::size_t HostDevice::AvailableBytes() const {
  return options_.memory_bytes - record_->device_bytes;
}

void* HostDevice::AllocateOnDevice(std::size_t bytes) {
  if (record_->device_bytes + bytes > options_.memory_bytes) {
    ++record_->refused_allocations;
    return nullptr;
  }
  record_->device_bytes += bytes;
  record_->most_device_bytes = std::max(record_->most_device_bytes, record_->device_bytes);
  ++record_->device_allocations;
  return Allocate(bytes, on_device_);
}

void* HostDevice::AllocateOnHost(std::size_t bytes) {
  if (record_->host_bytes + bytes > options_.host_memory_bytes) {
    ++record_->refused_allocations;
    return nullptr;
  }
  record_->host_bytes += bytes;
  return Allocate(bytes, on_host_);
}

void HostDevice::FreeOnDevice(void* memory) noexcept {
  record_->device_bytes -= Free(memory, on_device_);
}

void HostDevice::FreeOnHost(void* memory) noexcept {
  record_->host_bytes -= Free(memory, on_host_);
}

void HostDevice::CopyToDevice(int stream, void* to, const void* from, std::size_t bytes) {
  Enqueue(stream, [this, to, from, bytes] {
    RequireInside(on_device_, to, bytes);
    std::memcpy(to, from, bytes);
  });
}

void HostDevice::CopyToHost(int stream, void* to, const void* from, std::size_t bytes) {
  Enqueue(stream, [this, to, from, bytes] {
    RequireInside(on_host_, to, bytes);
    RequireInside(on_device_, from, bytes);
    std::memcpy(to, from, bytes);
  });
}

void HostDevice::SetToZero(int stream, void* memory, std::size_t bytes) {
  Enqueue(stream, [this, memory, bytes] {
    RequireInside(on_device_, memory, bytes);
    std::memset(memory, 0, bytes);
  });
}

void HostDevice::Launch(int stream, const KernelArguments& arguments, int slots) {
  const auto number = static_cast<int>(record_->launches.size());
  record_->launches.push_back({stream, arguments.pairs, slots});
  if (number == record_->failing_launch) {
    throw Error(ErrorKind::kDevice, "the CUDA device failed: on purpose");
  }
  Enqueue(stream, [this, arguments, slots] {
    const std::size_t values =
        2 * static_cast<std::size_t>(arguments.pairs) * arguments.plane_floats;
    RequireInside(on_device_, arguments.images, values);
    RequireInside(on_device_, arguments.flows, values * sizeof(float));
    RequireInside(on_device_, arguments.workspace,
                  static_cast<std::size_t>(slots) * arguments.slot_floats * sizeof(float));
    if (options_.real_threads) {
      RunThreads(arguments, slots, options_.grid.threads);
      return;
    }
    for (const auto& [line, count] : RunInterleaved(arguments, slots, options_.grid)) {
      record_->barriers[line] += count;
    }
  });
}

void HostDevice::Wait(int stream) {
  if (IsBroken()) {
    DropAllWork();
    throw std::bad_alloc();
  }
  auto& work = streams_[stream];
  while (!work.empty()) {
    const auto next = std::move(work.front());
    work.pop_front();
    try {
      next();
    } catch (const std::logic_error&) {
      DropAllWork();
      throw;
    }
  }
}

// Nothing runs after an error of the device.
void HostDevice::DropAllWork() {
  for (auto& work : streams_) work.clear();
}

bool HostDevice::IsBroken() const {
  return record_->is_broken_after_it && record_->failing_launch >= 0 &&
         record_->launches.size() > static_cast<std::size_t>(record_->failing_launch);
}

void HostDevice::Enqueue(int stream, std::function<void()> work) {
  streams_[stream].push_back(std::move(work));
  if (!options_.late) Wait(stream);
}

}  // namespace mestr::testing
