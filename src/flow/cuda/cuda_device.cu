// The kernel on a real device, and the calls of the CUDA runtime around it. Thin on purpose: what
// can be tested without a device is in cuda_engine.cpp and tvl1_kernel.h.
#include <cuda_runtime.h>

#include <string>

#include "flow/cuda/device.h"
#include "flow/cuda/tvl1_kernel.h"
#include "mestr/core/error.h"

namespace mestr::internal::tvl1::cuda {
namespace {

// The tests' Block runs the same source with its own threads; this one has the device's.
class CudaBlock {
 public:
  __device__ CudaBlock(SharedScratch& scratch, float* shared_planes)
      : scratch_(scratch), shared_planes_(shared_planes) {}

  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ int threads() const { return static_cast<int>(blockDim.x); }
  __device__ int slot() const { return static_cast<int>(blockIdx.x); }
  __device__ void Sync() const { __syncthreads(); }
  __device__ SharedScratch& scratch() const { return scratch_; }
  __device__ float* shared_planes() const { return shared_planes_; }
  __device__ int TakeNext(int* counter) const { return atomicAdd(counter, 1); }

 private:
  SharedScratch& scratch_;
  float* shared_planes_;
};

__global__ void __launch_bounds__(kMaxThreads, 1)
    Tvl1Kernel(const __grid_constant__ KernelArguments arguments) {
  __shared__ SharedScratch scratch;
  extern __shared__ float shared_planes[];
  CudaBlock block(scratch, shared_planes);
  RunSlot(block, arguments);
}

[[noreturn]] void ThrowNoDevice(const std::string& why) {
  throw Error(ErrorKind::kDevice, "the CUDA flow engine cannot be had: " + why);
}

void Check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  throw Error(ErrorKind::kDevice, std::string("the CUDA device failed: ") + what + ": " +
                                      cudaGetErrorString(status) + "; " + kInstead);
}

std::string DottedVersion(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string WhyNoDriver() {
  int driver = 0;
  int runtime = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) {
    return "there is no NVIDIA driver on this machine";
  }
  if (cudaRuntimeGetVersion(&runtime) != cudaSuccess) runtime = CUDART_VERSION;
  return "the NVIDIA driver is for CUDA " + DottedVersion(driver) + " and this build needs " +
         DottedVersion(runtime) + ", so update the driver";
}

void RequireDevice() {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaErrorInsufficientDriver) ThrowNoDevice(WhyNoDriver());
  if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0)) {
    ThrowNoDevice("there is no CUDA device on this machine");
  }
  if (status != cudaSuccess) ThrowNoDevice(cudaGetErrorString(status));
}

int Attribute(cudaDeviceAttr attribute, int device) {
  int value = 0;
  Check(cudaDeviceGetAttribute(&value, attribute, device), "its properties cannot be read");
  return value;
}

class CudaDevice final : public Device {
 public:
  CudaDevice() {
    RequireDevice();
    MakeCurrent();
    cudaDeviceProp properties = {};
    Check(cudaGetDeviceProperties(&properties, kDevice), "its properties cannot be read");
    properties_.name = properties.name;
    const std::size_t static_shared_bytes = RequireKernel();
    const auto largest =
        static_cast<std::size_t>(Attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, kDevice));
    shared_bytes_ = (largest - static_shared_bytes) / sizeof(float) * sizeof(float);
    properties_.shared_floats = shared_bytes_ / sizeof(float);
    Check(cudaFuncSetAttribute(Tvl1Kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shared_bytes_)),
          "it does not give the kernel its shared memory");
    int blocks = 0;
    Check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, Tvl1Kernel, kMaxThreads,
                                                        shared_bytes_),
          "it does not fit the kernel");
    if (blocks < 1) ThrowNoDevice("the kernel does not fit the device " + properties_.name);
    properties_.slots = blocks * Attribute(cudaDevAttrMultiProcessorCount, kDevice);
    for (Stream& stream : streams_) stream.Open();
  }

  const DeviceProperties& properties() const override { return properties_; }

  std::size_t AvailableBytes() const override {
    MakeCurrent();
    std::size_t available = 0;
    std::size_t total = 0;
    Check(cudaMemGetInfo(&available, &total), "its free memory cannot be read");
    return available;
  }

  void* AllocateOnDevice(std::size_t bytes) override {
    MakeCurrent();
    void* memory = nullptr;
    const cudaError_t status = cudaMalloc(&memory, bytes);
    if (status == cudaErrorMemoryAllocation) return nullptr;
    Check(status, "getting memory");
    return memory;
  }

  void* AllocateOnHost(std::size_t bytes) override {
    MakeCurrent();
    void* memory = nullptr;
    const cudaError_t status = cudaMallocHost(&memory, bytes);
    if (IsShortOfPageLockedMemory(status)) return nullptr;
    Check(status, "getting page-locked memory");
    return memory;
  }

  // A failure to free can only be that of work before it, which has been reported.
  void FreeOnDevice(void* memory) noexcept override {
    cudaSetDevice(kDevice);
    cudaFree(memory);
  }
  void FreeOnHost(void* memory) noexcept override {
    cudaSetDevice(kDevice);
    cudaFreeHost(memory);
  }

  void CopyToDevice(int stream, void* to, const void* from, std::size_t bytes) override {
    MakeCurrent();
    Check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, streams_[stream].get()),
          "copying to it");
  }

  void CopyToHost(int stream, void* to, const void* from, std::size_t bytes) override {
    MakeCurrent();
    Check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, streams_[stream].get()),
          "copying from it");
  }

  void SetToZero(int stream, void* memory, std::size_t bytes) override {
    MakeCurrent();
    Check(cudaMemsetAsync(memory, 0, bytes, streams_[stream].get()), "clearing its memory");
  }

  void Launch(int stream, const KernelArguments& arguments, int slots) override {
    MakeCurrent();
    // Not <<<>>>, which gives no status: cudaGetLastError may be that of any earlier call of this
    // thread, such as an allocation that was refused.
    KernelArguments copy = arguments;
    void* parameters[] = {&copy};
    Check(cudaLaunchKernel(reinterpret_cast<const void*>(&Tvl1Kernel),
                           dim3(static_cast<unsigned>(slots)), dim3(kMaxThreads), parameters,
                           shared_bytes_, streams_[stream].get()),
          "starting the kernel");
  }

  void Wait(int stream) override {
    MakeCurrent();
    streams_[stream].Wait();
  }

 private:
  // The first device that CUDA_VISIBLE_DEVICES lets us see.
  static constexpr int kDevice = 0;

  // With an event, because waiting for that can leave the processor to others; waiting for a stream
  // spins.
  class Stream {
   public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() {
      cudaSetDevice(kDevice);
      if (done_ != nullptr) cudaEventDestroy(done_);
      if (stream_ != nullptr) cudaStreamDestroy(stream_);
    }

    void Open() {
      Check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "opening a stream");
      Check(cudaEventCreateWithFlags(&done_, cudaEventBlockingSync | cudaEventDisableTiming),
            "opening an event");
    }

    // Where there is no event the stream must do: its memory is used again after this.
    void Wait() const {
      const bool is_recorded = cudaEventRecord(done_, stream_) == cudaSuccess;
      Check(is_recorded ? cudaEventSynchronize(done_) : cudaStreamSynchronize(stream_),
            "computing flow");
    }

    cudaStream_t get() const { return stream_; }

   private:
    cudaStream_t stream_ = nullptr;
    cudaEvent_t done_ = nullptr;
  };

  // The current device is a property of the thread, and engines move between threads.
  static void MakeCurrent() { Check(cudaSetDevice(kDevice), "it cannot be used"); }

  // The system's own limits show as the last two.
  static bool IsShortOfPageLockedMemory(cudaError_t status) {
    return status == cudaErrorMemoryAllocation || status == cudaErrorOperatingSystem ||
           status == cudaErrorNotSupported;
  }

  // Shared memory that the kernel itself declares, in bytes.
  std::size_t RequireKernel() const {
    cudaFuncAttributes attributes = {};
    const cudaError_t status = cudaFuncGetAttributes(&attributes, Tvl1Kernel);
    if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorInvalidDeviceFunction ||
        status == cudaErrorUnsupportedPtxVersion) {
      const int major = Attribute(cudaDevAttrComputeCapabilityMajor, kDevice);
      const int minor = Attribute(cudaDevAttrComputeCapabilityMinor, kDevice);
      const std::string architecture = std::to_string(major) + std::to_string(minor);
      ThrowNoDevice("this build has no code for the device " + properties_.name +
                    ", only for the architectures " MESTR_CUDA_ARCHITECTURES
                    " (rebuild with -DMESTR_CUDA_ARCHITECTURES=" +
                    architecture + ")");
    }
    Check(status, "loading the kernel");
    return attributes.sharedSizeBytes;
  }

  DeviceProperties properties_;
  std::size_t shared_bytes_ = 0;
  Stream streams_[kStreams];
};

}  // namespace

std::unique_ptr<Device> OpenDevice() { return std::make_unique<CudaDevice>(); }

}  // namespace mestr::internal::tvl1::cuda
