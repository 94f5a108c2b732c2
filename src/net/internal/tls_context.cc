// The TLS contexts of servers and clients.
#include <boost/asio/ssl/context.hpp>

#include "net/internal/socket_stream.h"

namespace plaza::net {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

base::Error FileError(const std::string& what, const std::string& file, const error_code& error,
                      const std::string& field = "") {
  return base::InvalidArgument(field, what + " " + file + ": " + error.message());
}

TlsContext NewContext() {
  auto context = std::make_shared<ssl::context>(ssl::context::tls);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

}  // namespace

base::Result<TlsContext> MakeServerTls(const TlsFiles& files) {
  TlsContext context = NewContext();
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return FileError("TLS certificate", files.certificate, error, "certificate");
  context->use_private_key_file(files.key, ssl::context::pem, error);
  if (error) return FileError("TLS key", files.key, error, "key");
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return base::InvalidArgument(
        "key", "TLS key " + files.key + " does not belong to " + files.certificate);
  return context;
}

base::Result<TlsContext> MakeClientTls(const TlsTrust& trust) {
  TlsContext context = NewContext();
  error_code error;
  if (!trust.ca_file.empty()) {
    context->load_verify_file(trust.ca_file, error);
  } else {
    context->set_default_verify_paths(error);
  }
  if (error) return FileError("TLS authorities", trust.ca_file, error);
  return context;
}

}  // namespace plaza::net
