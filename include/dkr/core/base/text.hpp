#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dkr {

/// Splits text into words as a POSIX shell would (blanks, '...', "...", backslash), without
/// expanding anything. Nothing when a quote is left open or a backslash ends the text.
/// Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting.
std::optional<std::vector<std::string>> split_shell_words(std::string_view text);

/// Splits one configuration line into its arguments as Redis does (sdssplitargs in sds.c).
/// Nothing when the quotes are unbalanced: the server refuses such a line too.
std::optional<std::vector<std::string>> split_conf_line(std::string_view line);

/// One argument in a form that split_conf_line() reads back unchanged; bare where that is possible.
std::string quote_conf_argument(std::string_view argument);

/// Text as a JSON string, with its quotes (RFC 8259, section 7).
std::string quote_json(std::string_view text);

/// ASCII lower case.
std::string lower(std::string_view text);

/// Text without blanks (space, tab, CR, LF) at either end.
std::string_view trim(std::string_view text);

/// Lines as one line, with `; ` between them.
std::string in_one_line(std::string_view lines);

/// The number of single-character edits between two words (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Whether a word may be another one misspelled: at most a third of its letters are wrong.
bool is_near(std::string_view word, std::string_view other);

/// The one of some names, at least one, that is least different from a word.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

/// Whole number within bounds, in decimal; nothing else counts as one.
std::optional<long long> parse_number(std::string_view text, long long least, long long most);

/// How many there are of something; `otherwise` where the text is no such number.
int parse_count(std::string_view text, int otherwise);

/// A number of bytes, with an optional unit as Redis has them: k, m and g of 1000, kb, mb and gb of
/// 1024. Source: memtoull() in util.c.
std::optional<long long> parse_bytes(std::string_view text);

}  // namespace dkr
