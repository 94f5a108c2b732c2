// Builds dist/: the page, its script and its style. The SDK is not bundled: the page loads the server's /sdk/plaza.js.
import { copyFileSync } from 'node:fs';
import { build } from 'esbuild';

process.chdir(new URL('.', import.meta.url).pathname);

await build({
  entryPoints: { demo: 'src/main.tsx' },
  bundle: true,
  minify: true,
  sourcemap: true,
  format: 'esm',
  target: ['es2020'],
  outdir: 'dist',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  plugins: [
    {
      name: 'sdk-of-the-server',
      setup(b) {
        b.onResolve({ filter: /^plaza-rtc-sdk$/ }, () => ({
          path: '/sdk/plaza.js',
          external: true,
        }));
      },
    },
  ],
  legalComments: 'none',
  logLevel: 'warning',
});
copyFileSync('index.html', 'dist/index.html');
