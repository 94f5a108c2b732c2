// WebAudio for all: browsers allow only a few contexts.

let shared: AudioContext | null = null;

/** The context that this page shares; runs as soon as the browser lets it. */
export function audioContext(): AudioContext {
  shared ??= new AudioContext({ sampleRate: 48000 });
  if (shared.state === 'suspended') void shared.resume();
  return shared;
}
