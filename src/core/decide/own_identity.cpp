#include "dkr/core/decide/own_identity.hpp"

#include <algorithm>
#include <iterator>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"

namespace dkr {

std::optional<Hello> parse_hello(std::string_view message) {
  constexpr std::size_t most = 8;
  std::vector<std::string_view> words;
  while (words.size() <= most) {
    const auto comma = message.find(',');
    words.push_back(message.substr(0, comma));
    if (comma == std::string_view::npos) {
      break;
    }
    message.remove_prefix(comma + 1);
  }
  const auto port = words.size() == most ? parse_port(words[1]) : std::nullopt;
  if (!port || !is_host(words[0]) || words[2].empty() || !is_hex(words[2])) {
    return std::nullopt;
  }
  return Hello{{canonical_host(words[0]), *port}, std::string(words[2])};
}

IdentityOwner IdentityEar::hear(const Endpoint& from, const std::vector<Endpoint>& me,
                                TimePoint now) {
  std::erase_if(voices_, [&](const Voice& voice) { return now - voice.last > hello_memory; });
  const auto same = std::find_if(voices_.begin(), voices_.end(),
                                 [&](const Voice& voice) { return voice.from == from; });
  const bool known = same != voices_.end();
  const bool returns = known && std::any_of(voices_.begin(), voices_.end(), [&](const Voice& one) {
                         return one.last > same->last;
                       });
  if (known) {
    same->last = now;
  } else {
    voices_.push_back({from, now});
  }
  if (voices_.size() == 1) {
    disputed_since_.reset();
  }
  if (!returns) {
    return IdentityOwner::ours;
  }
  disputed_since_ = disputed_since_.value_or(now);
  const auto first =
      std::min_element(voices_.begin(), voices_.end(),
                       [](const Voice& a, const Voice& b) { return a.from < b.from; });
  const bool keeps = contains(me, first->from) && now - *disputed_since_ < identity_grace;
  return keeps ? IdentityOwner::disputed : IdentityOwner::theirs;
}

Endpoint IdentityEar::other_than(const std::vector<Endpoint>& me) const {
  const auto other = std::find_if(voices_.begin(), voices_.end(),
                                  [&](const Voice& voice) { return !contains(me, voice.from); });
  return other == voices_.end() ? Endpoint{} : other->from;
}

}  // namespace dkr
