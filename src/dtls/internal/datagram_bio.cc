// OpenSSL's way to the outside: one datagram in, records out, nothing buffered in between.
#include "dtls/internal/datagram_bio.h"

#include <openssl/bio.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace plaza::dtls {
namespace {

DatagramPort* PortOf(BIO* bio) { return static_cast<DatagramPort*>(BIO_get_data(bio)); }

int Read(BIO* bio, char* out, int capacity) {
  BIO_clear_retry_flags(bio);
  DatagramPort* port = PortOf(bio);
  if (port->input.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  // As with a socket, what does not fit is cut off.
  const size_t size = std::min(port->input.size(), static_cast<size_t>(std::max(capacity, 0)));
  std::memcpy(out, port->input.data(), size);
  port->input = {};
  return static_cast<int>(size);
}

int Write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  base::Bytes& output = PortOf(bio)->output;
  if (size > 0 && output.size() + static_cast<size_t>(size) <= kMaxPendingOutput) {
    output.insert(output.end(), bytes, bytes + size);
  }
  return size;
}

long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* MakeMethod() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "plaza datagrams");
  if (!method) return nullptr;
  BIO_meth_set_read(method, &Read);
  BIO_meth_set_write(method, &Write);
  BIO_meth_set_ctrl(method, &Control);
  return method;
}

}  // namespace

BIO* NewDatagramBio(DatagramPort* port) {
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method(MakeMethod(),
                                                                            &BIO_meth_free);
  BIO* bio = method ? BIO_new(method.get()) : nullptr;
  if (!bio) return nullptr;
  BIO_set_data(bio, port);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace plaza::dtls
