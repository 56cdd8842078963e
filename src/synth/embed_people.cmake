# Writes a C++ source that holds a file's bytes.
# cmake -DPEOPLE=... -DOUTPUT=... -P embed_people.cmake
file(READ ${PEOPLE} hex HEX)
# As escapes in strings of one line each: a compiler reads them many times faster than a list of numbers.
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
string(REPEAT "." 512 line)
string(REGEX REPLACE "(${line})" "\\1\"\n\"" bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"synth/embedded_people.h\"

namespace mestr::internal::synth {
namespace {
constexpr char kPeople[] = \"${bytes}\";
}  // namespace

std::string_view EmbeddedPeople() { return {kPeople, sizeof kPeople - 1}; }

}  // namespace mestr::internal::synth
")
