import { describe, expect, it } from 'vitest';
import { sample } from '../src/media/sample';
import type { Names } from '../src/media/statistics';
import { grade, noQuality, Statistics } from '../src/media/statistics';

const names: Names = {
  sent: (mid) => ({ '0': 'microphone', '1': 'camera', '2': 'screen' })[mid] as never,
  received: (mid) =>
    ({
      '4': { userId: 'bob', streamType: 'main', small: false },
      '5': { userId: 'bob', streamType: 'main', small: true },
      '7': { userId: 'bob', streamType: 'sub', small: false },
    })[mid] as never,
};
const silent = { sent: 0, received: 0 };

/** A browser's report, `n` seconds after the connection began. */
function report(n: number, { lost = 0, connection = '' } = {}) {
  const stats = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    {
      id: 'P',
      type: 'candidate-pair',
      currentRoundTripTime: 0.0424,
      bytesSent: 9000 * n,
      bytesReceived: 5000 * n,
    },
    { id: 'SA', type: 'media-source', kind: 'audio', audioLevel: 0.25 },
    {
      id: `OA${connection}`,
      type: 'outbound-rtp',
      kind: 'audio',
      mid: '0',
      mediaSourceId: 'SA',
      bytesSent: 5000 * n,
      packetsSent: 50 * n,
    },
    { id: 'RA', type: 'remote-inbound-rtp', localId: `OA${connection}`, packetsLost: lost * n },
    {
      id: 'Oq',
      type: 'outbound-rtp',
      kind: 'video',
      mid: '1',
      rid: 'q',
      bytesSent: 2500 * n,
      packetsSent: 10 * n,
      frameWidth: 160,
      frameHeight: 90,
      framesPerSecond: 14.9,
    },
    {
      id: 'Oh',
      type: 'outbound-rtp',
      kind: 'video',
      mid: '1',
      rid: 'h',
      bytesSent: 12_500 * n,
      packetsSent: 40 * n,
      frameWidth: 320,
      frameHeight: 180,
      framesPerSecond: 15,
    },
    {
      id: 'Of',
      type: 'outbound-rtp',
      kind: 'video',
      mid: '1',
      rid: 'f',
      bytesSent: 0,
      packetsSent: 0,
    },
    {
      id: 'I4',
      type: 'inbound-rtp',
      kind: 'audio',
      mid: '4',
      bytesReceived: 4000 * n,
      packetsReceived: 50 * n,
      packetsLost: 0,
      audioLevel: 0.5,
      jitterBufferDelay: 960 * n * n,
      jitterBufferEmittedCount: 48_000 * n,
    },
    {
      id: 'I5',
      type: 'inbound-rtp',
      kind: 'video',
      mid: '5',
      bytesReceived: 25_000 * n,
      packetsReceived: 50 * n,
      packetsLost: lost * n,
      frameWidth: 320,
      frameHeight: 180,
      framesPerSecond: 15,
    },
    {
      id: 'I7',
      type: 'inbound-rtp',
      kind: 'video',
      mid: '7',
      bytesReceived: 0,
      packetsReceived: 0,
      packetsLost: 0,
      frameWidth: 1280,
      frameHeight: 720,
    },
    {
      id: 'I9',
      type: 'inbound-rtp',
      kind: 'video',
      mid: '9',
      bytesReceived: 0,
      packetsReceived: 0,
      packetsLost: 0,
    },
  ];
  return sample(new Map(stats.map((stat) => [stat.id, stat])), n * 1000);
}

describe('statistics', () => {
  it('fill every documented member from two samples', () => {
    const statistics = new Statistics(names);
    statistics.next(report(2), silent);
    const { statistics: told } = statistics.next(report(4), { sent: 700, received: 300 });
    expect(told).toEqual({
      rtt: 42,
      upLoss: 0,
      downLoss: 0,
      bytesSent: 36_700,
      bytesReceived: 20_300,
      localStatistics: {
        audio: { bitrate: 40, audioLevel: 0.25 },
        video: [
          { width: 320, height: 180, frameRate: 15, bitrate: 100, videoType: 'big' },
          { width: 160, height: 90, frameRate: 15, bitrate: 20, videoType: 'small' },
        ],
      },
      remoteStatistics: [
        {
          userId: 'bob',
          audio: { bitrate: 32, audioLevel: 0.5, jitterBufferDelay: 120 },
          video: [
            {
              width: 320,
              height: 180,
              frameRate: 15,
              bitrate: 200,
              videoType: 'small',
              jitterBufferDelay: 0,
            },
            {
              width: 1280,
              height: 720,
              frameRate: 0,
              bitrate: 0,
              videoType: 'sub',
              jitterBufferDelay: 0,
            },
          ],
        },
      ],
    });
  });

  it('count the losses since the sample before, in %', () => {
    const statistics = new Statistics(names);
    statistics.next(report(1), silent);
    const { statistics: told, quality } = statistics.next(report(3, { lost: 5 }), silent);
    // 15 of 200 packets up, 15 of 200 and those down.
    expect([told.upLoss, told.downLoss]).toEqual([7.5, 7]);
    expect(quality).toEqual({
      uplinkNetworkQuality: 3,
      downlinkNetworkQuality: 3,
      uplinkRTT: 42,
      uplinkLoss: 7.5,
      downlinkRTT: 42,
      downlinkLoss: 7,
    });
  });

  it('go on counting bytes when the connection is replaced', () => {
    const statistics = new Statistics(names);
    statistics.next(report(10), silent);
    const { statistics: told } = statistics.next(report(1, { connection: '2' }), silent);
    expect(told.bytesSent).toBe(99_000);
    expect(told.localStatistics.audio.bitrate).toBe(0);
  });

  it('begin with empty values, not with wrong ones', () => {
    const empty = sample(new Map(), 0);
    expect(empty.rtt).toBe(null);
    const { statistics: told } = new Statistics(names).next(empty, silent);
    expect(told).toMatchObject({
      rtt: 0,
      upLoss: 0,
      localStatistics: { audio: { bitrate: 0, audioLevel: 0 }, video: [] },
      remoteStatistics: [],
    });
  });
});

describe('the grade of a network', () => {
  it.each([
    [0, 0, 1],
    [100, 1, 1],
    [101, 0, 2],
    [0, 3, 2],
    [300, 0, 3],
    [0, 15, 4],
    [501, 0, 5],
    [0, 15.1, 5],
  ])('at %i ms and %d %% is %i', (rtt, loss, expected) => expect(grade(rtt, loss)).toBe(expected));

  it('is unknown before there was a connection, and 6 when it is lost', () => {
    expect(noQuality(false)).toMatchObject({ uplinkNetworkQuality: 0, downlinkNetworkQuality: 0 });
    expect(noQuality(true)).toMatchObject({ uplinkNetworkQuality: 6, downlinkNetworkQuality: 6 });
  });
});
