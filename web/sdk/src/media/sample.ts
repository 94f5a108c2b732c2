// What a browser's statistics say of one connection at one moment. Field names are those of W3C's webrtc-stats.

import type { Kind } from '../signal/messages';

/** One RTP stream that is sent; counters run from its beginning. */
export interface Sent {
  id: string;
  mid: string;
  kind: Kind;
  bytes: number;
  packets: number;
  /** Packets that the server did not get. */
  lost: number;
  /** 0 to 1; audio only. */
  audioLevel: number;
  width: number;
  height: number;
  frameRate: number;
}

/** One RTP stream that is received. */
export interface Received extends Sent {
  /** Seconds that all samples or frames together have waited, and how many there were. */
  bufferSeconds: number;
  buffered: number;
}

export interface Sample {
  /** Milliseconds, of any clock that does not jump. */
  at: number;
  /** To the server and back, in milliseconds; null: not measured yet. */
  rtt: number | null;
  bytesSent: number;
  bytesReceived: number;
  sent: Sent[];
  received: Received[];
}

type Stat = { id: string; type: string; [member: string]: unknown };
/** As much of an RTCStatsReport as is needed. */
export type Report = Pick<Map<string, unknown>, 'get' | 'values'>;

const number = (value: unknown) => (typeof value === 'number' ? value : 0);
const text = (value: unknown) => (typeof value === 'string' ? value : '');

export function sample(report: Report, at: number): Sample {
  const all = [...report.values()] as Stat[];
  const ofType = (type: string) => all.filter((stat) => stat.type === type);
  const find = (id: unknown) => report.get(text(id)) as Stat | undefined;
  const remotes = new Map(ofType('remote-inbound-rtp').map((stat) => [text(stat.localId), stat]));
  const pair = selectedPair(all, find);

  return {
    at,
    rtt: pair?.currentRoundTripTime === undefined ? null : number(pair.currentRoundTripTime) * 1000,
    bytesSent: number(pair?.bytesSent),
    bytesReceived: number(pair?.bytesReceived),
    sent: ofType('outbound-rtp').map((stat) => ({
      ...stream(stat),
      bytes: number(stat.bytesSent),
      packets: number(stat.packetsSent),
      lost: number(remotes.get(stat.id)?.packetsLost),
      audioLevel: number(find(stat.mediaSourceId)?.audioLevel),
    })),
    received: ofType('inbound-rtp').map((stat) => ({
      ...stream(stat),
      bytes: number(stat.bytesReceived),
      packets: number(stat.packetsReceived),
      lost: number(stat.packetsLost),
      audioLevel: number(stat.audioLevel),
      bufferSeconds: number(stat.jitterBufferDelay),
      buffered: number(stat.jitterBufferEmittedCount),
    })),
  };
}

function stream(stat: Stat) {
  return {
    id: stat.id,
    mid: text(stat.mid),
    kind: stat.kind as Kind,
    width: number(stat.frameWidth),
    height: number(stat.frameHeight),
    frameRate: number(stat.framesPerSecond),
  };
}

/** The pair of addresses in use: named by the transport, or in Firefox by itself. */
function selectedPair(all: Stat[], find: (id: unknown) => Stat | undefined): Stat | undefined {
  const transport = all.find((stat) => stat.type === 'transport');
  const named = find(transport?.selectedCandidatePairId);
  return named ?? all.find((stat) => stat.type === 'candidate-pair' && stat.selected === true);
}
