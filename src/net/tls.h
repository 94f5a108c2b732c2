// Settings of TLS for servers and clients; certificates are PEM files.
#pragma once

#include <string>

namespace plaza::net {

/// A server's certificate chain and its private key.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

/// Whom a client trusts.
struct TlsTrust {
  /// PEM file of trusted authorities; empty: those of the system.
  std::string ca_file;
  /// Off only for tests and for servers with a certificate of their own.
  bool verify = true;
};

}  // namespace plaza::net
