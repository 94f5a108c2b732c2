// The Web SDK as a package: small enough, served with its maps and types, packed by npm, consumed by a Vite project and by Node.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { eventually, launch } from './harness/browser.mjs';
import { PageServer } from './harness/page_server.mjs';
import { Server } from './harness/server.mjs';

const MOST_GZIPPED = 60_000;
const web = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'web');
const sdk = join(web, 'sdk');
const module = (name) => join(web, 'node_modules', name);
let project;

/** An application in a folder of its own, with the packed SDK installed. */
before(() => {
  project = mkdtempSync(join(tmpdir(), 'plaza-vite-'));
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', project], { cwd: sdk, encoding: 'utf8' }));
  const write = (path, text) => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  write('package.json', JSON.stringify({ name: 'application', private: true, type: 'module', dependencies: { 'plaza-rtc-sdk': `file:${filename}` } }));
  write('index.html', '<!doctype html><body><script type="module" src="/src/main.ts"></script>');
  write('src/main.ts', `
    import TRTC, { RtcError } from 'plaza-rtc-sdk';
    import type { EnterRoomConfig, TRTCStatistics } from 'plaza-rtc-sdk';

    const trtc: TRTC = TRTC.create({ serverUrl: 'http://127.0.0.1:1' });
    const room: EnterRoomConfig = { sdkAppId: 1400000001, userId: 'alice', userSig: '', roomId: 1 };
    trtc.on(TRTC.EVENT.STATISTICS, ({ rtt }: TRTCStatistics) => console.log(rtt));
    trtc.enterRoom(room).catch((error: RtcError) => console.log('refused', error instanceof RtcError, error.code, error.extraCode));
    TRTC.isSupported().then(({ result }) => console.log('supported', result));
  `);
  write('tsconfig.json', JSON.stringify({
    compilerOptions: { target: 'ES2020', module: 'ESNext', moduleResolution: 'Bundler', strict: true, noEmit: true, types: [], lib: ['ES2022', 'DOM'], skipLibCheck: false },
    include: ['src'],
  }));
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project });
});

after(() => rmSync(project, { recursive: true, force: true }));

const node = (...words) => execFileSync(process.execPath, words, { cwd: project, encoding: 'utf8' });

test('the builds are less than 60 kB compressed', () => {
  for (const name of ['plaza.js', 'plaza.umd.js']) {
    const { length } = gzipSync(readFileSync(join(sdk, 'dist', name)), { level: 9 });
    console.log(`${name}: ${length} bytes with gzip`);
    assert.ok(length < MOST_GZIPPED, `${name}: ${length}`);
  }
});

test('the server hands out both builds with their maps, and the types', { timeout: 30_000 }, async () => {
  const server = await Server.start();
  try {
    const get = async (name, type) => {
      const response = await fetch(`${server.url}/sdk/${name}`);
      assert.equal(response.status, 200, name);
      assert.match(response.headers.get('content-type'), type, name);
      assert.equal(response.headers.get('access-control-allow-origin'), '*');
      return response.text();
    };
    for (const name of ['plaza.js', 'plaza.umd.js']) {
      const [, map] = /^\/\/# sourceMappingURL=(.+)$/m.exec(await get(name, /javascript/));
      const { sources, sourcesContent } = JSON.parse(await get(map, /json/));
      assert.ok(sources.some((source) => source.endsWith('src/trtc.ts')) && sourcesContent.length === sources.length);
    }
    assert.match(await get('plaza.d.ts', /./), /declare class TRTC/);
  } finally {
    await server.close();
  }
});

test('the package holds what is needed and nothing else', () => {
  const installed = join(project, 'node_modules', 'plaza-rtc-sdk');
  assert.deepEqual(readdirSync(installed).sort(), ['README.md', 'dist', 'package.json']);
  assert.deepEqual(readdirSync(join(installed, 'dist')).sort(), [
    'LICENSE', 'plaza.d.cts', 'plaza.d.ts', 'plaza.js', 'plaza.js.map', 'plaza.umd.cjs', 'plaza.umd.js', 'plaza.umd.js.map']);
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
});

test('an application compiles against its types', { timeout: 60_000 }, () => {
  node(join(module('typescript'), 'bin', 'tsc'), '-p', '.');
});

test('Node loads it both ways, for pages that are rendered on a server', () => {
  const say = "console.log(TRTC.EVENT.ERROR, typeof TRTC.create)";
  assert.equal(node('--input-type=module', '-e', `import TRTC from 'plaza-rtc-sdk'; ${say}`).trim(), 'error function');
  assert.equal(node('--input-type=commonjs', '-e', `const TRTC = require('plaza-rtc-sdk'); ${say}`).trim(), 'error function');
});

test('a Vite project builds with it, and what it built runs', { timeout: 90_000 }, async () => {
  const { version } = JSON.parse(readFileSync(join(module('vite'), 'package.json'), 'utf8'));
  assert.match(version, /^6\./);
  node(join(module('vite'), 'bin', 'vite.js'), 'build', '--logLevel', 'warn');
  const files = { '/': readFileSync(join(project, 'dist', 'index.html'), 'utf8') };
  for (const name of readdirSync(join(project, 'dist', 'assets'))) files[`/assets/${name}`] = readFileSync(join(project, 'dist', 'assets', name), 'utf8');
  const pages = await PageServer.start(files);
  const browser = await launch();
  try {
    const page = await browser.newPage(pages.url);
    for (const line of ['log: supported true', 'log: refused true 5000 5003'])
      await eventually(line, () => page.messages.includes(line));
  } finally {
    await browser.close();
    await pages.close();
  }
});
