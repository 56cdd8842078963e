// The key of a server, and what keeps it out of all that is shown or written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace mestr::internal {

// A shorter key may be a word of an answer: local servers take any ("none", "test").
inline constexpr std::size_t kLeastSecretCharacters = 16;

class SecretKey {
 public:
  // Empty: there is none.
  explicit SecretKey(std::string key = "") : key_(std::move(key)) {}
  // From MESTR_API_KEY. Throws Error{kConfig} where it can be no header. Nothing else of mestr
  // reads it.
  static SecretKey OfEnvironment();

  bool empty() const { return key_.empty(); }
  // "Authorization: Bearer ...".
  std::string Header() const { return "Authorization: Bearer " + key_; }

  // "***" in place of the key, which a server may send back as it is or as JSON or a URL write it
  // ("\/", "\u002f", "%2F"): for what it says of a failure. To be called before a text is cut.
  std::string HiddenIn(std::string_view text) const;
  // The same for what a model answered, whose words stay: of kLeastSecretCharacters alone.
  std::string HiddenInAnswer(std::string_view text) const;

 private:
  std::size_t BytesOfKeyAt(std::string_view text) const;

  std::string key_;
};

}  // namespace mestr::internal
