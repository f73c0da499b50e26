#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dkr {

/// Splits text into words as a POSIX shell would (blanks, '...', "...", backslash), without
/// expanding anything. Returns nullopt if a quote is left open or a backslash ends the text.
/// Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting.
std::optional<std::vector<std::string>> split_shell_words(std::string_view text);

/// Splits a configuration line into its arguments as Redis does (sdssplitargs in sds.c). Returns
/// nullopt if the quotes are unbalanced; the server rejects such a line, too.
std::optional<std::vector<std::string>> split_conf_line(std::string_view line);

/// Returns an argument in a form that split_conf_line() reads back unchanged, bare where possible.
std::string quote_conf_argument(std::string_view argument);

/// Returns text as a JSON string, including the quotes (RFC 8259, section 7).
std::string quote_json(std::string_view text);

/// Returns text in ASCII lower case.
std::string lower(std::string_view text);

/// Returns text without blanks (space, tab, CR, LF) at either end.
std::string_view trim(std::string_view text);

/// True if text has nothing but hex digits in lower case, as the identities of servers.
bool is_hex(std::string_view text);

/// Joins lines into one, with `; ` between them.
std::string in_one_line(std::string_view lines);

/// True for a reference that another program should have filled in: `${X}`, `$(X)`, `{{ X }}`.
bool is_reference(std::string_view text);

/// True for a reference, and for what programs write where they have nothing: null, undefined,
/// `""`.
bool is_no_value(std::string_view text);

/// Returns the number of single-character edits between two words (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// True if `word` may be a misspelling of `other`: at most a third of its letters are wrong.
bool is_near(std::string_view word, std::string_view other);

/// Returns the name that differs least from `word`; `names` must not be empty.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

/// Parses a decimal integer from `least` to `most`; nullopt for anything else.
std::optional<long long> parse_number(std::string_view text, long long least, long long most);

/// Parses a count; returns `otherwise` if the text is not one.
int parse_count(std::string_view text, int otherwise);

/// Parses a number of bytes with an optional unit as in Redis: k, m and g are powers of 1000, kb,
/// mb and gb of 1024. Source: memtoull() in util.c.
std::optional<long long> parse_bytes(std::string_view text);

}  // namespace dkr
