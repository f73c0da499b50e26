#pragma once

#include <string>
#include <utility>

namespace dkr {

/// A password. It has no way into a stream or a message but reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// The text itself, for a server or its configuration and nothing else.
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace dkr
