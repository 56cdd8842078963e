#include "core/text.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

TEST(CharactersOf, CountsCharactersNotBytes) {
  EXPECT_EQ(CharactersOf(""), 0u);
  EXPECT_EQ(CharactersOf("ms"), 2u);
  EXPECT_EQ(CharactersOf("né 日本"), 5u);
}

TEST(Utf8CharacterBytes, TakesWellFormedCharactersAlone) {
  EXPECT_EQ(Utf8CharacterBytes("a"), 1u);
  EXPECT_EQ(Utf8CharacterBytes("\xC3\xA9x"), 2u);
  EXPECT_EQ(Utf8CharacterBytes("日本"), 3u);
  EXPECT_EQ(Utf8CharacterBytes("\xF0\x9F\x98\x80"), 4u);
  for (const char* const bad : {
           "",                  // nothing
           "\x80",              // a byte that only goes on
           "\xC3",              // cut off
           "\xC3(",             // not gone on with
           "\xC0\xAF",          // two bytes for one
           "\xE0\x80\xAF",      // three bytes for one
           "\xF0\x80\x80\xAF",  // four bytes for one
           "\xED\xA0\x80",      // a surrogate
           "\xF4\x90\x80\x80",  // above U+10FFFF
           "\xFF",
       }) {
    EXPECT_EQ(Utf8CharacterBytes(bad), 0u) << Printable(bad);
  }
}

TEST(Printable, KeepsTextOfAnyLanguageAndBackSlashes) {
  EXPECT_EQ(Printable(""), "");
  EXPECT_EQ(Printable("s01 né 日本 \xF0\x9F\x98\x80"), "s01 né 日本 \xF0\x9F\x98\x80");
  EXPECT_EQ(Printable("C:\\clips\\a.mp4"), "C:\\clips\\a.mp4");
}

TEST(Printable, ShowsControlCharactersInPlaceOfSendingThem) {
  EXPECT_EQ(Printable("\x1B[2Ja\nb\t\x7F"), "\\x1b[2Ja\\x0ab\\x09\\x7f");
  EXPECT_EQ(Printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(Printable("\xC2\x9B"
                      "2J"),
            "\\u009b2J");  // CSI of C1, as UTF-8
  EXPECT_EQ(Printable("\x9B"
                      "2J"),
            "\\x9b2J");  // the same as a bare byte
}

TEST(Printable, ShowsWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(Printable("a\u202Evsc.b"), "a\\u202evsc.b");
  EXPECT_EQ(Printable("\u2066\u2069\u200F\u061C\u2028"), "\\u2066\\u2069\\u200f\\u061c\\u2028");
  EXPECT_EQ(Printable("\uFEFFa"), "\\ufeffa");
}

TEST(FindNoUtf8, TellsWhereTheFirstBadCharacterBegins) {
  EXPECT_EQ(FindNoUtf8(""), std::string_view::npos);
  EXPECT_EQ(FindNoUtf8("a\xC3\xA9"), std::string_view::npos);
  EXPECT_EQ(FindNoUtf8("a\xC3\xA9\xE9!\xE9"), 3u);
  EXPECT_EQ(FindNoUtf8("ab\xC3"), 2u);  // cut off
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(Printable("\xD3\xC3\xB5"), "\\xd3\xC3\xB5");
  EXPECT_EQ(Printable("\xC3"), "\\xc3");
}

TEST(Trimmed, DropsBlanksAround) {
  EXPECT_EQ(Trimmed(" \t on set\r\n"), "on set");
  EXPECT_EQ(Trimmed("  "), "");
}

TEST(LowerCase, ChangesLatinLettersAlone) { EXPECT_EQ(LowerCase("OnSet_É1"), "onset_É1"); }

TEST(Quoted, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(Quoted("a\x1B"), "'a\\x1b'");
  EXPECT_EQ(Quoted(std::string(40, 'x')), "'" + std::string(40, 'x') + "'");
  EXPECT_EQ(Quoted(std::string(39, 'x') + "日本"), "'" + std::string(39, 'x') + "...'");
}

TEST(Replaced, ReplacesEachButNothingThatItBroughtIn) {
  EXPECT_EQ(Replaced("a-b-c", "-", ", "), "a, b, c");
  EXPECT_EQ(Replaced("aaa", "aa", "a"), "aa");
  EXPECT_EQ(Replaced("key", "key", "the key"), "the key");
  EXPECT_EQ(Replaced("a-b", "-", ""), "ab");
  EXPECT_EQ(Replaced("a", "", "b"), "a");
}

TEST(Joined, PutsTheSeparatorBetweenWords) {
  EXPECT_EQ(Joined({}), "");
  EXPECT_EQ(Joined({"a"}), "a");
  EXPECT_EQ(Joined({"a", "b", "c"}), "a,b,c");
  EXPECT_EQ(Joined({"a", "b"}, ", "), "a, b");
}

TEST(Counted, AddsAnSToAllButOne) {
  EXPECT_EQ(Counted(0, "frame"), "0 frames");
  EXPECT_EQ(Counted(1, "frame"), "1 frame");
  EXPECT_EQ(Counted(2, "frame"), "2 frames");
}

TEST(SizeText, IsWidthTimesHeight) { EXPECT_EQ(SizeText(640, 480), "640x480"); }

TEST(ZeroPadded, KeepsLongNumbersWhole) {
  EXPECT_EQ(ZeroPadded(7, 3), "007");
  EXPECT_EQ(ZeroPadded(123, 3), "123");
  EXPECT_EQ(ZeroPadded(1234, 3), "1234");
}

}  // namespace
}  // namespace mestr::internal
