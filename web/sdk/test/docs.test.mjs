// What an application can use is in the documentation, and what is there exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT, EXTRA_CODE } from '../src/api/constants';
import { TRTC } from '../src/trtc';

const folder = new URL('../../../docs/web-sdk/', import.meta.url);
const names = readdirSync(folder);
const all = names.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
const sections = new Set([...all.matchAll(/^## `([^`]+)`/gm)].map((match) => match[1]));

/** Private methods are in the prototype too; the declaration file tells them apart. */
const source = readFileSync(new URL('../src/trtc.ts', import.meta.url), 'utf8');
const isPrivate = (name) => new RegExp(`private (async )?${name}\\(`).test(source);
const methods = Object.getOwnPropertyNames(TRTC.prototype).filter(
  (name) => name !== 'constructor' && !isPrivate(name),
);
const statics = Object.getOwnPropertyNames(TRTC).filter((name) => typeof TRTC[name] === 'function');

describe('each method has a section', () => {
  it.each([...methods, ...statics.map((name) => `TRTC.${name}`)])('%s', (name) =>
    expect(sections).toContain(name),
  );
});

it('and each section a method', () => {
  const exists = (name) =>
    name.startsWith('TRTC.') ? statics.includes(name.slice(5)) : methods.includes(name);
  const known = (name) => exists(name) || /^[A-Z_]+$/.test(name);
  expect([...sections].filter((name) => !known(name))).toEqual([]);
});

describe('each event is told of', () => {
  it.each(Object.keys(EVENT))('%s', (name) => expect(all).toContain(`\`${name}\``));
});

describe('each error code is told of', () => {
  it.each(Object.values(EXTRA_CODE))('%i', (code) =>
    expect(all).toMatch(new RegExp(`^\\| [\\d, ]*${code}[\\d, ]* \\|`, 'm')),
  );
});

it('links lead to sections that exist', () => {
  const anchor = (heading) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replace(/ /g, '-');
  const anchorsOf = (text) => [...text.matchAll(/^#+ (.+)$/gm)].map((match) => anchor(match[1]));
  const read = (url) => readFileSync(url, 'utf8');
  const broken = [];
  for (const url of [
    new URL('../web-sdk.md', folder),
    ...names.map((name) => new URL(name, folder)),
  ]) {
    for (const [link, path, hash] of read(url).matchAll(/\]\(([\w./-]*\.md)?(?:#([\w-]+))?\)/g)) {
      const target = path ? new URL(path, url) : url;
      const exists = existsSync(target) && (!hash || anchorsOf(read(target)).includes(hash));
      if (!exists) broken.push(`${url.pathname}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});
