// Watches without a break what a page receives from somebody: decoded frames, and the tone that they send.

const SAMPLE_MS = 200;
/** A tone is heard when it is so much louder than its surroundings. */
const AUDIBLE_DB = 25;

export class Meter {
  /** Measures what `viewer` sees and hears of `other`, through reconnections, until the page is left. */
  static async start(viewer, other, frequency) {
    const meter = new Meter();
    Object.assign(meter, { viewer, other });
    await viewer.page.evaluate(measure, { userId: other.userId, frequency, sampleMs: SAMPLE_MS });
    return meter;
  }

  /** What arrived in a time span (`Date.now()` of begin and end): frames, tone, and the longest gaps of both in ms. */
  async between(from, to = Date.now()) {
    const all = await this.viewer.page.evaluate((userId) => window.meters[userId], this.other.userId);
    const before = all.filter(({ at }) => at < from).at(-1);
    const samples = all.filter(({ at }) => at >= from && at <= to);
    let last = before?.frames ?? 0;
    const withNews = samples.filter(({ frames }) => frames > last && ((last = frames), true));
    const audible = samples.filter(({ tone }) => tone > AUDIBLE_DB);
    return {
      frames: last - (before?.frames ?? 0),
      firstFrameMs: withNews.length > 0 ? withNews[0].at - from : null,
      longestFreezeMs: longestGap(withNews, from, to),
      toneShare: samples.length > 0 ? audible.length / samples.length : 0,
      firstToneMs: audible.length > 0 ? audible[0].at - from : null,
      longestSilenceMs: longestGap(audible, from, to),
    };
  }
}

function longestGap(samples, from, to) {
  const times = [from, ...samples.map(({ at }) => at), to];
  return Math.max(...times.slice(1).map((time, i) => time - times[i]));
}

/** Runs in the page. */
function measure({ userId, frequency, sampleMs }) {
  const samples = ((window.meters ??= {})[userId] = []);
  const context = new AudioContext({ sampleRate: 48000 });
  let listening = null;
  let decoding = null;
  let frames = 0;

  const listen = (track) => {
    if (listening?.track === track) return;
    listening?.source.disconnect();
    listening = null;
    if (!track) return;
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    analyser.smoothingTimeConstant = 0;
    source.connect(analyser);
    listening = { track, source, analyser };
  };

  const tone = () => {
    if (!listening) return null;
    const { analyser } = listening;
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const bin = Math.round((frequency * analyser.fftSize) / context.sampleRate);
    const peak = Math.max(...bins.slice(bin - 2, bin + 3));
    const over = peak - bins.slice(10, 800).sort()[395];
    return Number.isFinite(over) ? over : null;
  };

  // Frames of all connections and tracks, one after another.
  const countFrames = async () => {
    const track = window.trtc.getVideoTrack({ userId });
    if (!track) return;
    for (const connection of window.connections) {
      if (connection.signalingState === 'closed') continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp' || report.trackIdentifier !== track.id) continue;
        const before = decoding?.id === track.id ? decoding.frames : 0;
        frames += report.framesDecoded - before;
        decoding = { id: track.id, frames: report.framesDecoded };
      }
    }
  };

  const sample = async () => {
    listen(window.trtc.getAudioTrack({ userId, streamType: 'main' }));
    await countFrames();
    samples.push({ at: Date.now(), frames, tone: tone() });
    setTimeout(sample, sampleMs);
  };
  return context.resume().then(sample);
}
