// `plaza relay` in front of a server: a bad network that a test can change.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PLAZA, freeTcpPort } from './server.mjs';

export class Relay {
  /** Relays 127.0.0.1:port of its own to the server's HTTP port; `udp` and `tcp` also relay the media ports, on `mediaAddress`. */
  static async start(server, { udp = false, tcp = false, workers = 2 } = {}) {
    const relay = new Relay();
    relay.port = await freeTcpPort();
    relay.mediaAddress = '127.0.0.2';
    relay.url = `http://127.0.0.1:${relay.port}`;
    const words = ['relay', '--tcp', `127.0.0.1:${relay.port}=127.0.0.1:${server.httpPort}`];
    for (let i = 0; i < workers; ++i) {
      const pair = `${relay.mediaAddress}:${server.rtcPort + i}=127.0.0.1:${server.rtcPort + i}`;
      if (udp) words.push('--udp', pair);
      if (tcp) words.push('--tcp', pair);
    }
    relay.process = spawn(PLAZA, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    relay.exited = new Promise((resolve) => relay.process.once('exit', resolve));
    relay.lines = createInterface({ input: relay.process.stdout })[Symbol.asyncIterator]();
    const first = await relay.lines.next();
    if (first.value !== 'ready') throw new Error('the relay did not start');
    return relay;
  }

  /** Sends one command ("stall tcp", "heal", "both loss=0.1") and waits until it is obeyed. */
  async tell(command) {
    this.process.stdin.write(`${command}\n`);
    const { value } = await this.lines.next();
    if (value !== 'ok') throw new Error(`relay: ${command}: ${value}`);
  }

  close() {
    this.process.stdin.end();
    return this.exited;
  }
}
