// What an established association is made of.
#pragma once

#include "sctp/internal/association.h"
#include "sctp/internal/data_receiver.h"
#include "sctp/internal/data_sender.h"
#include "sctp/internal/heartbeat.h"
#include "sctp/internal/stream_reset.h"

namespace plaza::sctp::internal {

struct Association::Transfer {
  Transfer(Association& self, size_t max_chunk, base::Time now)
      : sender({self.local_initial_tsn_, self.remote_.window, self.remote_.forward_tsn, max_chunk},
               self.queue_, timeout, health),
        receiver(self.remote_.initial_tsn, self.options_.max_message_size,
                 self.options_.receive_buffer),
        reset(self.local_initial_tsn_, self.remote_.initial_tsn, sender, receiver, self.queue_,
              timeout, health, self),
        heartbeat(self.random_, timeout, health, now) {}

  RetransmissionTimeout timeout;
  PathHealth health;
  DataSender sender;
  DataReceiver receiver;
  StreamReset reset;
  Heartbeat heartbeat;
};

}  // namespace plaza::sctp::internal
