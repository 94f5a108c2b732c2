// webrtc_peer, GStreamer's webrtcbin, as a WHIP or WHEP client.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PLAZA } from './server.mjs';

export class GstreamerPeer {
  /** Posts webrtc_peer's offer to `path`, and carries the answer back. `mode`: publish or play; `codec`: VP8 or H264. */
  static async start(server, path, token, mode, codec) {
    const peer = new GstreamerPeer();
    peer.server = server;
    peer.counts = { video: 0, audio: 0, width: 0 };
    peer.process = spawn(join(dirname(PLAZA), 'webrtc_peer'), [mode, codec], { stdio: ['pipe', 'pipe', 'pipe'] });
    peer.exited = new Promise((resolve) => peer.process.once('exit', resolve));
    peer.log = '';
    peer.process.stderr.on('data', (data) => (peer.log += data));
    const offer = await peer.offer();
    const response = await fetch(server.url + path, { method: 'POST', body: offer, headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` } });
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${answer}\n${offer}`);
    peer.location = response.headers.get('Location');
    peer.process.stdin.write(`${answer.replaceAll('\r', '')}.\n`);
    return peer;
  }

  offer() {
    return new Promise((resolve, reject) => {
      let offer = '';
      this.exited.then((code) => reject(new Error(`webrtc_peer ended with ${code}: ${this.log}`)));
      createInterface({ input: this.process.stdout }).on('line', (line) => {
        if (line.startsWith('{')) this.counts = JSON.parse(line);
        else if (line === '.') resolve(offer);
        else offer += `${line.trimEnd()}\r\n`;
      });
    });
  }

  async close() {
    this.process.stdin.end();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 5000);
    await this.exited;
    clearTimeout(timer);
  }
}
