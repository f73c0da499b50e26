#pragma once

#include <string>
#include <utility>

namespace dkr {

/// A password. It cannot reach a stream or a message except through reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// Returns the text, which may only go to a server or into its configuration.
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace dkr
