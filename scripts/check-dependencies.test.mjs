// The dependency check must pass on the tree as it is, and fail when an edge is added.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const check = (src) => spawnSync(process.execPath, [join(here, 'check-dependencies.mjs'), '--src', src], { encoding: 'utf8' });

function checkChanged(change) {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-deps-'));
  try {
    cpSync(join(here, '..', 'src'), folder, { recursive: true });
    change(folder);
    return check(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the tree as it is passes', () => {
  const result = check(join(here, '..', 'src'));
  assert.equal(result.status, 0, result.stdout);
});

test('an undeclared include fails and names the file', () => {
  const result = checkChanged((src) => appendFileSync(join(src, 'base', 'time.h'), '#include "rtp/packet.h"\n'));
  assert.equal(result.status, 1);
  assert.match(result.stdout, /time\.h:\d+: base includes rtp but does not declare it/);
});

test('a declared upward edge and its cycle fail', () => {
  const result = checkChanged((src) => writeFileSync(join(src, 'base', 'CMakeLists.txt'), 'plaza_module(base FLOOR 0 USES rtp)\n'));
  assert.equal(result.status, 1);
  assert.match(result.stdout, /base \(floor 0\) uses rtp above it/);
  assert.match(result.stdout, /cycle/);
});

test('a clock in a sans-IO module fails', () => {
  const result = checkChanged((src) => appendFileSync(join(src, 'rtp', 'packet.h'), 'auto t = std::chrono::steady_clock::now();\n'));
  assert.equal(result.status, 1);
  assert.match(result.stdout, /rtp does no I\/O: time is an argument/);
});

test('production code that includes test support fails', () => {
  const result = checkChanged((src) => appendFileSync(join(src, 'dtls', 'context.h'), '#include "dtls/testing/stand_in.h"\n'));
  assert.equal(result.status, 1);
  assert.match(result.stdout, /context\.h:\d+: dtls\/testing is for tests/);
});
