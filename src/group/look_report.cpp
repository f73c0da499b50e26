#include "dkr/group/look_report.hpp"

#include <algorithm>
#include <string>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

constexpr std::string_view found_word = "found ";
constexpr const char* sentinel_word = "sentinel";
constexpr const char* peer_word = "peer";
constexpr const char* me_word = "me";

void add(std::string& text, const char* what, const std::vector<Endpoint>& endpoints) {
  for (const Endpoint& endpoint : endpoints) {
    text += std::string(what) + ' ' + endpoint.host + ' ' + std::to_string(endpoint.port) + '\n';
  }
}

void read_line(LookReport& report, std::string_view line) {
  if (line.starts_with(found_word)) {
    report.found = parse_role_case(line.substr(found_word.size()));
    return;
  }
  const auto words = split_shell_words(line);
  if (!words || words->size() != 3 || !is_host((*words)[1])) {
    return;
  }
  const auto port = parse_port((*words)[2]);
  if (port && words->front() == sentinel_word) {
    report.sentinels.push_back({(*words)[1], *port});
  } else if (port && words->front() == peer_word) {
    report.peers.push_back({(*words)[1], *port});
  } else if (port && words->front() == me_word) {
    report.me.push_back({(*words)[1], *port});
  }
}

}  // namespace

std::string to_text(const LookReport& report) {
  std::string text;
  if (report.found) {
    text += std::string(found_word) + to_line(*report.found) + '\n';
  }
  add(text, sentinel_word, report.sentinels);
  add(text, peer_word, report.peers);
  add(text, me_word, report.me);
  return text;
}

LookReport parse_look_report(std::string_view text) {
  LookReport report;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    read_line(report, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return report;
}

}  // namespace dkr
