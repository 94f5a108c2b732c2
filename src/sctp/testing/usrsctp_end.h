// The other end as usrsctp makes it: the library that browsers' data channels began with. It keeps
// state for the whole process and has timers of its own, which Tick() drives.
#pragma once

#include <usrsctp.h>

#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace plaza::sctp::testing {

class UsrsctpEnd {
 public:
  struct Received {
    uint16_t stream = 0;
    uint32_t ppid = 0;
    bool unordered = false;
    std::string text;
  };

  UsrsctpEnd() {
    static const bool once = [] {
      usrsctp_init_nothreads(0, &UsrsctpEnd::OnOutput, nullptr);
      usrsctp_sysctl_set_sctp_ecn_enable(0);
      usrsctp_sysctl_set_sctp_asconf_enable(0);
      usrsctp_sysctl_set_sctp_auth_enable(0);
      usrsctp_sysctl_set_sctp_sendspace(1024 * 1024);
      return true;
    }();
    (void)once;
    Ends()[address_] = this;
    usrsctp_register_address(address_);
  }
  ~UsrsctpEnd() {
    if (association_) usrsctp_close(association_);
    if (listener_) usrsctp_close(listener_);
    usrsctp_deregister_address(address_);
    Ends().erase(address_);
  }
  UsrsctpEnd(const UsrsctpEnd&) = delete;
  UsrsctpEnd& operator=(const UsrsctpEnd&) = delete;

  void Connect() {
    association_ = NewSocket();
    sockaddr_conn to = Address();
    usrsctp_connect(association_, reinterpret_cast<sockaddr*>(&to), sizeof(to));
  }
  void Listen() {
    listener_ = NewSocket();
    usrsctp_listen(listener_, 1);
  }

  void Receive(base::ByteView packet) {
    usrsctp_conninput(address_, packet.data(), packet.size(), 0);
    if (listener_ && !association_) association_ = usrsctp_accept(listener_, nullptr, nullptr);
  }
  static void Tick(uint32_t milliseconds) { usrsctp_handle_timers(milliseconds); }

  /// Gives whether usrsctp took it.
  bool Send(uint16_t stream, uint32_t ppid, base::ByteView message, bool unordered = false,
            std::optional<uint32_t> max_retransmits = {}) {
    sctp_sendv_spa how{};
    how.sendv_flags = SCTP_SEND_SNDINFO_VALID;
    how.sendv_sndinfo.snd_sid = stream;
    how.sendv_sndinfo.snd_ppid = htonl(ppid);
    how.sendv_sndinfo.snd_flags =
        static_cast<uint16_t>(SCTP_EOR | (unordered ? SCTP_UNORDERED : 0));
    if (max_retransmits) {
      how.sendv_flags |= SCTP_SEND_PRINFO_VALID;
      how.sendv_prinfo.pr_policy = SCTP_PR_SCTP_RTX;
      how.sendv_prinfo.pr_value = *max_retransmits;
    }
    return usrsctp_sendv(association_, message.data(), message.size(), nullptr, 0, &how,
                         sizeof(how), SCTP_SENDV_SPA, 0) == static_cast<ssize_t>(message.size());
  }
  void ResetStream(uint16_t stream) {
    std::vector<uint8_t> room(sizeof(sctp_reset_streams) + sizeof(uint16_t));
    auto* request = reinterpret_cast<sctp_reset_streams*>(room.data());
    request->srs_flags = SCTP_STREAM_RESET_OUTGOING;
    request->srs_number_streams = 1;
    request->srs_stream_list[0] = stream;
    usrsctp_setsockopt(association_, IPPROTO_SCTP, SCTP_RESET_STREAMS, request,
                       static_cast<socklen_t>(room.size()));
  }
  void Shutdown() { usrsctp_shutdown(association_, SHUT_RDWR); }

  bool up = false;
  bool down = false;
  std::deque<base::Bytes> packets;  ///< that wait to be carried
  std::vector<Received> received;
  std::vector<uint16_t> incoming_resets;
  std::vector<uint16_t> outgoing_resets;

 private:
  // usrsctp may remember an address longer than we do, so none comes twice.
  static std::map<void*, UsrsctpEnd*>& Ends() {
    static std::map<void*, UsrsctpEnd*> ends;
    return ends;
  }
  static void* NextAddress() {
    static uintptr_t last = 0;
    return reinterpret_cast<void*>(++last);  // NOLINT: a name, not a place
  }

  sockaddr_conn Address() {
    sockaddr_conn address{};
    address.sconn_family = AF_CONN;
    address.sconn_port = htons(5000);
    address.sconn_addr = address_;
    return address;
  }

  struct socket* NewSocket() {
    struct socket* s = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, &UsrsctpEnd::OnReceived,
                                      nullptr, 0, this);
    usrsctp_set_non_blocking(s, 1);
    const auto set = [&](int option, const auto& value) {
      usrsctp_setsockopt(s, IPPROTO_SCTP, option, &value, sizeof(value));
    };
    const linger abort_on_close{1, 0};
    usrsctp_setsockopt(s, SOL_SOCKET, SO_LINGER, &abort_on_close, sizeof(abort_on_close));
    sctp_initmsg streams{};
    streams.sinit_num_ostreams = 256;
    streams.sinit_max_instreams = 256;
    set(SCTP_INITMSG, streams);
    sctp_assoc_value resets{};
    resets.assoc_id = SCTP_ALL_ASSOC;
    resets.assoc_value = 1;
    set(SCTP_ENABLE_STREAM_RESET, resets);
    set(SCTP_NODELAY, uint32_t{1});
    sctp_paddrparams path{};
    path.spp_address.ss_family = AF_CONN;
    path.spp_flags = SPP_PMTUD_DISABLE;
    path.spp_pathmtu = 1160;
    set(SCTP_PEER_ADDR_PARAMS, path);
    for (const uint16_t type : {SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT}) {
      sctp_event event{};
      event.se_assoc_id = SCTP_ALL_ASSOC;
      event.se_type = type;
      event.se_on = 1;
      set(SCTP_EVENT, event);
    }
    sockaddr_conn own = Address();
    usrsctp_bind(s, reinterpret_cast<sockaddr*>(&own), sizeof(own));
    return s;
  }

  static int OnOutput(void* address, void* data, size_t size, uint8_t, uint8_t) {
    const auto* bytes = static_cast<const uint8_t*>(data);
    const auto end = Ends().find(address);
    if (end != Ends().end()) end->second->packets.emplace_back(bytes, bytes + size);
    return 0;
  }

  static int OnReceived(struct socket*, union sctp_sockstore, void* data, size_t size,
                        sctp_rcvinfo information, int flags, void* self) {
    if (!data) return 1;
    auto& end = *static_cast<UsrsctpEnd*>(self);
    if ((flags & MSG_NOTIFICATION) != 0) {
      end.OnNotification(static_cast<const sctp_notification*>(data));
    } else {
      std::string& partial = end.partial_[information.rcv_sid];
      partial.append(static_cast<const char*>(data), size);
      if ((flags & MSG_EOR) != 0) {
        end.received.push_back({information.rcv_sid, ntohl(information.rcv_ppid),
                                (information.rcv_flags & SCTP_UNORDERED) != 0,
                                std::exchange(partial, {})});
      }
    }
    std::free(data);
    return 1;
  }

  void OnNotification(const sctp_notification* notification) {
    if (notification->sn_header.sn_type == SCTP_ASSOC_CHANGE) {
      (notification->sn_assoc_change.sac_state == SCTP_COMM_UP ? up : down) = true;
    } else if (notification->sn_header.sn_type == SCTP_STREAM_RESET_EVENT) {
      const auto& event = notification->sn_strreset_event;
      const size_t count = (event.strreset_length - sizeof(event)) / sizeof(uint16_t);
      auto& list = (event.strreset_flags & SCTP_STREAM_RESET_INCOMING_SSN) != 0 ? incoming_resets
                                                                                : outgoing_resets;
      list.insert(list.end(), event.strreset_stream_list, event.strreset_stream_list + count);
    }
  }

  void* const address_ = NextAddress();
  struct socket* association_ = nullptr;
  struct socket* listener_ = nullptr;
  std::map<uint16_t, std::string> partial_;
};

}  // namespace plaza::sctp::testing
