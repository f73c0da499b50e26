#pragma once

#include <string_view>

namespace dkr {

/// True for a directive, or a word of one, whose values are secret: requirepass, masterauth,
/// `sentinel auth-pass`, a module's own password.
bool names_secret(std::string_view word);

}  // namespace dkr
