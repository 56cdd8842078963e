# Writes a C++ source that holds two files' bytes.
# cmake -DIMAGE=... -DLANDMARKS=... -DOUTPUT=... -P embed_portrait.cmake
function(bytes_of file variable)
  file(READ ${file} hex HEX)
  string(LENGTH ${hex} digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes ${hex})
  string(REGEX REPLACE "(('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',))" "\\1\n" bytes "${bytes}")
  set(${variable} "${bytes}" PARENT_SCOPE)
endfunction()

bytes_of(${IMAGE} image)
bytes_of(${LANDMARKS} landmarks)
file(WRITE ${OUTPUT} "#include \"synth/embedded_portrait.h\"

namespace mestr::internal::synth {
namespace {
constexpr char kImage[] = {${image}};
constexpr char kLandmarks[] = {${landmarks}};
}  // namespace

std::string EmbeddedPortraitImage() { return {kImage, sizeof kImage}; }
std::string EmbeddedPortraitLandmarks() { return {kLandmarks, sizeof kLandmarks}; }

}  // namespace mestr::internal::synth
")
