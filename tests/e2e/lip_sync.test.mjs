// Lip sync: a flash and a beep sent together arrive within 60 ms of each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';

const LIMIT_MS = 60;
let server, sender, viewer;

before(async () => {
  server = await Server.start();
  sender = await Participant.open(server, 'sender', 0);
  viewer = await Participant.open(server, 'viewer', 1);
});

after(async () => {
  await sender?.close();
  await viewer?.close();
  await server?.close();
});

/** Publishes a canvas that turns white and a tone that sounds, both for 200 ms at the same moment of each second. */
const publishFlashAndBeep = async () => {
  const audio = new AudioContext({ sampleRate: 48000 });
  await audio.resume();
  const sink = audio.createMediaStreamDestination();
  const loudness = audio.createGain();
  loudness.gain.value = 0;
  const tone = audio.createOscillator();
  tone.frequency.value = 1000;
  tone.connect(loudness).connect(sink);
  tone.start();
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 180;
  const context = canvas.getContext('2d');
  let second = Math.ceil(audio.currentTime);
  const paint = () => {
    const time = audio.currentTime;
    if (time > second - 0.3) {
      loudness.gain.setValueAtTime(0.5, second);
      loudness.gain.setValueAtTime(0, second + 0.2);
      second += 1;
    }
    const bright = time >= 1 && time % 1 < 0.2;
    context.fillStyle = bright ? '#fff' : '#000';
    context.fillRect(0, 0, 320, 180);
    context.fillStyle = '#888';
    context.fillRect((time * 100) % 320, 170, 8, 8);
  };
  setInterval(paint, 10);
  await window.trtc.startLocalVideo({ option: { videoTrack: canvas.captureStream(30).getVideoTracks()[0] } });
  await window.trtc.startLocalAudio({ option: { audioTrack: sink.stream.getAudioTracks()[0] } });
};

/** Notes when the picture turns white and when the sound begins, on one clock. */
const watchFlashAndBeep = async () => {
  window.flashes = [];
  window.beeps = [];
  const video = document.querySelector('#sender-main video');
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let bright = true;
  const onFrame = (now, metadata) => {
    context.drawImage(video, 100, 50, 20, 20, 0, 0, 1, 1);
    const isBright = context.getImageData(0, 0, 1, 1).data[0] > 128;
    if (isBright && !bright) window.flashes.push(metadata.expectedDisplayTime);
    bright = isBright;
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);

  const audio = new AudioContext({ sampleRate: 48000 });
  await audio.resume();
  const code = `registerProcessor('onset', class extends AudioWorkletProcessor {
    process([input]) {
      const block = input[0];
      const loud = block ? block.some((v) => Math.abs(v) > 0.05) : false;
      if (loud && this.quiet > 75) this.port.postMessage(currentTime);
      this.quiet = loud ? 0 : (this.quiet ?? 0) + 1;
      return true;
    }
  })`;
  await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  const onset = new AudioWorkletNode(audio, 'onset');
  onset.port.onmessage = ({ data }) => {
    const { contextTime, performanceTime } = audio.getOutputTimestamp();
    window.beeps.push(performanceTime + (data - contextTime) * 1000);
  };
  audio.createMediaStreamSource(new MediaStream([window.trtc.getAudioTrack({ userId: 'sender', streamType: 'main' })])).connect(onset);
  onset.connect(audio.destination);
};

test('a flash and a beep sent together arrive within 60 ms of each other', { timeout: 120_000 }, async () => {
  assert.deepEqual(await viewer.enter(1, { publish: false }), { ok: true });
  assert.deepEqual(await sender.enter(1, { publish: false }), { ok: true });
  await sender.page.evaluate(publishFlashAndBeep);
  await eventually('the picture plays', () => viewer.picture('sender'));
  await viewer.waitForEvent('remote-audio-available', { userId: 'sender' });
  await viewer.page.evaluate(watchFlashAndBeep);
  const { flashes, beeps } = await eventually('twelve flashes and beeps', async () => {
    const seen = await viewer.page.evaluate(() => ({ flashes: window.flashes, beeps: window.beeps }));
    return seen.flashes.length >= 12 && seen.beeps.length >= 12 && seen;
  }, 40_000);
  // The players settle in the first seconds; a positive value is sound that comes late.
  const offsets = flashes.slice(4).map((flash) => beeps.map((beep) => beep - flash).sort((a, b) => Math.abs(a) - Math.abs(b))[0]);
  const median = [...offsets].sort((a, b) => a - b)[Math.floor(offsets.length / 2)];
  console.log(`sound after picture, ms: ${offsets.map((offset) => offset.toFixed(0)).join(' ')}; median ${median.toFixed(0)}`);
  assert.ok(Math.abs(median) <= LIMIT_MS, `${median.toFixed(0)} ms apart`);
});
