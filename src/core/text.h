// Small texts of messages and tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

// Characters of a UTF-8 text, each taken to be one column wide.
std::size_t CharactersOf(std::string_view utf8);

// Bytes of the well-formed UTF-8 character that `text` begins with; 0 where it begins with none.
// Overlong forms, surrogates and what is above U+10FFFF are not well-formed.
std::size_t Utf8CharacterBytes(std::string_view text);

// Where the first byte is that begins no well-formed character; npos: nowhere.
std::size_t FindNoUtf8(std::string_view text);

// Text from outside (a name in an archive, a cell, a path) as it may be shown: what could move a
// cursor, change colours or turn the direction of writing becomes visible. Control characters and
// bytes that are no UTF-8 become "\x1b"; C1 controls, marks of direction or byte order and
// separators of lines "\u202e"; all else stays, a back slash too.
std::string Printable(std::string_view text);

// Without blanks and ends of lines around it.
std::string_view Trimmed(std::string_view text);

// A to Z as a to z; all else stays, whatever the locale.
std::string LowerCase(std::string_view text);

// Text from outside as a message quotes it: printable, and no more than its first 40 bytes.
std::string Quoted(std::string_view text);

// `text` with each `from`, from left to right, replaced by `to`; what `to` brings in stays. An
// empty `from` is nowhere.
std::string Replaced(std::string text, std::string_view from, std::string_view to);

// "a,b,c"
std::string Joined(const std::vector<std::string>& words, std::string_view separator = ",");

// "1 frame", "2 frames"
std::string Counted(std::int64_t count, std::string_view thing);

// "640x480"
std::string SizeText(int width, int height);

// With zeros in front to be at least so many digits: 3 makes "007" of 7.
std::string ZeroPadded(std::int64_t number, std::size_t digits);

}  // namespace mestr::internal
