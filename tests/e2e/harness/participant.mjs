// One person in a room: a browser page that uses the Web SDK as an application does, and what the
// tests ask of it.
import { PATTERNS, camera, tone } from './sources.mjs';
import { eventually, launch } from './browser.mjs';
import { launchFirefox } from './firefox.mjs';
import { instrument } from './instruments.mjs';

export class Participant {
  /**
   * Opens a browser whose camera and microphone send pattern and tone `index`; Firefox sends its own. Behind a relay it
   * signals to `url` and finds the server's media at `mediaAddress`. `detail`: the picture costs bits to send.
   */
  static async open(server, userId, index, { url = server.url, mediaAddress, detail, flags, without } = {}) {
    const person = new Participant();
    Object.assign(person, { server, userId, index, url, mediaAddress });
    person.browser = await launch({ video: camera(index, { detail }), audio: tone(index), flags, without });
    person.page = await person.browser.newPage();
    await person.load();
    return person;
  }

  async load() {
    await this.page.goto(`${this.url}/healthz`);
    await this.page.setContent('<!doctype html><body style="margin:0"></body>');
    await this.page.evaluate(instrument, { mediaAddress: this.mediaAddress });
    await this.page.evaluate(async (url) => {
      const { default: TRTC } = await import(`${url}/sdk/plaza.js`);
      window.TRTC = TRTC;
      window.events = [];
      window.view = (id, width = 320, height = 180) => {
        let element = document.getElementById(id);
        if (!element) {
          element = document.createElement('div');
          element.id = id;
          document.body.append(element);
        }
        element.style.cssText = `display:inline-block;position:relative;width:${width}px;height:${height}px`;
        return element;
      };
    }, this.url);
  }

  /** Enters the room, publishing camera and microphone, and shows everybody who has a picture. */
  async enter(roomId, { create = {}, enter = {}, publish = true, userSig, viewSize = [320, 180] } = {}) {
    const sig = userSig ? { ...(await this.server.userSig(this.userId)), userSig } : await this.server.userSig(this.userId);
    return this.page.evaluate(async ({ sig, roomId, userId, create, enter, publish, url, viewSize }) => {
      const trtc = (window.trtc = TRTC.create({ serverUrl: url, ...create }));
      for (const name of Object.values(TRTC.EVENT)) {
        if (['audio-volume', 'network-quality', 'statistics'].includes(name)) continue;
        trtc.on(name, (event) => window.events.push({ name, at: Date.now(), ...(event?.message ? { message: event.message } : {}),
          ...(event && typeof event === 'object' ? Object.fromEntries(Object.entries(event).filter(([, v]) => ['string', 'number', 'boolean'].includes(typeof v))) : {}) }));
      }
      trtc.on(TRTC.EVENT.REMOTE_VIDEO_AVAILABLE, ({ userId: from, streamType }) =>
        trtc.startRemoteVideo({ userId: from, streamType, view: window.view(`${from}-${streamType}`, ...viewSize) }).catch((e) => window.events.push({ name: 'start-remote-failed', message: String(e) })));
      try {
        await trtc.enterRoom({ sdkAppId: sig.sdkAppId, userId, userSig: sig.userSig, ...(typeof roomId === 'number' ? { roomId } : { strRoomId: roomId }), ...enter });
        if (publish) {
          await trtc.startLocalVideo({ option: { profile: { width: 640, height: 360, frameRate: 15, bitrate: 800 } } });
          await trtc.startLocalAudio({ option: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
        }
        return { ok: true };
      } catch (error) {
        return { ok: false, code: error.code, extraCode: error.extraCode, message: error.message };
      }
    }, { sig, roomId, userId: this.userId, create, enter, publish, url: this.url, viewSize });
  }

  call(name, ...args) {
    return this.page.evaluate(async ({ name, args }) => {
      try {
        const value = await window.trtc[name](...args);
        return { ok: true, value: value === undefined ? null : value };
      } catch (error) {
        return { ok: false, code: error.code, extraCode: error.extraCode, message: error.message };
      }
    }, { name, args });
  }

  /** What the SDK told, oldest first; `since`: a Date.now(). */
  events(name, since = 0) {
    return this.page.evaluate(({ name, since }) => window.events.filter((event) => (!name || event.name === name) && event.at >= since), { name, since });
  }

  waitForEvent(name, match = {}, { since = 0, limit } = {}) {
    return eventually(`${this.userId}: event ${name} ${JSON.stringify(match)}`, async () =>
      (await this.events(name, since)).find((event) => Object.entries(match).every(([key, value]) => event[key] === value)), limit);
  }

  /** The page's WebSockets, oldest first: {at, received: types of frames, closed: {code, at} or null}. */
  sockets() {
    return this.page.evaluate(() => window.sockets);
  }

  /** The page's peer connections, oldest first: {state, iceRestarts}. */
  connections() {
    return this.page.evaluate(() => window.connections.map(({ connectionState, iceRestarts }) => ({ state: connectionState, iceRestarts })));
  }

  /** {frames, width, height, rgb} of what is shown of a user: decoded frames, size, colour of the centre. */
  picture(userId, streamType = 'main') {
    return this.page.evaluate(({ id }) => {
      const video = document.getElementById(id)?.querySelector('video');
      if (!video || video.readyState < 2 || video.videoWidth === 0) return null;
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 8;
      const context = canvas.getContext('2d');
      context.drawImage(video, video.videoWidth / 2 - 16, video.videoHeight / 2 - 16, 32, 32, 0, 0, 8, 8);
      const [r, g, b] = context.getImageData(4, 4, 1, 1).data;
      return { frames: video.getVideoPlaybackQuality().totalVideoFrames, width: video.videoWidth, height: video.videoHeight, rgb: [r, g, b] };
    }, { id: `${userId}-${streamType}` });
  }

  /** Resolves when `other`'s picture shows other's colour and at least `frames` frames came since the call. */
  async sees(other, { frames = 10, limit = 20_000, streamType = 'main', index = other.index } = {}) {
    const expected = PATTERNS[index].rgb;
    let first;
    return eventually(`${this.userId} sees ${other.userId}`, async () => {
      const picture = await this.picture(other.userId, streamType);
      first ??= picture?.frames;
      return picture && picture.frames - first >= frames && picture.rgb.every((c, i) => Math.abs(c - expected[i]) < 70) && picture;
    }, limit);
  }

  /** Resolves with the picture of `other` once `match` holds for it. */
  pictureWhere(other, match, streamType = 'main', limit = 20_000) {
    return eventually(`${this.userId}'s picture of ${other.userId} where ${match}`, async () => {
      const picture = await this.picture(other.userId, streamType);
      return picture && match(picture) && picture;
    }, limit);
  }

  /** The mime types of video that this page decodes now, by its peer connections' statistics. */
  inboundVideoCodecs() {
    return this.page.evaluate(async () => {
      const codecs = new Set();
      for (const connection of window.connections ?? []) {
        const stats = await connection.getStats();
        for (const report of stats.values())
          if (report.type === 'inbound-rtp' && report.kind === 'video' && report.framesDecoded > 0 && report.codecId) codecs.add(stats.get(report.codecId).mimeType);
      }
      return codecs.size > 0 ? [...codecs] : null;
    });
  }

  /** How media travels now: {protocol, type, relayProtocol, remote} of the selected candidate pair; null without one. */
  path() {
    return this.page.evaluate(async () => {
      const connection = window.connections.at(-1);
      if (!connection) return null;
      const stats = await connection.getStats();
      const transport = [...stats.values()].find((report) => report.type === 'transport');
      const pair = stats.get(transport?.selectedCandidatePairId);
      const local = stats.get(pair?.localCandidateId), remote = stats.get(pair?.remoteCandidateId);
      if (!local || !remote) return null;
      return { protocol: local.protocol, type: local.candidateType, relayProtocol: local.relayProtocol, remote: remote.address, port: remote.port };
    });
  }

  /** What the browser counted of the media that it receives from `other` on its present connection, by kind. */
  inbound(other, streamType = 'main') {
    return this.page.evaluate(async ({ userId, streamType }) => {
      const tracks = { video: window.trtc.getVideoTrack({ userId, streamType }), audio: window.trtc.getAudioTrack({ userId, streamType }) };
      const stats = [...(await window.connections.at(-1).getStats()).values()];
      const of = (track) => stats.find((report) => report.type === 'inbound-rtp' && report.trackIdentifier === track?.id) ?? null;
      const pair = stats.find((report) => report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded');
      return { video: of(tracks.video), audio: of(tracks.audio), roundTripMs: pair && Math.round(pair.currentRoundTripTime * 1000) };
    }, { userId: other.userId, streamType });
  }

  /** Magnitude in dB of `frequency` in the remote audio of a user (or all mixed), over the floor of its neighbours. */
  toneOf(userId, frequency) {
    return this.page.evaluate(async ({ userId, frequency }) => {
      const track = window.trtc.getAudioTrack({ userId, streamType: 'main' });
      if (!track) return null;
      const context = (window.toneContext ??= new AudioContext({ sampleRate: 48000 }));
      await context.resume();
      const source = context.createMediaStreamSource(new MediaStream([track]));
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      source.connect(analyser);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      source.disconnect();
      const bin = Math.round((frequency * analyser.fftSize) / context.sampleRate);
      const peak = Math.max(...bins.slice(bin - 2, bin + 3));
      const sorted = [...bins.slice(10, 800)].sort((a, b) => a - b);
      return peak - sorted[Math.floor(sorted.length / 2)];
    }, { userId, frequency });
  }

  async hears(other, frequency, limit = 15_000) {
    return eventually(`${this.userId} hears ${other.userId} at ${frequency} Hz`, async () => {
      const over = await this.toneOf(other.userId, frequency);
      return over !== null && over > 25 && Number.isFinite(over) && over;
    }, limit);
  }

  async close() {
    await this.browser.close();
  }
}
