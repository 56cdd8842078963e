#include "python/network_process.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/sha256.h"
#include "mestr/core/error.h"
#include "mestr/model/network.h"
#include "model/archive_check.h"
#include "model/refusal.h"
#include "python/network_messages.h"

namespace mestr {
using namespace internal;
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char kProgram[] = "mestr-network";

thread_local std::stop_token stop_of_this_thread;

// The program beside the extension that this code is in.
fs::path ProgramPath() {
  Dl_info info{};
  ::dladdr(reinterpret_cast<const void*>(&ProgramPath), &info);
  return fs::absolute(info.dli_fname).parent_path() / kProgram;
}

// Files may be named relative to it, and it changes; empty where it is gone.
std::string WorkingFolder() {
  std::error_code gone;
  return fs::current_path(gone).string();
}

// A file descriptor's owner.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

[[noreturn]] void FailToStart(const fs::path& program, int error) {
  throw Error(ErrorKind::kConfig, "cannot start " + program.string() + ": " + std::strerror(error) +
                                      "; install the package again");
}

class NetworkProcess {
 public:
  NetworkProcess() {
    std::array<int, 2> ends{};
    const fs::path program = ProgramPath();
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      FailToStart(program, errno);
    }
    socket_ = std::make_unique<Socket>(ends[0]);
    const Socket other(ends[1]);
    if (const int error = Spawn(program, other.get()); error != 0) FailToStart(program, error);
  }

  // A forked copy of the Python process has no say in it.
  ~NetworkProcess() {
    if (::getpid() != owner_) return;
    if (::waitpid(process_, nullptr, WNOHANG) != 0) return;  // it has ended by itself
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  NetworkProcess(const NetworkProcess&) = delete;
  NetworkProcess& operator=(const NetworkProcess&) = delete;

  bool IsOurs() const { return ::getpid() == owner_; }

  // Throws what the other side throws.
  NetworkMessage Ask(const json& head, std::span<const float> values = {}) const {
    const NetworkChannel channel(socket_->get());
    std::optional<NetworkMessage> answer;
    if (channel.Send(head, values, stop_of_this_thread))
      answer = channel.Receive(stop_of_this_thread);
    if (!answer) {
      throw Error(ErrorKind::kDevice,
                  "the process of the network (mestr-network) ended while it computed; where the "
                  "memory was short, free some of it");
    }
    if (answer->head.contains("no_memory")) throw std::bad_alloc();
    if (answer->head.contains("error")) {
      throw Error(static_cast<ErrorKind>(answer->head.at("kind").get<int>()),
                  answer->head.at("error").get<std::string>());
    }
    return std::move(*answer);
  }

 private:
  // Standard output is nobody's: a library there may print.
  int Spawn(const fs::path& program, int socket) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    std::string name = program.string();
    std::array<char*, 2> arguments = {name.data(), nullptr};
    const int error =
        ::posix_spawn(&process_, name.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }

  pid_t owner_ = ::getpid();
  pid_t process_ = 0;
  std::unique_ptr<Socket> socket_;
};

// What LibTorch is there, asked once; the process that answered is the next network's.
class Torch {
 public:
  static Torch& Get() {
    static Torch torch;
    return torch;
  }

  json Facts() {
    const std::lock_guard lock(mutex_);
    if (facts_.is_null()) {
      auto process = std::make_unique<NetworkProcess>();
      facts_ = process->Ask({{"ask", "facts"}}).head;
      spare_ = std::move(process);
    }
    return facts_;
  }

  std::unique_ptr<NetworkProcess> TakeProcess() {
    const std::lock_guard lock(mutex_);
    if (spare_ && spare_->IsOurs()) return std::move(spare_);
    return std::make_unique<NetworkProcess>();
  }

 private:
  std::mutex mutex_;
  json facts_;
  std::unique_ptr<NetworkProcess> spare_;
};

// The record of the first file, which the other side has read and checked as well: it holds as long
// as the file is the same.
ModelInfo InfoOf(const ModelFile& file, const ModelLimits& limits, const std::string& sha256) {
  const std::string bytes = ReadFile(file.path);
  if (!sha256.starts_with(Sha256Hex(bytes))) {
    RefuseModel(file.path.string(), "changed while it was read");
  }
  return CheckModelArchive(bytes, file.trusted, limits, file.path.string()).info;
}

class RemoteNetwork final : public Network {
 public:
  RemoteNetwork(const std::vector<ModelFile>& files, ModelDevice device, const ModelLimits& limits)
      : process_(Torch::Get().TakeProcess()) {
    json request = {{"ask", "load"},
                    {"folder", WorkingFolder()},
                    {"files", json::array()},
                    {"cuda", device == ModelDevice::kCuda},
                    {"limits",
                     {{"most_mib", limits.most_mib},
                      {"trial_s", limits.trial_s},
                      {"call_s", limits.call_s},
                      {"call_mib", limits.call_mib}}}};
    for (const ModelFile& file : files) {
      request["files"].push_back(
          {{"path", file.path.string()}, {"sha256", file.sha256}, {"trusted", file.trusted}});
    }
    sha256_ = process_->Ask(request).head.at("sha256").get<std::string>();
    info_ = InfoOf(files.front(), limits, sha256_);
  }

  const ModelInfo& info() const override { return info_; }
  const std::string& sha256() const override { return sha256_; }

  ScoreTrack Score(std::span<const float> rows) override {
    const NetworkMessage answer = process_->Ask({{"ask", "score"}}, rows);
    ScoreTrack track;
    track.classes = answer.head.at("classes").get<int>();
    auto next = answer.values.begin();
    const auto take = [&](std::size_t part) {
      const auto end = next + answer.head.at("sizes").at(part).get<std::ptrdiff_t>();
      return std::vector<float>(std::exchange(next, end), end);
    };
    track.spot = take(0);
    track.probabilities = take(1);
    track.logits = take(2);
    track.bounds = take(3);
    track.valid.assign(track.spot.size(), 1);
    track.frames = static_cast<std::int64_t>(track.spot.size());
    return track;
  }

 private:
  std::unique_ptr<NetworkProcess> process_;
  ModelInfo info_;
  std::string sha256_;
};

}  // namespace

internal::NetworkStop::NetworkStop(std::stop_token stop) { stop_of_this_thread = std::move(stop); }
internal::NetworkStop::~NetworkStop() { stop_of_this_thread = {}; }

std::unique_ptr<Network> LoadNetwork(const std::vector<ModelFile>& files, ModelDevice device,
                                     const ModelLimits& limits) {
  return std::make_unique<RemoteNetwork>(files, device, limits);
}

bool TorchHasCuda() { return Torch::Get().Facts().at("cuda").get<bool>(); }

std::string TorchVersion() { return Torch::Get().Facts().at("torch").get<std::string>(); }

std::string TorchBlas() { return Torch::Get().Facts().at("blas").get<std::string>(); }

}  // namespace mestr
