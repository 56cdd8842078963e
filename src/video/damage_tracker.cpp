#include "video/damage_tracker.h"

#include <algorithm>

namespace mestr::internal {
namespace {

// Packets stand in the order of decoding.
void SortByStamp(std::vector<DamageTracker::Lost>& lost) {
  std::stable_sort(lost.begin(), lost.end(),
                   [](const auto& a, const auto& b) { return a.stamp < b.stamp; });
}

}  // namespace

void DamageTracker::Sent(std::int64_t packet, Stamp stamp, Stamp decoded, bool is_shown) {
  if (decoded && last_decoded_ && *decoded < *last_decoded_) ++stretch_;
  if (decoded) last_decoded_ = decoded;
  packets_[packet] = {stamp, stretch_, is_shown, /*is_awaited=*/true, /*damage=*/{}};
}

void DamageTracker::Damaged(std::int64_t packet, const std::string& why) {
  std::string& damage = packets_[packet].damage;
  if (damage.empty()) damage = why;
}

DamageTracker::Packets::const_iterator DamageTracker::FirstDamage() const {
  return std::find_if(packets_.begin(), packets_.end(),
                      [](const auto& entry) { return !entry.second.damage.empty(); });
}

bool DamageTracker::IsInDoubt(std::int64_t packet) const {
  const auto first = FirstDamage();
  return first != packets_.end() && first->first <= packet;
}

bool DamageTracker::IsLost(const Packet& packet) const {
  if (!packet.is_awaited || !packet.is_shown) return false;
  if (!packet.damage.empty()) return true;
  return silence_ == Silence::kLost ||
         (silence_ == Silence::kSuspicious && (!started_ || has_damage()));
}

void DamageTracker::AddLost(const Packet& packet, std::vector<Lost>& lost) {
  lost.push_back({packet.stamp, packet.damage.empty() ? "it gives no picture" : packet.damage});
}

std::vector<DamageTracker::Lost> DamageTracker::TakeLost(std::int64_t number, const Packet& own,
                                                         bool is_key) {
  std::vector<Lost> lost;
  std::vector<std::int64_t> passed;
  for (const auto& [other, packet] : packets_) {
    if (!packet.is_awaited) continue;
    const bool is_comparable = packet.stamp && own.stamp && packet.stretch == own.stretch;
    const bool is_passed = is_comparable
                               ? *packet.stamp < *own.stamp
                               : packet.stretch < own.stretch ||
                                     (packet.stretch == own.stretch && is_key && other < number);
    if (!is_passed) continue;
    if (IsLost(packet)) AddLost(packet, lost);
    passed.push_back(other);
  }
  for (const std::int64_t other : passed) {
    packets_[other].is_awaited = false;
    if (packets_[other].damage.empty()) packets_.erase(other);
  }
  SortByStamp(lost);
  return lost;
}

void DamageTracker::EndDamageBefore(std::int64_t key_packet, const Packet& key) {
  for (auto& [number, packet] : packets_) {
    const bool is_earlier =
        packet.stamp && key.stamp && packet.stretch == key.stretch && *packet.stamp < *key.stamp;
    if (number < key_packet || is_earlier || !packet.is_awaited) packet.damage.clear();
  }
}

// Memory does not grow with the video.
void DamageTracker::Forget(std::int64_t newest) {
  constexpr std::int64_t kLongestReordering = 64;
  const auto first = FirstDamage();
  const std::int64_t first_damage = first == packets_.end() ? newest : first->first;
  std::erase_if(packets_, [&](const auto& entry) {
    const bool is_done = entry.second.damage.empty()
                             ? !entry.second.is_awaited || entry.first < newest - kLongestReordering
                             : !entry.second.is_awaited && entry.first != first_damage;
    return is_done;
  });
}

DamageTracker::Verdict DamageTracker::Came(std::int64_t number, Stamp stamp, bool is_key) {
  Verdict verdict;
  Packet& own = packets_[number];
  verdict.is_second = !own.is_awaited;
  own.is_awaited = false;
  if (stamp) own.stamp = stamp;
  verdict.lost_before = TakeLost(number, own, is_key);
  verdict.damage = own.damage;
  if (is_key && verdict.damage.empty()) EndDamageBefore(number, own);
  if (verdict.damage.empty() && IsInDoubt(number)) verdict.damage = FirstDamage()->second.damage;
  started_ = started_ || verdict.damage.empty();
  Forget(number);
  return verdict;
}

std::vector<DamageTracker::Lost> DamageTracker::LostAtEnd() {
  std::vector<Lost> lost;
  for (const auto& [number, packet] : packets_) {
    if (IsLost(packet)) AddLost(packet, lost);
  }
  SortByStamp(lost);
  packets_.clear();
  return lost;
}

}  // namespace mestr::internal
