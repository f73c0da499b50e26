#include "dkr/group/groups_file.hpp"

#include "dkr/platform/atomic_file.hpp"

namespace dkr {

Result<std::string> read_secret_file(const std::string& path) {
  auto text = read_file(path, Links::followed);
  if (!text) {
    return text.error();
  }
  return *text ? Result<std::string>(std::move(**text)) : Error{ExitStatus::config, "no such file"};
}

Result<std::vector<WantedGroup>> read_groups(const std::string& path) {
  const auto text = read_secret_file(path);
  auto groups =
      text ? parse_groups(*text, read_secret_file) : Result<std::vector<WantedGroup>>(text.error());
  if (!groups) {
    return Error{ExitStatus::config, path + ": " + groups.error().text};
  }
  return groups;
}

}  // namespace dkr
