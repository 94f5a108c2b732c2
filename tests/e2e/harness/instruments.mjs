// What runs inside a test's page before the SDK is loaded: it notes what goes over WebSockets and peer connections.
// The function is sent to the page as text, so it uses nothing from outside.

/** `mediaAddress`: where this page finds the server's media instead of at the announced address (a relay's). */
export function instrument({ mediaAddress = null } = {}) {
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      this.iceRestarts = 0;
      window.connections.push(this);
    }

    createOffer(options) {
      if (options?.iceRestart) this.iceRestarts++;
      return super.createOffer(options);
    }

    setRemoteDescription({ type, sdp }) {
      const candidate = /^(a=candidate:\S+ \d+ \S+ \d+ )\S+/gm;
      return super.setRemoteDescription({ type, sdp: mediaAddress ? sdp.replace(candidate, `$1${mediaAddress}`) : sdp });
    }
  };

  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      const note = { at: Date.now(), received: [], closed: null };
      window.sockets.push(note);
      this.addEventListener('message', ({ data }) => note.received.push(JSON.parse(data).type));
      this.addEventListener('close', ({ code }) => (note.closed = { code, at: Date.now() }));
    }
  };
}
