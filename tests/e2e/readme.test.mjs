// The READMEs and the guide to the first call, as their reader follows them: every command is typed, every page opened.
// Only surroundings differ: ports and folders come from the environment, which counts before files and defaults.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, launch } from './harness/browser.mjs';
import { makeCertificate } from './harness/certificate.mjs';
import { blocks, commands, links, outline } from './harness/markdown.mjs';
import { Participant } from './harness/participant.mjs';
import { freeMediaPorts, freeTcpPort, get } from './harness/server.mjs';
import { TONES, camera, tone } from './harness/sources.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const page = (name) => readFileSync(join(root, name), 'utf8');
const README = page('README.md');
const README_ZH = page('README.zh-CN.md');
const GUIDE = page('docs/first-call.md');

const folder = mkdtempSync(join(tmpdir(), 'plaza-reader-'));
const running = new Set();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Settings that keep a server off the reader's own ports and data. */
async function surroundings(name) {
  const [http, rtc] = [await freeTcpPort(), await freeMediaPorts(16)];
  return { port: http, variables: { PLAZA_DATA: join(folder, name), PLAZA_HTTP_LISTEN: `127.0.0.1:${http}`, PLAZA_RTC_LISTEN: `127.0.0.1:${rtc}` } };
}

/** Types a command and waits for its end; gives its standard output. */
function type(command, { cwd = root, variables = {} } = {}) {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', command], { cwd, encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...variables } },
      (error, out, err) => (error ? reject(new Error(`${command}: ${error.message}\n${err}`)) : resolve(out)));
  });
}

/** Types a command that goes on until Ctrl-C; resolves when `line` is printed. */
async function start(command, line, { cwd = root, variables = {}, limit = 30_000 } = {}) {
  const child = spawn('bash', ['-c', `exec ${command}`], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...variables } });
  running.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.once('exit', (code) => {
    running.delete(child);
    resolve(code);
  }));
  await eventually(`"${line}" from ${command}`, () => {
    assert.equal(child.exitCode, null, `${command} ended:\n${said}`);
    return said.includes(line);
  }, limit);
  return { said: () => said, interrupt: () => (child.kill('SIGINT'), ended) };
}

const here = await surroundings('reader');
const url = `http://127.0.0.1:${here.port}`;
const mine = { variables: here.variables };
let server, signature;

/** Serves `html` as a page of the reader's own; gives its URL. */
async function serve(html) {
  const site = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(`<!doctype html>${html}`));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${site.address().port}/`, close: () => site.close() };
}

/** Opens the page in a browser, lets bob enter the same room, and asserts that the two see and hear each other. */
async function callThrough(html, signBob) {
  const site = await serve(html.replaceAll('http://127.0.0.1:8080', url));
  const alice = { userId: 'alice', index: 0 };
  const browser = await launch({ video: camera(alice.index), audio: tone(alice.index) });
  const bob = await Participant.open({ url, userSig: signBob }, 'bob', 1);
  try {
    const tab = await browser.newPage(site.url);
    assert.deepEqual(await bob.enter(1), { ok: true });
    await eventually('bob’s picture', () => tab.evaluate(() => {
      const video = document.querySelector('#remote video');
      return video && video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 10;
    }), 30_000).catch((error) => assert.fail(`${error.message}\n${tab.messages.join('\n')}`));
    await bob.sees(alice);
    await bob.hears(alice, TONES[alice.index]);
  } finally {
    await bob.close();
    await browser.close();
    site.close();
  }
}

const html = (text) => blocks(text).find(({ language }) => language === 'html').text;

// What proves each command. A command that a page shows and this list has not fails the test.
const proofs = {
  'git clone <this repository> plaza && cd plaza': async (command) => {
    const typed = `${command.replace('<this repository>', `'${root}'`)} && ./dev help`;
    assert.match(await type(typed, { cwd: folder }), /^usage: \.\/dev COMMAND/);
  },
  './dev run': async (command) => {
    server = await start(command, 'is ready', { ...mine, limit: 300_000 });
    assert.ok(server.said().includes(`${url}/`), server.said());
    const { status, text } = await get(`${url}/`);
    assert.equal(status, 200);
    const [, script] = /<script[^>]* src="([^"]+)"/.exec(text);
    assert.equal((await get(new URL(script, `${url}/`).href)).status, 200);
  },
  // This test is a part of what the command does: it can't run itself, only see that it is there.
  './dev test': async (command) => assert.match(await type('./dev help'), new RegExp(`^  ${command.slice('./dev '.length)} \\[unit`, 'm')),
  'build/release/bin/plaza app create shop': async (command) => {
    const out = await type(command, mine);
    assert.match(out, /^SdkAppId +1400000001$/m, 'the number that the guide goes on with');
    assert.match(out, /^SecretKey +[0-9a-f]{64}$/m);
  },
  'build/release/bin/plaza usersig --app 1400000001 --user alice': async (command) => {
    signature = (await type(command, mine)).trim();
    assert.match(signature, /^[\w*-]+$/);
  },
  'build/release/bin/plaza serve --config plaza.toml': async (command) => {
    const reader = join(folder, 'server');
    mkdirSync(reader);
    symlinkSync(join(root, 'build'), join(reader, 'build'));
    writeFileSync(join(reader, 'plaza.toml'), blocks(GUIDE).find(({ language }) => language === 'toml').text);
    const { certificate, key, pem } = makeCertificate(folder, 'reader');
    const { port, variables } = await surroundings('server-data');
    const tls = await start(command, 'is ready', { cwd: reader, variables: { ...variables, PLAZA_HTTP_TLS_CERT: certificate, PLAZA_HTTP_TLS_KEY: key } });
    assert.equal((await get(`https://127.0.0.1:${port}/sdk/plaza.js`, { ca: pem })).status, 200);
    assert.equal(await tls.interrupt(), 0);
  },
};

test('every command of the pages has a proof', () => {
  const shown = new Set([README, README_ZH, GUIDE].flatMap(commands));
  assert.deepEqual([...shown].sort(), Object.keys(proofs).sort());
  for (const text of [README, README_ZH, GUIDE])
    for (const { language, text: block } of blocks(text)) assert.match(language, /^(sh|html|toml)$/, `say what this block is:\n${block}`);
});

for (const [command, prove] of Object.entries(proofs)) test(`$ ${command}`, { timeout: 330_000 }, () => prove(command));

test('the page of the READMEs makes a call', { timeout: 90_000 }, () => callThrough(html(README), async (userId) => JSON.parse((await get(`${url}/demo/usersig?userId=${userId}&roomId=1`)).text)));

test('the page of the guide makes a call', { timeout: 90_000 }, async () => {
  const filled = html(GUIDE).replace(/'eJw…'/, `'${signature}'`);
  assert.ok(filled.includes(signature));
  await callThrough(filled, async (userId) =>
    ({ sdkAppId: 1400000001, userId, userSig: (await type(`build/release/bin/plaza usersig --app 1400000001 --user ${userId}`, mine)).trim() }));
});

test('Ctrl-C stops ./dev run', { timeout: 60_000 }, async () => assert.equal(await server.interrupt(), 0));

test('both READMEs say the same', () => {
  assert.deepEqual(commands(README_ZH), commands(README));
  assert.equal(html(README_ZH), html(README));
  assert.deepEqual(outline(README_ZH), outline(README));
  const targets = (text) => links(text).filter((link) => !/^README/.test(link)).sort();
  assert.deepEqual(targets(README_ZH), targets(README));
});

test('links between pages lead somewhere', () => {
  const modules = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => `src/${name}/README.md`);
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  for (const name of ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...docs, ...modules]) {
    if (!existsSync(join(root, name))) assert.ok(modules.includes(name), `${name} is missing`);
    else for (const link of links(page(name)).filter((target) => !/^(https?:|#|mailto:)/.test(target))) {
      const target = join(root, dirname(name), link.replace(/#.*/, ''));
      assert.ok(existsSync(target), `${name} points to ${link}`);
    }
  }
});
