#!/usr/bin/env node
// Holds every #include line under src/ against what the modules declare in their CMakeLists.txt
// (plaza_module: FLOOR, USES, SANS_IO). Fails on an undeclared edge, an upward edge, a cycle, an
// include of another module's internal/, an include of testing/ by other than tests, a heavy header
// in a header, and on a socket, thread, clock or file in a SANS_IO module. Tests are *_test.cc and
// what is in testing/. `--src DIR` checks another tree (for its own test).
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const argument = process.argv.indexOf('--src');
const src = argument > 0 ? process.argv[argument + 1] : join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

const FORBIDDEN_IN_SANS_IO = [
  [/#include\s*<(thread|mutex|shared_mutex|condition_variable|future|fstream|filesystem)>/, 'threads and files are for the outer layers'],
  [/#include\s*<(sys\/socket|sys\/epoll|unistd|netinet\/[a-z]+|arpa\/inet|fcntl|poll)\.h>/, 'sockets are for the outer layers'],
  [/#include\s*<boost\/asio/, 'sockets are for the outer layers'],
  [/\b(steady_clock|high_resolution_clock|system_clock)::now\b/, 'time is an argument'],
  [/\bSystemClock\b|\bSystemRandom\b/, 'time and randomness are arguments'],
  [/\b(std::this_thread|usleep|nanosleep|clock_gettime|gettimeofday)\b|\bsleep\(/, 'nothing sleeps'],
];
const NOT_IN_HEADERS = [[/#include\s*<(spdlog|nlohmann|boost|prometheus|SQLiteCpp|toml\+\+|CLI)\//, 'keep this library out of headers']];

const findings = [];
const modules = new Map();

function parseModule(name) {
  const file = join(src, name, 'CMakeLists.txt');
  if (!existsSync(file)) return;
  const call = /plaza_module\(([^)]*)\)/.exec(readFileSync(file, 'utf8'));
  if (!call) return;
  const words = call[1].replace(/#[^\n]*/g, '').split(/\s+/).filter(Boolean);
  const module = { name, floor: NaN, uses: new Set(), testUses: new Set(), sansIo: false };
  let list = '';
  for (const word of words.slice(1)) {
    if (/^[A-Z_]+$/.test(word)) {
      list = word;
      if (word === 'SANS_IO') module.sansIo = true;
    } else if (list === 'FLOOR') module.floor = Number(word);
    else if (list === 'USES') module.uses.add(word);
    else if (list === 'TEST_USES') module.testUses.add(word.replace(/_testing$/, ''));
  }
  const here = relative(process.cwd(), file);
  if (words[0] !== name) findings.push(`${here}:1: the module is called "${words[0]}", its folder "${name}"`);
  if (Number.isNaN(module.floor)) findings.push(`${here}:1: FLOOR is missing`);
  modules.set(name, module);
}

function* sources(folder) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.(cc|h)$/.test(entry)) yield path;
  }
}

function checkFile(module, path) {
  const isTest = /_test\.cc$|\/testing\//.test(relative(src, path));
  const here = relative(process.cwd(), path);
  readFileSync(path, 'utf8').split('\n').forEach((line, index) => {
    const say = (text) => findings.push(`${here}:${index + 1}: ${text}`);
    const include = /^\s*#include\s*"([^"/]+)\/([^"]+)"/.exec(line);
    if (include && include[2].startsWith('testing/') && !isTest) say(`${include[1]}/testing is for tests`);
    if (include && modules.has(include[1]) && include[1] !== module.name) {
      const [, other, rest] = include;
      const declared = module.uses.has(other) || (isTest && module.testUses.has(other));
      if (!declared) say(`${module.name} includes ${other} but does not declare it in USES`);
      if (rest.includes('internal/')) say(`${other}/internal is private to ${other}`);
    }
    const code = line.replace(/\/\/.*/, '');
    if (module.sansIo && !isTest)
      for (const [pattern, why] of FORBIDDEN_IN_SANS_IO) if (pattern.test(code)) say(`${module.name} does no I/O: ${why}`);
    if (/\.h$/.test(path) && !isTest) for (const [pattern, why] of NOT_IN_HEADERS) if (pattern.test(code)) say(why);
  });
}

function checkEdges() {
  for (const module of modules.values())
    for (const other of module.uses) {
      const here = `src/${module.name}/CMakeLists.txt:1`;
      const target = modules.get(other);
      if (!target) findings.push(`${here}: ${module.name} uses ${other}, which does not exist`);
      else if (target.floor > module.floor)
        findings.push(`${here}: ${module.name} (floor ${module.floor}) uses ${other} above it (floor ${target.floor})`);
    }
  const state = new Map();
  const visit = (name, trail) => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      findings.push(`src: cycle ${[...trail.slice(trail.indexOf(name)), name].join(' -> ')}`);
      return;
    }
    state.set(name, 'open');
    for (const other of modules.get(name)?.uses ?? []) visit(other, [...trail, name]);
    state.set(name, 'done');
  };
  for (const name of modules.keys()) visit(name, []);
}

for (const name of readdirSync(src)) if (statSync(join(src, name)).isDirectory()) parseModule(name);
checkEdges();
for (const module of modules.values()) for (const path of sources(join(src, module.name))) checkFile(module, path);

for (const finding of findings) console.log(finding);
if (findings.length > 0) {
  console.log(`${findings.length} findings`);
  process.exit(1);
}
console.log(`${modules.size} modules, every include declared`);
