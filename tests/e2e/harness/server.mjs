// A real `plaza serve` for one test: own data folder, free ports, stopped by id.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const PLAZA = process.env.PLAZA_BINARY ?? join(root, 'build', 'release', 'bin', 'plaza');

export function freeTcpPort(host = '127.0.0.1') {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, host, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** The first of `count` adjacent ports that are free now, for UDP and TCP. */
export async function freeMediaPorts(count, host = '127.0.0.1') {
  for (let attempt = 0; attempt < 50; ++attempt) {
    const sockets = [];
    try {
      const first = await bindUdp(host, 0, sockets);
      for (let i = 1; i < count; ++i) await bindUdp(host, first + i, sockets);
      for (let i = 0; i < count; ++i) await bindTcp(host, first + i, sockets);
      return first;
    } catch {
      // a neighbour is taken: draw again
    } finally {
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.close(resolve))));
    }
  }
  throw new Error(`no ${count} adjacent ports are free`);
}

function bindUdp(host, port, sockets) {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4').once('error', reject);
    socket.bind(port, host, () => {
      sockets.push(socket);
      resolve(socket.address().port);
    });
  });
}

function bindTcp(host, port, sockets) {
  return new Promise((resolve, reject) => {
    const listener = createServer().once('error', reject);
    listener.listen(port, host, () => {
      sockets.push(listener);
      resolve();
    });
  });
}

/** What a server starts inherits this variable, whoever becomes its parent. */
const MARK = 'PLAZA_E2E_SERVER';

/** GET on a connection of its own; `ca` is the PEM text of who may have signed the server's certificate. */
export function get(url, { ca } = {}) {
  return new Promise((resolve, reject) => {
    const call = url.startsWith('https:') ? requestTls : request;
    call(url, { ca, agent: false }, (response) => {
      const certificate = response.socket.getPeerCertificate?.();
      let text = '';
      response.setEncoding('utf8').on('data', (data) => (text += data)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text, certificate }));
    }).on('error', reject).end();
  });
}

export class Server {
  /**
   * Starts a server; `options` are further flags, `environment` further variables, `ca` the certificate (PEM) that it is
   * known by if the options make it speak TLS. Restart with `start()` keeps ports and data.
   */
  static async start(options = [], { workers = 2, host = '127.0.0.1', mediaHost = host, environment = {}, ca } = {}) {
    const server = new Server();
    Object.assign(server, { environment, ca });
    server.data = mkdtempSync(join(tmpdir(), 'plaza-e2e-'));
    server.httpPort = await freeTcpPort(host);
    server.rtcPort = await freeMediaPorts(workers, mediaHost);
    const at = (address, port) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
    server.url = `${ca ? 'https' : 'http'}://${at(host, server.httpPort)}`;
    server.arguments = ['serve', '--demo', '--data', server.data, '--http.listen', at(host, server.httpPort),
      '--rtc.listen', at(mediaHost, server.rtcPort), '--rtc.workers', String(workers), ...options];
    await server.start();
    return server;
  }

  async start() {
    this.log = '';
    this.errors = ''; // standard error alone: the log
    const env = { ...process.env, ...this.environment, [MARK]: this.data };
    this.process = spawn(PLAZA, this.arguments, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.exited = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve({ code, signal })));
    for (const stream of [this.process.stdout, this.process.stderr])
      stream.on('data', (data) => (this.log = (this.log + data).slice(-1_000_000)));
    this.process.stderr.on('data', (data) => (this.errors += data));
    await this.ready();
  }

  async ready() {
    const deadline = Date.now() + 15_000;
    let ended = false;
    this.exited.then(() => (ended = true));
    while (Date.now() < deadline && !ended) {
      try {
        if ((await get(`${this.url}/readyz`, { ca: this.ca })).status === 200) return;
      } catch {
        // not listening yet
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not get ready:\n${this.log}`);
  }

  /** Runs another plaza command on this server's data. */
  run(...words) {
    return execFileSync(PLAZA, [...words, '--data', this.data], { encoding: 'utf8' });
  }

  async userSig(userId) {
    const response = await fetch(`${this.url}/demo/usersig?userId=${encodeURIComponent(userId)}&roomId=1`);
    if (response.status !== 200) throw new Error(`usersig: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async metric(name) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Ids of the processes that belong to this server. */
  processes() {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((id) => {
      try {
        return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(`${MARK}=${this.data}`);
      } catch {
        return false; // ended meanwhile, or not ours
      }
    });
  }

  kill() {
    this.process.kill('SIGKILL');
    return this.exited;
  }

  terminate() {
    this.process.kill('SIGTERM');
    return this.exited;
  }

  async close() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 });
  }
}
