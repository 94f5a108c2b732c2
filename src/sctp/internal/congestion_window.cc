#include "sctp/internal/congestion_window.h"

#include <algorithm>

namespace plaza::sctp::internal {

void CongestionWindow::OnAcknowledged(size_t acknowledged, size_t flight) {
  // A window that was not used says nothing about the path.
  const bool used = flight + packet_ > window_;
  if (window_ <= threshold_) {
    if (used) window_ += std::min(acknowledged, packet_);
    return;
  }
  partial_ += acknowledged;
  if (partial_ < window_) return;
  if (used) {
    partial_ -= window_;
    window_ += packet_;
  } else {
    partial_ = window_;
  }
}

void CongestionWindow::OnLoss() {
  threshold_ = std::max(window_ / 2, kMinWindowPackets * packet_);
  window_ = threshold_;
  partial_ = 0;
}

void CongestionWindow::OnTimeout() {
  threshold_ = std::max(window_ / 2, kMinWindowPackets * packet_);
  window_ = packet_;
  partial_ = 0;
}

}  // namespace plaza::sctp::internal
