#include "wire/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

#include "support/deadline.hpp"

namespace dkr::test {
namespace {

/// A TCP socket bound to a loopback port that the kernel chose.
Fd bound_socket(std::uint16_t& port) {
  Fd bound(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(bound.get(), generic, size), 0);
  EXPECT_EQ(::getsockname(bound.get(), generic, &size), 0);
  port = ntohs(address.sin_port);
  return bound;
}

bool accepts(std::uint16_t port) {
  const Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(probe.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

std::uint16_t free_port() {
  std::uint16_t port = 0;
  bound_socket(port);
  return port;
}

RedisServer::RedisServer(const std::vector<std::string>& arguments, bool tls) {
  Launch launch;
  launch.argv = {"/usr/bin/redis-server", "--dir", dir_.path(), "--save", ""};
  const std::string port = std::to_string(port_);
  for (const std::string& word : {std::string("--port"), tls ? "0" : port}) {
    launch.argv.push_back(word);
  }
  if (tls) {
    launch.argv.insert(launch.argv.end(), {"--tls-port", port});
  }
  launch.argv.insert(launch.argv.end(), arguments.begin(), arguments.end());
  process_.emplace(launch);
  EXPECT_TRUE(wait_until([this] { return accepts(port_); })) << process_->out();
}

SentinelServer::SentinelServer(const std::string& configuration) {
  write_file(file(), "port " + std::to_string(port_) + "\n" + configuration);
  start();
}

std::string SentinelServer::configuration() const {
  return read_file(file());
}

void SentinelServer::start() {
  Launch launch;
  launch.argv = {"/usr/bin/redis-server", file(), "--sentinel"};
  process_.emplace(launch);
  EXPECT_TRUE(wait_until([this] { return accepts(port_); })) << process_->out();
}

Certificates::Certificates() {
  const std::string dir = dir_.path();
  const std::string command =
      "cd " + dir +
      " && exec >log 2>&1 && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority "
      "-keyout ca.key -out ca.crt && openssl req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 "
      "-keyout "
      "node.key -out node.csr && openssl x509 -req -in node.csr -CA ca.crt -CAkey ca.key "
      "-CAcreateserial -days 2 -out node.crt";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_file(dir_.path() / "log");
}

TlsFiles Certificates::files() const {
  return {dir_.path() / "node.crt", dir_.path() / "node.key", dir_.path() / "ca.crt"};
}

std::vector<std::string> Certificates::server_arguments() const {
  const TlsFiles all = files();
  return {"--tls-cert-file", all.certificate,      "--tls-key-file",
          all.key,           "--tls-ca-cert-file", all.authority};
}

Listener::Listener() : socket_(bound_socket(port_)) {
  EXPECT_EQ(::listen(socket_.get(), 8), 0);
}

Fd Listener::accept() const {
  EXPECT_TRUE(readable(socket_.get()));
  return Fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace dkr::test
