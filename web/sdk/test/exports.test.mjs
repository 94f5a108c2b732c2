// Every name that the original's package exports is exported here too, or is in the list below.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const path = (url) => fileURLToPath(new URL(url, import.meta.url));
const theirs = createRequire(import.meta.url)
  .resolve('trtc-sdk-v5')
  .replace(/[^/]+$/, 'index.d.ts');
const ours = path('../src/index.ts');

function exportsOf(file) {
  const options = {
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
  };
  const program = ts.createProgram([file], {
    ...options,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  });
  const module = program.getTypeChecker().getSymbolAtLocation(program.getSourceFile(file));
  return program
    .getTypeChecker()
    .getExportsOfModule(module)
    .map((symbol) => symbol.name);
}

it('no name of the original is missing but those of what is not here', { timeout: 60_000 }, () => {
  const known = new Set(exportsOf(ours));
  const missing = exportsOf(theirs).filter((name) => !known.has(name));
  const plugins =
    /Plugin|Mixer|Denoiser|AudioProcessor|AudioSource|Streaming|Background|Watermark|Beauty|CrossRoom|Detector|Transcri|AutoSwitcher|UpdateDebug|Translation/;
  expect(missing.filter((name) => !plugins.test(name)).sort()).toEqual([
    'CustomMessage',
    'CustomMessageData',
    // What the original measures against its own servers.
    'PingResult',
    'PingResults',
    // Experiments that mean nothing here.
    'PlaybackQualityStream',
    'PreconnectParams',
    // No public method takes or gives them.
    'RTCErrorInterface',
    'RemoteAudioConfig',
    'ResolutionConfig',
    'StopRemoteAudioConfig',
    'SwitchPlaybackQualityOptions',
  ]);
});
