#include <iostream>

#include "cli/command.h"

int main(int argc, char** argv) { return mestr::cli::Main(argc, argv, std::cout, std::cerr); }
