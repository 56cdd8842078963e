// Writes the file that is named: dlib's detector of faces as dlib::serialize gives it.
#include <dlib/image_processing/frontal_face_detector.h>

#include <fstream>

int main(int count, char** arguments) {
  if (count != 2) return 2;
  std::ofstream file(arguments[1], std::ios::binary);
  dlib::serialize(dlib::get_frontal_face_detector(), file);
  file.close();
  return file ? 0 : 1;
}
