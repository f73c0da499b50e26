#include "dkr/core/conf/image_modules.hpp"

#include <algorithm>

namespace dkr {
namespace {

/// Returns a path with one slash where there are several: the entrypoint writes two.
std::string plain(std::string path) {
  const auto both = [](char a, char b) { return a == '/' && b == '/'; };
  path.erase(std::unique(path.begin(), path.end(), both), path.end());
  return path;
}

bool loads(const Directive& directive, const std::string& module) {
  return directive.name == "loadmodule" && !directive.values.empty() &&
         plain(directive.values.front()) == plain(module);
}

}  // namespace

void add_modules(ServerCommand& command, const std::vector<std::string>& modules,
                 const std::vector<Directive>& said) {
  for (const std::string& module : modules) {
    const bool is_said = std::any_of(said.begin(), said.end(),
                                     [&](const Directive& one) { return loads(one, module); });
    if (command.sentinel || is_said) {
      continue;
    }
    auto& args = command.args;
    const auto end = !args.empty() && args.back() == "-" ? args.end() - 1 : args.end();
    args.insert(end, {"--loadmodule", module});
  }
}

}  // namespace dkr
