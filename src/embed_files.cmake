# Writes a C++ source that holds the bytes of files, one after another, behind a function that gives them.
# cmake -DFILES=a|b|... -DHEADER=<layer>/x.h -DNAMESPACE=mestr::internal -DFUNCTION=X -DOUTPUT=x.cpp -P embed_files.cmake
string(REPLACE "|" ";" FILES "${FILES}")
set(hex "")
foreach(file IN LISTS FILES)
  file(READ ${file} more HEX)
  string(APPEND hex "${more}")
endforeach()
# As escapes in strings of one line each: a compiler reads them many times faster than a list of numbers.
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
string(REPEAT "." 512 line)
string(REGEX REPLACE "(${line})" "\\1\"\n\"" bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

namespace ${NAMESPACE} {
namespace {
constexpr char kBytes[] = \"${bytes}\";
}  // namespace

std::string_view ${FUNCTION}() { return {kBytes, sizeof kBytes - 1}; }

}  // namespace ${NAMESPACE}
")
