/* http_peer PORT: a fixed text from libevent's own HTTP server. */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <stdlib.h>

static void answer(struct evhttp_request* request, void* nothing) {
  (void)nothing;
  struct evbuffer* text = evbuffer_new();
  evbuffer_add(text, "ready\n", 6);
  evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", "text/plain");
  evhttp_send_reply(request, HTTP_OK, "OK", text);
  evbuffer_free(text);
}

int main(int argc, char** argv) {
  struct event_base* base = event_base_new();
  struct evhttp* server = evhttp_new(base);
  evhttp_set_gencb(server, answer, 0);
  if (evhttp_bind_socket(server, "0.0.0.0", argc > 1 ? (unsigned short)atoi(argv[1]) : 0) != 0) {
    return 1;
  }
  return event_base_dispatch(base);
}
