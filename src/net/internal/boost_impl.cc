// The non-template parts of Asio and Beast, compiled here once for all sources of this module.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
