// What an operator does and sees: settings from everywhere, TLS, signals, logs, metrics, and what stops a start.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { makeCertificate } from './harness/certificate.mjs';
import { PLAZA, Server, get } from './harness/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'plaza-operations-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let server;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Runs a command to its end, for 10 s at most. */
function plaza(words, environment = {}) {
  return new Promise((resolve) => {
    execFile(PLAZA, words, { encoding: 'utf8', timeout: 10_000, env: { ...process.env, ...environment } }, (error, out, err) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, out, err }));
  });
}

/** Asserts that `plaza serve` with `words` ends with one line that names `key` and matches `rule`. */
async function refuses(words, key, rule, environment) {
  const elsewhere = { PLAZA_DATA: join(folder, 'refused'), PLAZA_HTTP_LISTEN: '127.0.0.1:0', PLAZA_RTC_LISTEN: '127.0.0.1:0' };
  const { code, err } = await plaza(['serve', ...words], { ...elsewhere, ...environment });
  assert.equal(code, 1, err);
  assert.match(err, /^plaza: [^\n]*\n$/);
  assert.ok(err.startsWith(`plaza: ${key}: `), err);
  assert.match(err, rule);
  return err;
}

const logLines = () => server.errors.trim().split('\n');
const logged = (text) => eventually(`log line "${text}"`, () => logLines().find((line) => line.includes(text)), 5000);

function config(name, values) {
  const path = join(folder, name);
  writeFileSync(path, Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join(''));
  return path;
}

test('two settings turn the listener to TLS: pages by HTTPS, signalling by WSS', { timeout: 60_000 }, async () => {
  const { certificate, key, pem } = makeCertificate(folder, 'first');
  server = await Server.start(['--http.tls_cert', certificate, '--http.tls_key', key], { ca: pem });
  const page = await get(`${server.url}/`, { ca: pem });
  assert.equal(page.status, 200);
  assert.match(page.text, /<!doctype html>/i);
  await assert.rejects(get(server.url.replace('https:', 'http:')), 'plain HTTP is not answered');
  const client = await plaza(['client', '--server', server.url, '--insecure', '--room', '1', '--user', 'alice', '--duration', '1', '--json']);
  assert.equal(client.code, 0, client.err);
  const last = JSON.parse(client.out.trim().split('\n').at(-1));
  assert.equal(last.end.reason, 'left');
  assert.ok(last.sent.video.packets > 0, 'media flowed too');
});

test('SIGHUP takes over other TLS files, and keeps the old ones if the new are no good', { timeout: 60_000 }, async () => {
  const first = makeCertificate(folder, 'first');
  const second = makeCertificate(folder, 'second');
  const use = (certificate, key) => config('tls.toml', { 'http.tls_cert': certificate, 'http.tls_key': key });
  server = await Server.start(['--config', use(first.certificate, first.key)], { ca: first.pem });
  const nameOf = async () => (await get(`${server.url}/healthz`, { ca: first.pem + second.pem })).certificate.subject.CN;
  const hangUp = () => server.process.kill('SIGHUP');
  assert.equal(await nameOf(), 'first');

  use(second.certificate, second.key);
  hangUp();
  await logged('was taken over');
  assert.equal(await nameOf(), 'second');

  const badFiles = [['http.tls_key', second.certificate, first.key, 'key values mismatch'], ['http.tls_cert', second.key, second.key, 'TLS certificate'],
    ['http.tls_cert', '/nowhere.pem', second.key, 'there is no file'], ['http.tls_cert', '', '', 'by a restart only']];
  for (const [field, certificate, key, reason] of badFiles) {
    const before = logLines().length;
    use(certificate, key);
    hangUp();
    await logged(reason);
    const lines = logLines().slice(before);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], /error +app: the configuration was not taken over/);
    assert.ok(lines[0].includes(`field=${field} `), lines[0]);
    assert.equal(await nameOf(), 'second');
  }
});

test('SIGHUP takes over the log’s level and form, and names what needs a restart', { timeout: 60_000 }, async () => {
  const file = config('reload.toml', { 'log.level': 'error' });
  server = await Server.start(['--config', file]);
  assert.equal(server.errors, '');
  config('reload.toml', { 'log.level': 'info', 'log.format': 'json', 'http.idle_seconds': 7 });
  server.process.kill('SIGHUP');
  const waiting = JSON.parse(await logged('restart'));
  assert.deepEqual([waiting.level, waiting.fields], ['warning', 'http.idle_seconds']);
  assert.equal(JSON.parse(await logged('was taken over')).level, 'info');
});

test('with log.format=json every line of the log is JSON', { timeout: 60_000 }, async () => {
  const file = config('json.toml', { 'log.format': 'json', 'log.level': 'debug' });
  server = await Server.start(['--config', file]);
  const client = await plaza(['client', '--server', server.url, '--room', '1', '--user', 'alice', '--duration', '1']);
  assert.equal(client.code, 0, client.err);
  writeFileSync(file, '"odd \\" \\n \\u0001" = 1\n');
  server.process.kill('SIGHUP');
  await logged('not taken over');
  await server.terminate();
  const lines = logLines();
  assert.ok(lines.length >= 3, server.errors);
  for (const line of lines) {
    const { time, level, module, message } = JSON.parse(line);
    assert.ok(!Number.isNaN(Date.parse(time)), line);
    assert.match(level, /^(debug|info|warning|error)$/, line);
    assert.ok(module && message, line);
  }
});

/** Samples of the Prometheus text format, by name with labels; throws on a line that is not one. */
function parseMetrics(text) {
  const types = new Map();
  const samples = new Map();
  for (const line of text.split('\n').filter(Boolean)) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/.exec(line);
    if (type) types.set(type[1], type[2]);
    if (type || /^# HELP [a-zA-Z_:][\w:]* \S/.test(line)) continue;
    const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)$/.exec(line);
    assert.ok(sample && Number.isFinite(Number(sample[3])), `not a metric: ${line}`);
    assert.ok(types.has(sample[1]), `no type before: ${line}`);
    samples.set(sample[1] + (sample[2] ?? ''), Number(sample[3]));
  }
  return { types, samples };
}

test('/metrics is Prometheus text and counts', { timeout: 60_000 }, async () => {
  server = await Server.start();
  await get(`${server.url}/nowhere/at/all`);
  const client = await plaza(['client', '--server', server.url, '--room', '1', '--user', 'alice', '--duration', '2']);
  assert.equal(client.code, 0, client.err);
  const { headers } = await get(`${server.url}/metrics`);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  const read = async () => parseMetrics((await get(`${server.url}/metrics`)).text);
  // Media threads publish theirs once a second.
  const { types, samples } = await eventually('packets counted', async () => {
    const metrics = await read();
    const packets = [...metrics.samples].filter(([name]) => name.startsWith('plaza_rtc_rtp_received')).reduce((sum, [, value]) => sum + value, 0);
    return packets > 50 && metrics;
  });
  assert.ok(samples.get('plaza_http_requests_total') > 3);
  assert.ok(samples.get('plaza_http_connections_total') > 3);
  assert.equal(samples.get('plaza_http_errors_total{status="4xx"}'), 1);
  assert.equal(samples.get('plaza_http_errors_total{status="5xx"}'), 0);
  assert.equal(samples.get('plaza_signal_joins_total{result="joined"}'), 1);
  for (const gauge of ['plaza_rooms', 'plaza_members', 'plaza_peers']) assert.ok(samples.has(gauge), gauge);
  for (const [name, type] of types) assert.equal(type === 'counter', name.endsWith('_total'), `${name} is a ${type}`);
  await eventually('no WebSocket open', async () => (await read()).samples.get('plaza_http_open_websockets') === 0);
  const requests = samples.get('plaza_http_requests_total');
  assert.ok((await read()).samples.get('plaza_http_requests_total') > requests);
});

test('SIGTERM with drain_seconds: alive, serving, not ready; the second one ends it with 0', { timeout: 60_000 }, async () => {
  server = await Server.start(['--drain_seconds', '3600']);
  const answer = async (path) => {
    const { status, text } = await get(server.url + path);
    return `${status} ${text.trim()}`;
  };
  assert.equal(await answer('/healthz'), '200 ok');
  assert.equal(await answer('/readyz'), '200 ready');
  server.process.kill('SIGTERM');
  await eventually('not ready', async () => (await answer('/readyz')) === '503 draining');
  assert.equal(await answer('/healthz'), '200 ok');
  const client = await plaza(['client', '--server', server.url, '--room', '1', '--user', 'late', '--duration', '1']);
  assert.equal(client.code, 0, client.err);
  assert.deepEqual(await server.terminate(), { code: 0, signal: null });
});

test('a port in use stops the start with a line that names the key', { timeout: 60_000 }, async () => {
  const tcp = createServer();
  await new Promise((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  await refuses(['--http.listen', `127.0.0.1:${tcp.address().port}`], 'http.listen', /the port is in use/);
  await new Promise((resolve) => tcp.close(resolve));
  const udp = createSocket('udp4');
  await new Promise((resolve) => udp.bind(0, '127.0.0.1', resolve));
  await refuses(['--rtc.listen', `127.0.0.1:${udp.address().port}`], 'rtc.listen', /the port is in use/);
  await new Promise((resolve) => udp.close(resolve));
});

test('every worker needs a port', { timeout: 30_000 }, async () => {
  await refuses(['--rtc.listen', '127.0.0.1:65535', '--rtc.workers', '2'], 'rtc.listen', /port 65535 is too high for 2 workers/);
});

test('unknown keys and bad values stop the start with a line that names them', { timeout: 60_000 }, async () => {
  await refuses(['--config', config('unknown.toml', { 'http.lisen': 'x' })], 'http.lisen', /is not a known key \(.*unknown\.toml line 1\)/);
  await refuses(['--config', config('type.toml', { 'rtc.workers': 'two' })], 'rtc.workers', /must be a whole number \(.*type\.toml line 1\)/);
  await refuses(['--config', folder], 'config', /can't read/);
  await refuses(['--log.level', 'loud'], 'log.level', /"loud" is not one of debug/);
  await refuses(['--rtc.workers', '1.5'], 'rtc.workers', /must be a whole number/);
  await refuses([], 'http.max_connections', /must be a whole number \(PLAZA_HTTP_MAX_CONNECTIONS\)/, { PLAZA_HTTP_MAX_CONNECTIONS: 'many' });
  await refuses([], 'cluster.url', /not built yet/, { PLAZA_CLUSTER_URL: 'nats://x' });
  await refuses(['--http.listen', '0.0.0.0:0'], 'http.listen', /public address without TLS/);
  const unknown = await plaza(['serve', '--http.lisen=x']);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.err, /^plaza: .*--http\.lisen.*\n$/);
});

test('an empty value is a value', { timeout: 30_000 }, async () => {
  await refuses(['--http.listen=', '--demo'], 'http.listen', /"" is not ADDRESS:PORT/);
  await refuses(['--http.listen', ''], 'http.listen', /"" is not ADDRESS:PORT/);
  await refuses([], 'http.listen', /"" is not ADDRESS:PORT/, { PLAZA_HTTP_LISTEN: '' });
  await refuses(['--data='], 'data', /must not be empty/);
  const printed = await plaza(['serve', '--rtc.announce=', '--print-config'], { PLAZA_RTC_ANNOUNCE: '1.2.3.4' });
  assert.match(printed.out, /^rtc\.announce = \[\]$/m);
});

test('what --print-config prints is the same configuration again', { timeout: 30_000 }, async () => {
  const flags = ['--data', 'a "folder"\\\n\twith \u007f é', '--rtc.announce', '1.2.3.4,::1', '--drain_seconds', '9', '--demo'];
  const printed = await plaza(['serve', ...flags, '--print-config'], { PLAZA_LOG_LEVEL: 'debug' });
  assert.equal(printed.code, 0, printed.err);
  const file = join(folder, 'printed.toml');
  writeFileSync(file, printed.out);
  const again = await plaza(['serve', '--config', file, '--print-config']);
  assert.equal(again.out, printed.out, again.err);
  assert.match(again.out, /^log\.level = "debug"$/m);
});

test('environment variables set everything; flags count before them, they before the file', { timeout: 60_000 }, async () => {
  const environment = { PLAZA_LOG_FORMAT: 'json', PLAZA_HTTP_MAX_CONNECTIONS: '77', PLAZA_RTC_VIDEO_CODEC: 'vp8', PLAZA_HTTP_LISTEN: '127.0.0.1:1' };
  const file = config('below.toml', { 'http.max_connections': 66, 'session.resume_seconds': 11 });
  server = await Server.start(['--config', file], { environment });
  assert.equal(JSON.parse(logLines()[0]).message, 'ready');
  const printed = await plaza(['serve', '--config', file, '--rtc.video_codec', 'h264', '--print-config'], environment);
  assert.match(printed.out, /^http\.max_connections = 77$/m);
  assert.match(printed.out, /^session\.resume_seconds = 11$/m);
  assert.match(printed.out, /^rtc\.video_codec = "h264"$/m);
});

test('a data folder has one server', { timeout: 60_000 }, async () => {
  server = await Server.start();
  const err = await refuses(['--data', server.data], 'data', /another server works on/);
  assert.ok(err.includes(server.data), err);
  assert.equal((await get(`${server.url}/healthz`)).status, 200);
  await server.kill();
  await server.start(); // a dead server's lock is nobody's
});

test('http.max_connections_per_address limits one address', { timeout: 60_000 }, async () => {
  server = await Server.start(['--http.max_connections_per_address', '2']);
  const sockets = [];
  for (let i = 0; i < 2; ++i) {
    sockets.push(connect(server.httpPort, '127.0.0.1'));
    await new Promise((resolve) => sockets[i].once('connect', resolve));
  }
  await eventually('refused', async () => (await get(`${server.url}/healthz`)).status === 429);
  for (const socket of sockets) socket.destroy();
  await eventually('let in again', async () => (await get(`${server.url}/healthz`)).status === 200);
});

test('app, secret and usersig work on the store that the settings name', { timeout: 60_000 }, async () => {
  const data = join(folder, 'elsewhere');
  const flags = ['--data', data, '--store.url', 'sqlite:other.db'];
  const created = await plaza(['app', 'create', 'shop', '--json', ...flags]);
  assert.equal(created.code, 0, created.err);
  const { SdkAppId } = JSON.parse(created.out);
  const file = config('store.toml', { data, 'store.url': 'sqlite:other.db', 'http.tls_cert': '/not/for/us.pem' });
  const environment = { PLAZA_DATA: data, PLAZA_STORE_URL: 'sqlite:other.db' };
  for (const [words, variables] of [[flags, {}], [['--config', file], {}], [[], environment]]) {
    const apps = await plaza(['app', 'list', '--json', ...words], variables);
    assert.equal(apps.code, 0, apps.err);
    assert.deepEqual(JSON.parse(apps.out).map((app) => app.Name), ['shop']);
    const signed = await plaza(['usersig', '--app', String(SdkAppId), '--user', 'alice', ...words], variables);
    assert.match(signed.out, /^[\w*-]+\n$/, signed.err);
    assert.equal((await plaza(['secret', 'create', ...words], variables)).code, 0);
  }
  assert.equal(JSON.parse((await plaza(['secret', 'list', '--json', ...flags])).out).length, 3);
  const bad = await plaza(['app', 'list', '--data', data, '--store.url', 'mysql://x']);
  assert.deepEqual([bad.code, bad.err], [1, 'plaza: store.url: mysql://x is neither sqlite:FILE nor postgresql://…\n']);

  server = await Server.start(['--store.url', 'sqlite:other.db']);
  assert.equal(JSON.parse((await plaza(['app', 'list', '--json', '--data', server.data, '--store.url', 'sqlite:other.db'])).out)[0].Name, 'demo');
});

test('what is wrong is named once', { timeout: 30_000 }, async () => {
  const data = join(folder, 'named');
  assert.equal((await plaza(['app', 'create', 'shop', '--id', '1400000000', '--data', data])).code, 0);
  const unknown = await plaza(['app', 'set', '1400000000', 'foo=1', '--data', data]);
  assert.deepEqual([unknown.code, unknown.err], [1, 'plaza: foo is not a setting of an app\n']);
  const half = await plaza(['app', 'set', '1400000000', 'foo', '--data', data]);
  assert.deepEqual([half.code, half.err], [1, 'plaza: foo: must be key=value\n']);
});
