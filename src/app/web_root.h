// Where the built web files are: beside the package's binary, or in the checkout it was built from.
#pragma once

#include <string>

namespace plaza::app {

struct WebRoot {
  std::string sdk;
  std::string demo;
};

/// Looks from the folder of the running program; folders that were not found are named all the
/// same.
WebRoot FindWebRoot();

}  // namespace plaza::app
