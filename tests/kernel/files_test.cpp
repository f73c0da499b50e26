// Whose files they are: what root gives to redis at the start, and what it never touches.

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

#include "stage.hpp"
#include "support/seccomp.hpp"

namespace dkr::test {
namespace {

namespace fs = std::filesystem;

struct stat status_of(const fs::path& path) {
  struct stat status {};
  must(lstat(path.c_str(), &status), path.c_str());
  return status;
}

unsigned owner(const fs::path& path) {
  return status_of(path).st_uid;
}

class Files : public KernelTest {
 protected:
  /// A file (with its directories) below the root of the stage.
  fs::path file(const fs::path& name, unsigned uid = 0) const {
    const fs::path path = stage.root() / name;
    fs::create_directories(path.parent_path());
    write_file(path, "text\n");
    must(chown(path.c_str(), uid, 0), "chown");
    return path;
  }

  /// Starts and ends a server.
  void run(const Launch& start) {
    Process supervisor(start);
    EXPECT_EQ(supervisor.wait(), exited(0)) << supervisor.err();
  }
  void run() { run(stage.launch("exit 0")); }

  /// Starts while `act` is called before every system call on a file with this name.
  void run_racing(const std::string& name, const std::function<void()>& act) {
    Gate gate({SYS_openat, SYS_openat2, SYS_fchownat, SYS_lchown, SYS_chown});
    Launch start = stage.launch("say up");
    start.prepare.push_back(gate.close());
    Process supervisor(start);
    bool acted = false;
    while (!readable(supervisor.pidfd(), Clock::now())) {
      const auto held = gate.next(within(std::chrono::milliseconds(10)));
      if (!held) {
        continue;
      }
      const bool by_fd = held->number != SYS_lchown && held->number != SYS_chown;
      if (!acted && fs::path(Gate::text(*held, by_fd ? 1 : 0)).filename() == name) {
        act();
        acted = true;
      }
      gate.release(*held);
    }
    EXPECT_EQ(supervisor.wait(), exited(0)) << supervisor.err();
    EXPECT_TRUE(acted) << "nothing was done with " << name;
    EXPECT_EQ(stage.heard(), "up");
  }
};

TEST_F(Files, AllInTheVolumeBecomeRedisFiles) {
  const fs::path top = file("data/dump.rdb");
  const fs::path deep = file("data/a/b/c/file", other_uid);
  run();
  for (const auto& path : {stage.data(), top, deep, stage.data() / "a", stage.data() / "a/b",
                           stage.data() / "a/b/c", stage.data() / "redis.conf"}) {
    EXPECT_EQ(owner(path), redis_uid) << path;
  }
}

TEST_F(Files, GroupAndModeAreKept) {
  const fs::path path = file("data/dump.rdb");
  must(chown(path.c_str(), 0, 1234), "chown");
  fs::permissions(path, fs::perms(0640));
  run();
  EXPECT_EQ(owner(path), redis_uid);
  EXPECT_EQ(status_of(path).st_gid, 1234U);
  EXPECT_EQ(status_of(path).st_mode & 07777U, 0640U);
}

TEST_F(Files, RedisOwnFilesAreNotTouched) {
  const fs::path path = file("data/dump.rdb", redis_uid);
  const auto before = status_of(path).st_ctim;
  pass(std::chrono::milliseconds(20));  // more than the grain of a file's time
  run();
  const auto after = status_of(path).st_ctim;
  EXPECT_TRUE(before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec);
}

TEST_F(Files, LinksAreNotFollowed) {
  const fs::path outside = file("outside/file");
  fs::create_symlink(outside, stage.data() / "to-file");
  fs::create_symlink(outside.parent_path(), stage.data() / "to-directory");
  fs::create_symlink("/nowhere", stage.data() / "to-nothing");
  run();
  EXPECT_EQ(owner(outside), 0U);
  EXPECT_EQ(owner(outside.parent_path()), 0U);
}

TEST_F(Files, FileSwappedForALinkIsNotFollowed) {
  const fs::path outside = file("outside/file");
  const fs::path victim = file("data/victim");
  run_racing("victim", [&] {
    fs::rename(victim, stage.root() / "away");
    fs::create_symlink(outside, victim);
  });
  EXPECT_EQ(owner(outside), 0U);
}

TEST_F(Files, DirectorySwappedForALinkIsNotFollowed) {
  const fs::path outside = file("outside/file");
  file("data/victim/file");
  run_racing("victim", [&] {
    fs::rename(stage.data() / "victim", stage.root() / "away");
    fs::create_symlink(outside.parent_path(), stage.data() / "victim");
  });
  EXPECT_EQ(owner(outside), 0U);
  EXPECT_EQ(owner(outside.parent_path()), 0U);
}

TEST_F(Files, FileThatVanishesIsNoTrouble) {
  const fs::path victim = file("data/victim");
  run_racing("victim", [&] { fs::remove(victim); });
}

TEST_F(Files, OtherFileSystemsAreNotEntered) {
  fs::create_directories(stage.data() / "mounted");
  Launch start = stage.launch("say up; wait");
  const fs::path inner = stage.data() / "mounted";
  start.prepare.emplace_back([inner] {
    must(mount("none", inner.c_str(), "tmpfs", 0, "mode=755"), "mount tmpfs");
    write_file(inner / "file", "text\n");
  });
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up") << supervisor.err();
  const std::string seen = "/proc/" + std::to_string(supervisor.pid()) + "/root" + inner.string();
  EXPECT_EQ(owner(seen), 0U);
  EXPECT_EQ(owner(seen + "/file"), 0U);
}

TEST_F(Files, OwnersAreLeftAloneWhenAsked) {
  const fs::path path = file("data/dump.rdb");
  fs::permissions(stage.data(), fs::perms(0777));
  Launch start = stage.launch("exit 0");
  start.env.emplace_back("SKIP_FIX_PERMS=1");
  run(start);
  EXPECT_EQ(owner(path), 0U);
  EXPECT_EQ(owner(stage.data()), 0U);
}

TEST_F(Files, OwnersAreLeftAloneByRootThatStaysRoot) {
  const fs::path path = file("data/dump.rdb");
  Launch start = stage.launch("exit 0");
  start.env.emplace_back("SKIP_DROP_PRIVS=1");
  run(start);
  EXPECT_EQ(owner(path), 0U);
}

TEST_F(Files, OddEntriesAreNoTrouble) {
  must(mkfifo((stage.data() / "fifo").c_str(), 0600), "mkfifo");
  must(mknod((stage.data() / "null").c_str(), S_IFCHR | 0600, 0x103), "mknod");
  fs::create_directory(stage.data() / "closed");
  fs::permissions(stage.data() / "closed", fs::perms(0));
  file("data/line\nend");
  run();
  EXPECT_EQ(owner(stage.data() / "closed"), redis_uid);
}

/// File systems that others serve refuse what a local one does.
class Refusals : public Files {
 protected:
  /// Starts a server where directories cannot be synced; returns the log.
  std::string run_without_directory_sync(int error, int status) {
    Gate gate({SYS_fsync});
    Launch start = stage.launch("exit 0");
    start.prepare.push_back(gate.close());
    Process supervisor(start);
    while (!readable(supervisor.pidfd(), Clock::now())) {
      const auto held = gate.next(within(std::chrono::milliseconds(10)));
      if (!held) {
        continue;
      }
      const std::string fd =
          "/proc/" + std::to_string(held->pid) + "/fd/" + std::to_string(held->argument[0]);
      if (fs::is_directory(fd)) {
        gate.refuse(*held, error);
      } else {
        gate.release(*held);
      }
    }
    EXPECT_EQ(supervisor.wait(), exited(status)) << supervisor.err();
    return supervisor.err();
  }
};

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_F(Refusals, DirectoriesThatCannotBeSyncedAreToldOnce) {
  for (const int error : {EINVAL, EBADF, ENOSYS, EOPNOTSUPP, EACCES, EPERM}) {
    fs::remove(stage.data() / "redis.conf");
    const std::string log = run_without_directory_sync(error, 0);
    EXPECT_TRUE(fs::exists(stage.data() / "redis.conf")) << strerror(error);
    EXPECT_EQ(count_of(log, "cannot be synced"), 1U) << strerror(error) << log;
  }
}

TEST_F(Refusals, ADiskThatFailsIsNoFileSystemThatRefuses) {
  for (const int error : {EIO, ENOSPC, EDQUOT}) {
    fs::remove(stage.data() / "redis.conf");
    const std::string log = run_without_directory_sync(error, 78);
    EXPECT_EQ(count_of(log, "cannot sync the directory of"), 1U) << strerror(error) << log;
  }
}

TEST_F(Refusals, WithoutHardLinksAnRdbIsCopied) {
  const std::string rdb = "REDIS0009\xFE" + std::string("\0\xFB\1\0\0\1a\1b\xFF", 10) + "checksum";
  for (const int error : {EACCES, EPERM, EINVAL, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV, EIO}) {
    const fs::path aof = stage.data() / "appendonly.aof";
    fs::remove(aof);
    write_file(stage.data() / "dump.rdb", rdb);
    Launch start = stage.launch("say up; wait");
    start.env.emplace_back("REDIS_SERVER_ARGS=--appendonly yes");
    start.prepare.push_back(failing({SYS_link, SYS_linkat}, error));
    Process supervisor(start);
    ASSERT_EQ(stage.heard(), "up") << strerror(error) << supervisor.err();
    EXPECT_EQ(read_file(aof), rdb) << strerror(error);
    EXPECT_EQ(status_of(aof).st_nlink, 1U);
    supervisor.signal(SIGKILL);
    supervisor.wait();
  }
}

/// An RDB that was saved later than anything here.
const std::string later_rdb =
    "REDIS0009\xFA\x05"
    "ctime\xC2\xFF\xFF\xFF\x7F\xFE" +
    std::string("\0\xFB\1\0\0\1a\1b\xFF", 10) + "checksum";

class Adoption : public Files {
 protected:
  /// Ends a server with an AOF that has this status; returns what is in the volume besides the
  /// configuration, an AOF by its text.
  std::string left_after(int status) {
    Launch start = stage.launch("exit " + std::to_string(status));
    start.env.emplace_back("REDIS_SERVER_ARGS=--appendonly yes");
    Process supervisor(start);
    EXPECT_EQ(supervisor.wait(), exited(status)) << supervisor.err();
    std::string left;
    for (const auto& entry : fs::recursive_directory_iterator(stage.data())) {
      const std::string name = entry.path().filename();
      if (name == "appendonly.aof") {
        const bool aside = entry.path().parent_path() != stage.data();
        left += (aside ? "aside " : "aof ") +
                std::string(read_file(entry.path()) == later_rdb ? "rdb" : "old") + ";";
      } else if (name.starts_with("aside-")) {
        left = "folder;" + left;
      }
    }
    return left;
  }
};

TEST_F(Adoption, LeavesNoTraceWhereTheServerFails) {
  write_file(stage.data() / "dump.rdb", later_rdb);
  EXPECT_EQ(left_after(2), "");
  EXPECT_EQ(left_after(0), "aof rdb;");
}

TEST_F(Adoption, OverAnOlderAofLeavesNoTraceWhereTheServerFails) {
  write_file(stage.data() / "dump.rdb", later_rdb);
  write_file(stage.data() / "appendonly.aof", "*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(left_after(2), "aof old;");
  const std::string left = left_after(0);
  EXPECT_TRUE(left == "folder;aof rdb;aside old;" || left == "folder;aside old;aof rdb;") << left;
}

}  // namespace
}  // namespace dkr::test
