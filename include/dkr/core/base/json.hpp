#pragma once

#include <string>
#include <string_view>

#include "dkr/core/base/text.hpp"

namespace dkr {

/// Builds one JSON object (RFC 8259).
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value) {
    return raw(name, quote_json(value));
  }
  JsonObject& number(std::string_view name, long long value) {
    return raw(name, std::to_string(value));
  }
  JsonObject& yes_or_no(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
  }
  JsonObject& raw(std::string_view name, const std::string& value) {
    inside_ += (inside_.empty() ? "" : ",") + quote_json(name) + ":" + value;
    return *this;
  }
  [[nodiscard]] std::string str() const { return "{" + inside_ + "}"; }

 private:
  std::string inside_;
};

/// Returns a JSON array of what `make` returns for each item.
template <class Items, class Make>
std::string json_array(const Items& items, const Make& make) {
  std::string inside;
  for (const auto& item : items) {
    inside += (inside.empty() ? "" : ",") + make(item);
  }
  return "[" + inside + "]";
}

}  // namespace dkr
