// Which pictures of a stream can be trusted where packets of it are damaged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mestr::internal {

// Packets are numbered in the order of the file, which is that of decoding; pictures come in the
// order of display. A picture rests on the packets before its own, back to the last key frame, so
// damage lasts until a whole key frame is displayed. Pictures that are displayed before that key
// frame but stored behind it (an open group) still rest on what came before.
class DamageTracker {
 public:
  // What a packet gave no picture for, or a picture's own: its time stamp, where it has one.
  using Stamp = std::optional<std::int64_t>;

  // What it means where a packet that is whole gives no picture, while later ones do.
  enum class Silence {
    kLost,        // its picture is lost: each packet is one picture
    kSuspicious,  // lost at the start of a stream and where others are damaged
    kUsual        // codecs with hidden pictures
  };
  explicit DamageTracker(Silence silence) : silence_(silence) {}

  // `decoded`: the time stamp of its decoding. Where it steps back, streams were joined, and stamps
  // before and behind can't be compared. `is_shown`: a picture of its own is to be displayed.
  void Sent(std::int64_t packet, Stamp stamp, Stamp decoded, bool is_shown);
  void Damaged(std::int64_t packet, const std::string& why);

  // A picture that should have come and won't.
  struct Lost {
    Stamp stamp;
    std::string damage;
  };
  struct Verdict {
    std::vector<Lost> lost_before;  // that belong before this one
    std::string damage;             // why this one can't be trusted; empty where it can
    bool is_second = false;         // its packet has given a picture before
  };
  Verdict Came(std::int64_t packet, Stamp stamp, bool is_key);

  // Whether there is any that no whole key frame has ended yet.
  bool has_damage() const { return FirstDamage() != packets_.end(); }

  // After the last picture.
  std::vector<Lost> LostAtEnd();

 private:
  struct Packet {
    Stamp stamp;
    std::int64_t stretch = 0;  // of the clock, between steps back
    bool is_shown = false;
    bool is_awaited = false;
    std::string damage;
  };
  using Packets = std::map<std::int64_t, Packet>;

  // Of the lowest number; the end where no damage lasts.
  Packets::const_iterator FirstDamage() const;
  bool IsInDoubt(std::int64_t packet) const;
  bool IsLost(const Packet& packet) const;
  static void AddLost(const Packet& packet, std::vector<Lost>& lost);
  std::vector<Lost> TakeLost(std::int64_t number, const Packet& own, bool is_key);
  void EndDamageBefore(std::int64_t key_packet, const Packet& key);
  void Forget(std::int64_t newest);

  Silence silence_;
  std::int64_t stretch_ = 0;
  Stamp last_decoded_;
  bool started_ = false;  // a picture that can be trusted has come
  Packets packets_;       // awaited, or with damage that lasts
};

}  // namespace mestr::internal
