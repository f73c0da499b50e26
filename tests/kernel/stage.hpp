#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "support/deadline.hpp"
#include "support/mailbox.hpp"
#include "support/proc.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace dkr::test {

/// The user redis as the supervised processes know it, whatever the machine has.
inline constexpr unsigned redis_uid = 54321;
inline constexpr unsigned redis_gid = 54322;
inline constexpr unsigned extra_gid = 54323;  ///< a second group of that user
inline constexpr unsigned other_uid = 54399;  ///< somebody without a name

/// True when the binary is built with a sanitizer, as the environment says (DKR_SANITIZED).
inline const bool sanitized = std::getenv("DKR_SANITIZED") != nullptr;

/// The binary under test: from the environment (DKR_BINARY), or the one that was built.
std::string binary();

/// A machine for one supervisor: a data volume, a configuration, users, and a `redis-server` on
/// PATH that is the stand-in.
class Stage {
 public:
  Stage();

  [[nodiscard]] std::filesystem::path root() const { return dir_.path(); }
  [[nodiscard]] std::filesystem::path bin() const { return root() / "bin"; }
  [[nodiscard]] std::filesystem::path data() const { return root() / "data"; }
  [[nodiscard]] std::filesystem::path server() const { return bin() / "redis-server"; }

  /// Runs `dkr-redis` without arguments, the server doing what the script says.
  [[nodiscard]] Launch launch(const std::string& script) const;

  /// The next line of the server; "(nothing)" at the deadline.
  std::string heard(Deadline deadline = within());
  /// The descriptors of the server, but for the one it talks by.
  [[nodiscard]] std::map<int, std::string> fds_of_server(pid_t server) const;
  /// True when the server has said nothing (more) so far.
  bool silent() { return mail_.empty(); }

 private:
  TempDir dir_;
  Mailbox mail_{dir_.path() / "mail"};
};

/// The child of the supervisor that runs the server, in the numbering of the test; -1: none comes.
pid_t server_of(const Process& supervisor);

/// What `collect` says about a signal from the supervisor.
std::string from_supervisor(int signal, Place place);

/// The number of lines in a text.
long lines_in(const std::string& text);

/// A test with a stage.
class KernelTest : public testing::Test {
 protected:
  Stage stage;
};

/// A test that is run with the supervisor as PID 1 and not as PID 1.
class BothPlaces : public testing::TestWithParam<Place> {
 protected:
  Launch launch(const std::string& script) const {
    Launch made = stage.launch(script);
    made.place = GetParam();
    return made;
  }
  Stage stage;
};

/// Names the variants of a BothPlaces suite.
std::string place_name(const testing::TestParamInfo<Place>& info);

#define DKR_BOTH_PLACES(suite) \
  INSTANTIATE_TEST_SUITE_P(Place, suite, testing::Values(Place::pid1, Place::below), place_name)

}  // namespace dkr::test
