#include "dkr/core/health/http.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dkr {
namespace {

struct Row {
  std::string bytes;
  int status;  ///< 0: it is read, or is not whole yet
  std::string method;
  std::string path;
  std::string query;
  bool keep = true;
};

TEST(Http, ReadsWhatIsARequestAndRefusesTheRest) {
  const std::string end = "\r\n\r\n";
  const std::vector<Row> rows{
      {"GET /readyz HTTP/1.1\r\nHost: x" + end, 0, "GET", "/readyz", ""},
      {"GET /readyz HTTP/1.1\nHost: x\n\n", 0, "GET", "/readyz", ""},
      {"\r\nGET / HTTP/1.1" + end, 0, "GET", "/", ""},
      {"HEAD /replica?lag=1mb&x HTTP/1.1" + end, 0, "HEAD", "/replica", "lag=1mb&x"},
      {"GET http://host:80/livez?a HTTP/1.1" + end, 0, "GET", "/livez", "a"},
      {"GET http://host HTTP/1.1" + end, 0, "GET", "/", ""},
      {"DELETE / HTTP/1.1" + end, 0, "DELETE", "/", ""},
      {"GET / HTTP/1.0" + end, 0, "GET", "/", "", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive" + end, 0, "GET", "/", ""},
      {"GET / HTTP/1.1\r\nConnection: x, Close" + end, 0, "GET", "/", "", false},
      {"GET / HTTP/1.1\r\nContent-Length: 0" + end, 0, "GET", "/", ""},
      {"GET / HTTP/1.1\r\ncontent-length: 1" + end, 413, "", "", ""},
      {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked" + end, 413, "", "", ""},
      {"GET / HTTP/2.0" + end, 505, "", "", ""},
      {"GET / RTSP/1.0" + end, 400, "", "", ""},
      {"GET /" + end, 400, "", "", ""},
      {"GET" + end, 400, "", "", ""},
      {"GET  / HTTP/1.1" + end, 400, "", "", ""},
      {"GET /a b HTTP/1.1" + end, 400, "", "", ""},
      {"GET readyz HTTP/1.1" + end, 400, "", "", ""},
      {"G(T / HTTP/1.1" + end, 400, "", "", ""},
      {"GET / HTTP/1.1\r\nno colon" + end, 400, "", "", ""},
      {"GET / HTTP/1.1\r\nname : x" + end, 400, "", "", ""},
      {"GET / HTTP/1.1\r\nA: x\r\n folded" + end, 400, "", "", ""},
      {"GET / HTTP/1.1\r\nA: x\ry" + end, 400, "", "", ""},
      {std::string("GET / HTTP/1.1\r\nA: \0", 20) + end, 400, "", "", ""},
      {"*1\r\n$4\r\nPING\r\n\r\n", 400, "", "", ""},
      {std::string(longest_http_request, 'x'), 431, "", "", ""},
      {std::string(longest_http_request, '\n'), 400, "", "", ""},
  };
  for (const Row& row : rows) {
    const HttpRead read = read_http(row.bytes);
    EXPECT_EQ(read.status, row.status) << row.bytes;
    EXPECT_EQ(read.length, row.status == 0 ? row.bytes.size() : 0) << row.bytes;
    if (row.status == 0) {
      EXPECT_EQ(read.request.method, row.method) << row.bytes;
      EXPECT_EQ(read.request.path, row.path) << row.bytes;
      EXPECT_EQ(read.request.query, row.query) << row.bytes;
      EXPECT_EQ(read.request.keep, row.keep) << row.bytes;
    }
  }
}

TEST(Http, WaitsForWhatIsNotWholeAndLeavesWhatFollows) {
  const std::string one = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t length = 0; length < one.size(); ++length) {
    const HttpRead read = read_http(one.substr(0, length));
    EXPECT_EQ(read.status, 0) << length;
    EXPECT_EQ(read.length, 0U) << length;
  }
  EXPECT_EQ(read_http(one + "GET /").length, one.size());
}

TEST(Http, AnswersWithTheLengthOfTheText) {
  EXPECT_EQ(to_bytes({200, "yes\n"}, false, true),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n"
            "Connection: keep-alive\r\nCache-Control: no-store\r\n\r\nyes\n");
  const std::string head = to_bytes({405, "no\n"}, true, false);
  EXPECT_NE(head.find("405 Method Not Allowed\r\n"), std::string::npos);
  EXPECT_NE(head.find("Content-Length: 3\r\nAllow: GET, HEAD\r\nConnection: close\r\n"),
            std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(Http, FindsValuesInAQuery) {
  EXPECT_EQ(query_value("a=1&lag=10mb", "lag"), "10mb");
  EXPECT_EQ(query_value("lag=&a", "lag"), "");
  EXPECT_EQ(query_value("quorum", "quorum"), "");
  EXPECT_EQ(query_value("lagging=1&xlag=2", "lag"), std::nullopt);
  EXPECT_EQ(query_value("", "lag"), std::nullopt);
}

}  // namespace
}  // namespace dkr
