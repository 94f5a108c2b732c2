import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelHandler } from '../src/signal/channel';
import { Channel } from '../src/signal/channel';
import type { Join, Request, ServerMessage } from '../src/signal/messages';
import { FakeServer } from './fake_server';
import { seededRandom } from './random';

const leave: Request = { type: 'leave' };

function setup(seed = 1) {
  const server = new FakeServer();
  const got: Record<string, unknown>[] = [];
  const log: string[] = [];
  const handler: ChannelHandler = {
    join: async (resumeToken) =>
      ({ type: 'join', userId: 'alice', resumeToken }) as unknown as Join,
    joined: (m) => log.push(`joined ${m.sessionId}`),
    lost: () => log.push('lost'),
    message: (m: ServerMessage) => got.push(m as never),
    speakers: (m) => log.push(`speakers ${m.speakers.length}`),
    online: (up) => log.push(up ? 'online' : 'offline'),
    refused: (e) => log.push(`refused ${e.code}`),
  };
  const random = seededRandom(seed);
  const channel = new Channel({ url: 'ws://x', open: server.open, random }, handler);
  return { server, channel, got, log, random };
}

async function joined(seed?: number) {
  const all = setup(seed);
  all.channel.open();
  await vi.advanceTimersByTimeAsync(10);
  return all;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('acknowledges what it has received before it closes', async () => {
  const { server, channel } = await joined();
  server.send({ type: 'kicked', reason: 'kick' });
  await vi.advanceTimersByTimeAsync(5);
  channel.close();
  await vi.advanceTimersByTimeAsync(5);
  expect(server.unacknowledged).toBe(0);
});

describe('joining', () => {
  it('sends join first and reports joined before online', async () => {
    const { server, log } = await joined();
    expect(server.joins).toHaveLength(1);
    expect(log).toEqual(['joined s1', 'online']);
  });

  it('keeps what is sent before joined and sends it then, in order', async () => {
    const { server, channel } = setup();
    channel.open();
    channel.send({ type: 'role', role: 'anchor' });
    channel.send(leave);
    await vi.advanceTimersByTimeAsync(10);
    expect(server.got.map((f) => f.type)).toEqual(['role', 'leave']);
  });

  it('reports a refusal and stays closed', async () => {
    const { server, channel, log } = setup();
    server.onJoin = () => ({ type: 'error', code: 70003, message: 'bad userSig' });
    channel.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log).toEqual(['refused 70003']);
    expect(server.opened).toBe(1);
  });

  it('tries again while the server can not be reached, at growing distances', async () => {
    const { server, channel, log } = setup();
    server.reachable = false;
    channel.open();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.opened).toBeGreaterThanOrEqual(7);
    expect(server.opened).toBeLessThanOrEqual(10);
    server.reachable = true;
    await vi.advanceTimersByTimeAsync(2500);
    expect(log).toEqual(['joined s1', 'online']);
  });
});

describe('keeping alive', () => {
  it('pings at the interval that the server asks for', async () => {
    const { server } = await joined();
    const pings: number[] = [];
    const receive = server.receive.bind(server);
    server.receive = (socket, frame) => {
      if (frame.type === 'ping') pings.push(Date.now());
      receive(socket, frame);
    };
    await vi.advanceTimersByTimeAsync(15_100);
    expect(pings).toHaveLength(3);
    expect(server.opened).toBe(1);
  });

  it('counts a silent socket as dead and resumes on another', async () => {
    const { server, log } = await joined();
    server.socket?.freeze();
    await vi.advanceTimersByTimeAsync(16_000);
    expect(server.resumes).toBe(1);
    expect(log).toEqual(['joined s1', 'online', 'offline', 'online']);
  });

  it('waits for two intervals and not longer, whenever the silence begins', async () => {
    const { server, log } = await joined();
    await vi.advanceTimersByTimeAsync(5100);
    server.socket?.freeze();
    await vi.advanceTimersByTimeAsync(9800);
    expect(log).toEqual(['joined s1', 'online']);
    await vi.advanceTimersByTimeAsync(500);
    expect(server.resumes).toBe(1);
  });

  it('finds a dead socket within 2 s when asked to probe', async () => {
    const { server, channel } = await joined();
    server.socket?.freeze();
    channel.probe();
    await vi.advanceTimersByTimeAsync(2100);
    expect(server.resumes).toBe(1);
  });

  it('acknowledges within 500 ms when it has nothing to say', async () => {
    const { server } = await joined();
    server.send({ type: 'need', pairs: 8 });
    await vi.advanceTimersByTimeAsync(500);
    expect(server.unacknowledged).toBe(0);
  });

  it('acknowledges at once after 32 messages', async () => {
    const { server } = await joined();
    for (let i = 0; i < 32; i++) server.send({ type: 'need', pairs: i });
    await vi.advanceTimersByTimeAsync(5);
    expect(server.unacknowledged).toBe(0);
  });
});

describe('resuming', () => {
  it('opens a new socket at once and sends again what was not acknowledged', async () => {
    const { server, channel, log } = await joined();
    channel.send({ type: 'role', role: 'anchor' });
    server.socket?.cut();
    await vi.advanceTimersByTimeAsync(10);
    expect(server.got.map((f) => f.seq)).toEqual([1]);
    expect(log).toEqual(['joined s1', 'online', 'offline', 'online']);
  });

  it('does not spin when sockets are taken and dropped at once', async () => {
    const { server } = await joined();
    const resume = server.receive.bind(server);
    server.receive = (socket, frame) => {
      resume(socket, frame);
      if (frame.type === 'resume') setTimeout(() => socket.cut(), 3);
    };
    server.socket?.cut();
    await vi.advanceTimersByTimeAsync(4000);
    expect(server.opened).toBeLessThan(10);
  });

  it('resumes rather than loses a message when one is missing', async () => {
    const { server, got } = await joined();
    server.frame({ type: 'need', pairs: 2, seq: 2 });
    await vi.advanceTimersByTimeAsync(5);
    server.send({ type: 'need', pairs: 1 });
    await vi.advanceTimersByTimeAsync(50);
    expect(got.map((m) => m.seq)).toEqual([1]);
    expect(server.resumes).toBe(1);
  });

  it('enters anew on the same socket when the session is gone', async () => {
    const { server, channel, log } = await joined();
    channel.send(leave);
    await vi.advanceTimersByTimeAsync(5);
    server.restart();
    await vi.advanceTimersByTimeAsync(20);
    expect(server.opened).toBe(2);
    expect(server.joins[1].resumeToken).toBe('token1');
    expect(log).toEqual(['joined s1', 'online', 'offline', 'lost', 'joined s2', 'online']);
    channel.send(leave);
    await vi.advanceTimersByTimeAsync(5);
    expect(server.got.map((f) => f.seq)).toEqual([1, 1]);
  });

  it('enters anew with the newest token that a result gave', async () => {
    const { server, channel } = await joined();
    channel.send({ type: 'role', role: 'anchor' });
    await vi.advanceTimersByTimeAsync(5);
    server.send({ type: 'result', re: 1, resumeToken: 'token1b' });
    await vi.advanceTimersByTimeAsync(5);
    server.restart();
    await vi.advanceTimersByTimeAsync(20);
    expect(server.joins[1].resumeToken).toBe('token1b');
  });

  it('goes on trying when a restarting server says that it is shutting down', async () => {
    const { server, log } = await joined();
    server.onJoin = () => ({ type: 'error', code: -120009, message: 'shutting down' });
    server.restart();
    await vi.advanceTimersByTimeAsync(1000);
    server.onJoin = () => ({});
    await vi.advanceTimersByTimeAsync(5000);
    expect(log.at(-1)).toBe('online');
  });

  it('ends when the server closes the session on purpose', async () => {
    const { server, log } = await joined();
    server.socket?.cut(4001);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log.at(-1)).toBe('refused 4001');
    expect(server.opened).toBe(1);
  });

  it('starts over when too much waits unacknowledged', async () => {
    const { server, channel, log } = await joined();
    server.reachable = false;
    server.socket?.cut();
    for (let i = 0; i <= 1024; i++) channel.send(leave);
    server.reachable = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toContain('lost');
    expect(log.at(-1)).toBe('online');
  });
});

describe('with sockets that break at random', () => {
  it.each(Array.from({ length: 50 }, (_, i) => i + 1))(
    'everything arrives once and in order, both ways (seed %i)',
    async (seed) => {
      const { server, channel, got, random } = await joined(seed);
      const sent = { up: 0, down: 0 };
      for (let step = 0; step < 300; step++) {
        const dice = random();
        if (dice < 0.4) channel.send({ type: 'role', role: 'anchor', n: ++sent.up } as never);
        else if (dice < 0.8) server.send({ type: 'need', pairs: ++sent.down });
        else if (dice < 0.86) server.socket?.cut();
        else if (dice < 0.87) server.socket?.freeze();
        server.delayMs = 1 + Math.floor(random() * 30);
        await vi.advanceTimersByTimeAsync(Math.floor(random() * 60));
      }
      await vi.advanceTimersByTimeAsync(60_000);
      const numbers = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
      expect(server.got.map((f) => f.n)).toEqual(numbers(sent.up));
      expect(got.map((m) => m.pairs)).toEqual(numbers(sent.down));
      expect(server.unacknowledged).toBe(0);
    },
  );
});
