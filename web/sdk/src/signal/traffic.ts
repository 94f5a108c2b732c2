// How many bytes signalling takes.

import type { Socket } from './channel';

export interface Traffic {
  sent: number;
  received: number;
}

/** A WebSocket whose frames count in `traffic`. They are ASCII for the most part: a character is a byte. */
export function countedSocket(url: string, traffic: Traffic): Socket {
  const socket = new WebSocket(url);
  const length = (data: unknown) => (typeof data === 'string' ? data.length : 0);
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    traffic.sent += length(data);
    send(data);
  };
  socket.addEventListener('message', ({ data }) => (traffic.received += length(data)));
  return socket as unknown as Socket;
}
