import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RtcError } from '../src/base/errors';
import { Outgoing } from '../src/media/outgoing';
import type { SessionEvents } from '../src/room/session';
import { Session } from '../src/room/session';
import { FakeServer } from './fake_server';
import { FakePeerConnection } from './fake_webrtc';

const config = { sdkAppId: 1400000001, userId: 'alice', userSig: 'sig', roomId: 7 };
const never = new AbortController().signal;
const camera = { kind: 'video', streamType: 'main', muted: false };
const PAIRS = [{ slot: 0, audioMid: '4', videoMid: '5' }];
const bob = { userId: 'bob', role: 'anchor', tracks: [camera] };
const room = (epoch: number, number: number, members: object[]) => ({
  event: { epoch, number },
  scene: 'rtc',
  members,
});

let server: FakeServer;
let outgoing: Outgoing;
let log: string[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', FakePeerConnection);
  const capable = { getCapabilities: () => null };
  vi.stubGlobal('RTCRtpSender', capable);
  vi.stubGlobal('RTCRtpReceiver', capable);
  FakePeerConnection.all = [];
  server = new FakeServer();
  server.onJoin = () => ({ answer: 'answer', slots: PAIRS, room: room(1, 5, [bob]) });
  server.onRequest = (frame) => {
    const answer = frame.type === 'offer' ? { answer: 'another answer', slots: PAIRS } : {};
    if (frame.seq !== undefined) server.send({ type: 'result', re: frame.seq, ...answer });
  };
  outgoing = new Outgoing();
  log = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const EVENTS: { [K in keyof SessionEvents]: (...args: SessionEvents[K]) => string } = {
  change: (c) => `${c.type} ${c.userId}`,
  slot: (c) => `slot ${c.on ? '+' : '-'}${c.mid} ${c.userId}`,
  state: (c) => c.state.toLowerCase(),
  publish: (c) => `${c.mediaType} ${c.state}`,
  sei: (m) => `sei ${m.payloadType} ${m.userId}`,
  kicked: (reason) => `kicked ${reason}`,
  failed: (e) => `failed ${e.code} ${e.extraCode}`,
  trouble: (e) => `trouble ${e.code} ${e.extraCode}`,
};

function session(more: object = {}): Session {
  const created = new Session({
    url: 'ws://x',
    config: { ...config, ...more },
    codec: { first: 'VP8', only: false },
    rtc: {},
    outgoing,
    open: server.open,
  });
  for (const [name, show] of Object.entries(EVENTS)) {
    created.on(name as keyof SessionEvents, (...args) =>
      log.push((show as (...a: unknown[]) => string)(...args)),
    );
  }
  return created;
}

async function entered(more: object = {}): Promise<Session> {
  const created = session(more);
  const entering = created.enter(never);
  await vi.advanceTimersByTimeAsync(20);
  await entering;
  FakePeerConnection.last.become('connected');
  log.length = 0;
  return created;
}
const requests = (type: string) => server.got.filter((frame) => frame.type === type);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 0,
    (e: RtcError) => e.extraCode ?? e.code,
  );

describe('entering', () => {
  it('takes one round trip, with offer, tracks and wishes in the first message', async () => {
    outgoing.microphone.wanted = true;
    const entering = session({ autoReceiveVideo: true }).enter(never);
    await vi.advanceTimersByTimeAsync(20);
    await entering;
    expect(server.joins[0]).toMatchObject({
      protocol: 1,
      roomId: 7,
      scene: 'rtc',
      role: 'anchor',
      offer: 'offer 1 of 0',
      autoSubscribe: { audio: true, video: true },
      client: { name: 'plaza-web' },
    });
    expect(server.joins[0].tracks).toMatchObject([
      { mid: '0', kind: 'audio', streamType: 'main', published: true },
      { mid: '1', kind: 'video', streamType: 'main', published: false },
      { mid: '2', kind: 'video', streamType: 'aux', published: false },
      { mid: '3', kind: 'audio', streamType: 'aux', published: false },
    ]);
    expect(server.got).toEqual([]);
    expect(log).toEqual([
      'connecting',
      'enter bob',
      'video-on bob',
      'connected',
      'audio starting',
      'audio started',
    ]);
  });

  it('offers four sending lines and four pairs', async () => {
    await entered();
    const lines = FakePeerConnection.last.getTransceivers();
    expect(lines.map((t) => `${t.direction} ${t.receiver.track.kind}`)).toEqual([
      'sendonly audio',
      'sendonly video',
      'sendonly video',
      'sendonly audio',
      ...Array.from({ length: 4 }, () => ['recvonly audio', 'recvonly video']).flat(),
    ]);
  });

  it('fails with the code of the server', async () => {
    server.onJoin = () => ({ type: 'error', code: 70001, message: 'expired', requestId: 'r7' });
    const failure = session().enter(never);
    failure.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(20);
    await expect(failure).rejects.toMatchObject({ code: 5400, extraCode: 70001 });
    await expect(failure).rejects.toThrow('expired (request r7)');
    expect(log.at(-1)).toBe('disconnected');
  });

  it('gives up after 15 s without a server', async () => {
    server.reachable = false;
    const code = codeOf(session().enter(never));
    await vi.advanceTimersByTimeAsync(15_100);
    expect(await code).toBe(5500);
    const { opened } = server;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.opened).toBe(opened);
  });

  it('leaves no ghost when it is aborted while the server lets us in', async () => {
    const abort = new AbortController();
    const entering = codeOf(session().enter(abort.signal));
    await vi.advanceTimersByTimeAsync(2);
    abort.abort(new Error('given up'));
    await entering;
    await vi.advanceTimersByTimeAsync(50);
    expect(server.joins).toHaveLength(1);
    expect(requests('leave')).toHaveLength(1);
    expect(log.at(-1)).toBe('disconnected');
  });
});

describe('in the room', () => {
  it('tells who is in a slot and who is not any more', async () => {
    await entered();
    const carol = { slot: 0, userId: 'carol', streamType: 'main', audio: true, video: false };
    server.send({ type: 'slots', slots: [carol] });
    server.send({ type: 'slots', slots: [{ slot: 0, userId: null }] });
    await vi.advanceTimersByTimeAsync(5);
    expect(log).toEqual(['slot +4 carol', 'slot -4 carol']);
  });

  it('adds slots by doubling when more are needed', async () => {
    await entered();
    server.send({ type: 'need', pairs: 5 });
    await vi.advanceTimersByTimeAsync(20);
    expect(FakePeerConnection.last.getTransceivers()).toHaveLength(4 + 2 * 8);
    expect(requests('offer')).toHaveLength(1);
    expect(FakePeerConnection.last.answers).toEqual(['answer', 'another answer']);
  });

  it('tells wishes made in one go in one message', async () => {
    const s = await entered();
    const all = [
      s.watchVideo('bob', 'main', { width: 640, height: 360 }),
      s.watchAudio('bob', false),
    ];
    await vi.advanceTimersByTimeAsync(20);
    await Promise.all(all);
    expect(requests('watch').map((m) => m.streams)).toEqual([
      [
        { userId: 'bob', streamType: 'main', audio: false, video: { width: 640, height: 360 } },
        { userId: 'bob', streamType: 'aux', audio: false },
      ],
    ]);
  });

  it('ignores what a newer server may say', async () => {
    await entered();
    server.send({ type: 'weather', forecast: 'sunny' });
    server.send({
      type: 'member-joined',
      userId: 'x',
      role: 'anchor',
      event: { epoch: 1, number: 6 },
    });
    await vi.advanceTimersByTimeAsync(5);
    expect(log).toEqual(['enter x']);
  });

  it('ends when it is kicked', async () => {
    await entered();
    server.send({ type: 'kicked', reason: 'banned' });
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toEqual(['disconnected', 'kicked banned']);
    expect(server.opened).toBe(1);
  });

  it('says goodbye', async () => {
    const s = await entered();
    const leaving = s.leave();
    await vi.advanceTimersByTimeAsync(20);
    await leaving;
    expect(requests('leave')).toHaveLength(1);
    expect(log).toEqual(['disconnected']);
  });

  it('takes a new role only if the server gives it', async () => {
    const s = await entered({ scene: 'live', role: 'audience' });
    outgoing.microphone.wanted = true;
    const { onRequest } = server;
    server.onRequest = (frame) =>
      server.send({ type: 'result', re: frame.seq, error: { code: -100006, message: 'no' } });
    const refused = codeOf(s.switchRole('anchor'));
    await vi.advanceTimersByTimeAsync(20);
    expect(await refused).toBe(-100006);
    expect(s.currentRole).toBe('audience');
    server.onRequest = onRequest;
    const taken = s.switchRole('anchor');
    await vi.advanceTimersByTimeAsync(20);
    await taken;
    expect(log).toEqual(['audio starting', 'audio started']);
  });
});

describe('after a break', () => {
  it('resumes without touching media, and a request under way is answered', async () => {
    const s = await entered();
    server.socket?.cut();
    const watching = s.watchVideo('bob', 'main', true);
    await vi.advanceTimersByTimeAsync(50);
    await watching;
    expect(server.resumes).toBe(1);
    expect(FakePeerConnection.all).toHaveLength(1);
    expect(log).toEqual(['disconnected', 'connecting', 'connected']);
  });

  it('enters anew when the session is gone: new connection, same wishes, only what changed', async () => {
    outgoing.camera.wanted = true;
    const s = await entered();
    await Promise.all([s.watchVideo('bob', 'main', true), vi.advanceTimersByTimeAsync(20)]);
    log.length = 0;
    const carol = { userId: 'carol', role: 'anchor', tracks: [] };
    server.onJoin = () => ({ answer: 'a', slots: PAIRS, room: room(2, 1, [bob, carol]) });
    server.restart();
    await vi.advanceTimersByTimeAsync(50);
    expect(server.joins[1]).toMatchObject({ resumeToken: 'token1', offer: 'offer 1 of 1' });
    expect(server.joins[1].tracks).toMatchObject([{}, { mid: '1', published: true }, {}, {}]);
    expect(FakePeerConnection.all.map((pc) => pc.signalingState)).toEqual(['closed', 'stable']);
    expect(requests('watch')).toHaveLength(2);
    expect(log).toEqual(['disconnected', 'connecting', 'enter carol', 'connected']);
  });

  it('waits for others who are on their way back too, then lets them go', async () => {
    await entered();
    server.onJoin = () => ({ answer: 'a', slots: PAIRS, room: room(2, 1, []) });
    server.restart();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log).toEqual(['disconnected', 'connecting', 'connected']);
    await vi.advanceTimersByTimeAsync(6000);
    expect(log.slice(3)).toEqual(['video-off bob', 'exit bob']);
  });

  it('counts a change as made when the new session begins with it', async () => {
    const s = await entered();
    server.onRequest = () => undefined;
    outgoing.camera.wanted = true;
    const publishing = s.publish(outgoing.camera);
    await vi.advanceTimersByTimeAsync(20);
    server.restart();
    await vi.advanceTimersByTimeAsync(50);
    await publishing;
    expect(log.at(-1)).toBe('video started');
  });

  it('ends when the server does not let us in again', async () => {
    await entered();
    server.onJoin = () => ({ type: 'error', code: 70001, message: 'expired' });
    server.restart();
    await vi.advanceTimersByTimeAsync(50);
    expect(log).toEqual(['disconnected', 'connecting', 'disconnected', 'failed 5500 5502']);
  });

  it('knows being kicked from having entered elsewhere', async () => {
    await entered();
    server.onJoin = () => ({ type: 'error', code: -120012, message: 'entered elsewhere' });
    server.restart();
    await vi.advanceTimersByTimeAsync(50);
    expect(log.at(-1)).toBe('kicked kick');
  });
});

describe('when media breaks', () => {
  it('restarts ICE at once, then begins with a new connection', async () => {
    await entered();
    FakePeerConnection.last.become('failed');
    await vi.advanceTimersByTimeAsync(50);
    expect(requests('offer').map((m) => m.sdp)).toEqual(['offer 2 restart of 0']);
    await vi.advanceTimersByTimeAsync(8000);
    expect(requests('offer').map((m) => m.sdp)).toEqual(['offer 2 restart of 0', 'offer 1 of 1']);
    FakePeerConnection.last.become('connected');
    expect(log).toEqual(['disconnected', 'connecting', 'connected']);
  });

  it('begins with a new connection when the server gave the old one up', async () => {
    await entered();
    server.send({ type: 'media-failed', reason: 'timeout' });
    await vi.advanceTimersByTimeAsync(50);
    expect(requests('offer').map((m) => m.sdp)).toEqual(['offer 1 of 1']);
    expect(FakePeerConnection.all[0].signalingState).toBe('closed');
  });

  it('says after 30 s that media is blocked', async () => {
    await entered();
    FakePeerConnection.last.become('failed');
    await vi.advanceTimersByTimeAsync(35_000);
    expect(log).toContain('trouble 5500 5501');
  });

  it('restarts ICE when the network changes', async () => {
    const s = await entered();
    s.networkChanged();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests('offer').map((m) => m.sdp)).toEqual(['offer 2 restart of 0']);
  });
});
