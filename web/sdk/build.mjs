// Builds dist/: the ES module, the script for <script> tags and AMD, and one file of types.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

process.chdir(new URL('.', import.meta.url).pathname);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const shared = {
  bundle: true,
  minify: true,
  target: ['es2020'],
  legalComments: 'none',
  logLevel: 'warning',
};

/** A script for another thread, as text within the SDK. */
async function embedded(entry) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [entry],
    format: 'iife',
    write: false,
  });
  return JSON.stringify(outputFiles[0].text.trim());
}

const common = {
  ...shared,
  entryPoints: ['src/index.ts'],
  sourcemap: true,
  define: {
    PLAZA_VERSION: JSON.stringify(version),
    PLAZA_SEI_WORKER: await embedded('src/media/sei/worker.ts'),
    PLAZA_FRAME_WORKLET: await embedded('src/media/frame_worklet.ts'),
  },
};

await build({
  ...common,
  format: 'esm',
  outfile: 'dist/plaza.js',
  banner: { js: 'const PLAZA_SCRIPT_URL = import.meta.url;' },
});

await build({
  ...common,
  format: 'iife',
  globalName: 'plaza',
  outfile: 'dist/plaza.umd.js',
  banner: {
    js: `(function(root,make){typeof module==='object'&&module.exports?module.exports=make():typeof define==='function'&&define.amd?define([],make):root.TRTC=make()})(typeof self==='undefined'?this:self,function(){const PLAZA_SCRIPT_URL=typeof document==='object'&&document.currentScript?document.currentScript.src:undefined;`,
  },
  footer: { js: 'return Object.assign(plaza.default,plaza)});' },
});

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json'], { stdio: 'inherit' });
const bundle = await rollup({ input: 'dist/types/index.d.ts', plugins: [dts()] });
const { output } = await bundle.generate({ format: 'es' });
// What is private is nobody's business.
const PRIVATE = /^( +\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)? +private (readonly )?\w+;\n/gm;
const types = output[0].code.replace(PRIVATE, '');
writeFileSync('dist/plaza.d.ts', types);
rmSync('dist/types', { recursive: true });

// For `require`, which in a package of modules goes by the ending.
writeFileSync('dist/plaza.d.cts', types);
copyFileSync('dist/plaza.umd.js', 'dist/plaza.umd.cjs');
copyFileSync('../../LICENSE', 'dist/LICENSE');
