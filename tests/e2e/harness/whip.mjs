// A page that speaks WHIP or WHEP with nothing but fetch and RTCPeerConnection.
import { PATTERNS, camera, tone } from './sources.mjs';
import { eventually, launch } from './browser.mjs';

export class WhipPage {
  /** Opens a browser whose camera and microphone send pattern and tone `index`. */
  static async open(server, index) {
    const page = new WhipPage();
    page.server = server;
    page.browser = await launch({ video: camera(index), audio: tone(index) });
    page.page = await page.browser.newPage(`${server.url}/healthz`);
    return page;
  }

  /** POSTs an offer of `kinds` to `path`; resolves with status, headers and, if it was taken, plays or publishes. */
  start(path, token, { egress = false, kinds = ['audio', 'video'], simulcast = false } = {}) {
    return this.page.evaluate(async ({ url, token, egress, kinds, simulcast }) => {
      const connection = (window.connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' }));
      const stream = egress ? new MediaStream() : await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
      connection.ontrack = ({ track }) => stream.addTrack(track);
      for (const kind of kinds) {
        const source = egress ? kind : stream.getTracks().find((track) => track.kind === kind);
        const encodings = simulcast && kind === 'video' ? [{ rid: 'q', scaleResolutionDownBy: 4 }, { rid: 'h', scaleResolutionDownBy: 2 }, { rid: 'f' }] : undefined;
        connection.addTransceiver(source, { direction: egress ? 'recvonly' : 'sendonly', streams: egress ? [] : [stream], ...(encodings && { sendEncodings: encodings }) });
      }
      await connection.setLocalDescription();
      const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp', ...(token && { Authorization: `Bearer ${token}` }) }, body: connection.localDescription.sdp });
      const answer = { status: response.status, location: response.headers.get('Location'), etag: response.headers.get('ETag'), link: response.headers.get('Link'), body: await response.text() };
      if (response.status === 201) {
        await connection.setRemoteDescription({ type: 'answer', sdp: answer.body });
        const video = document.createElement('video');
        Object.assign(video, { srcObject: stream, muted: true, autoplay: true });
        document.body.replaceChildren(video);
      }
      return answer;
    }, { url: this.server.url + path, token, egress, kinds, simulcast });
  }

  /** {frames, width, height, rgb} of what is played. */
  picture() {
    return this.page.evaluate(() => {
      const video = document.querySelector('video');
      if (!video || video.readyState < 2 || video.videoWidth === 0) return null;
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 8;
      const context = canvas.getContext('2d');
      context.drawImage(video, video.videoWidth / 2 - 16, video.videoHeight / 2 - 16, 32, 32, 0, 0, 8, 8);
      const [r, g, b] = context.getImageData(4, 4, 1, 1).data;
      return { frames: video.getVideoPlaybackQuality().totalVideoFrames, width: video.videoWidth, height: video.videoHeight, rgb: [r, g, b] };
    });
  }

  /** Resolves when ten more frames came and show pattern `index`. */
  sees(index, limit = 20_000) {
    let first;
    return eventually(`a player sees pattern ${index}`, async () => {
      const picture = await this.picture();
      first ??= picture?.frames;
      return picture && picture.frames - first >= 10 && picture.rgb.every((c, i) => Math.abs(c - PATTERNS[index].rgb[i]) < 70) && picture;
    }, limit);
  }

  /** Restarts ICE by PATCH; resolves with status and the new tag, once the connection is connected under new credentials. */
  restartIce(location) {
    return this.page.evaluate(async (url) => {
      const { connection } = window;
      const before = connection.remoteDescription.sdp.match(/a=ice-ufrag:(.*)/)[1].trim();
      await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
      const local = connection.localDescription.sdp;
      const line = (pattern) => local.match(pattern)[0];
      const fragment = [line(/a=ice-ufrag:.*/), line(/a=ice-pwd:.*/), 'm=audio 9 UDP/TLS/RTP/SAVPF 0', line(/a=mid:.*/), ''].map((text) => text.trim()).join('\r\n');
      const response = await fetch(url, { method: 'PATCH', headers: { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '"*"' }, body: fragment });
      const body = await response.text();
      if (response.status !== 200) return { status: response.status, body };
      const ufrag = body.match(/a=ice-ufrag:(.*)/)[1].trim();
      const pwd = body.match(/a=ice-pwd:(.*)/)[1].trim();
      const answer = connection.remoteDescription?.sdp ?? connection.currentRemoteDescription.sdp;
      await connection.setRemoteDescription({ type: 'answer', sdp: answer.replaceAll(/a=ice-ufrag:.*/g, `a=ice-ufrag:${ufrag}`).replaceAll(/a=ice-pwd:.*/g, `a=ice-pwd:${pwd}`) });
      return { status: 200, etag: response.headers.get('ETag'), type: response.headers.get('Content-Type'), changed: ufrag !== before };
    }, this.server.url + location);
  }

  connectionState() {
    return this.page.evaluate(() => window.connection.connectionState);
  }

  close() {
    return this.browser.close();
  }
}
