// From one sample to the next: bit rates, losses and grades, as the events STATISTICS and NETWORK_QUALITY tell them.

import type { NetworkQualityValue } from '../api/enums';
import type { NetworkQuality } from '../api/event_types';
import type {
  LocalStatistic,
  RemoteStatistic,
  StreamType,
  TRTCStatistics,
  VideoStatistic,
  VideoType,
} from '../api/types';
import type { Traffic } from '../signal/traffic';
import type { LineName } from './outgoing';
import type { Received, Sample, Sent } from './sample';

/** Whose a stream is. */
export interface Names {
  sent(mid: string): LineName | undefined;
  received(mid: string): { userId: string; streamType: StreamType; small: boolean } | undefined;
}

export interface Result {
  statistics: TRTCStatistics;
  quality: NetworkQuality;
}

/** Up to these losses (%) and round trips (ms) a network has the grades 1, 2, …; beyond the last it has 5. */
const LOSS_LIMITS = [1, 3, 8, 15];
const RTT_LIMITS = [100, 200, 300, 500];

export function grade(rtt: number, loss: number): NetworkQualityValue {
  const of = (value: number, limits: number[]) => {
    const index = limits.findIndex((limit) => value <= limit);
    return index < 0 ? limits.length + 1 : index + 1;
  };
  return Math.max(of(rtt, RTT_LIMITS), of(loss, LOSS_LIMITS)) as NetworkQualityValue;
}

/** What is told while there is no connection: 0 before there ever was one, 6 when it is lost. */
export function noQuality(lost: boolean): NetworkQuality {
  const none: NetworkQualityValue = lost ? 6 : 0;
  return {
    uplinkNetworkQuality: none,
    downlinkNetworkQuality: none,
    uplinkRTT: 0,
    uplinkLoss: 0,
    downlinkRTT: 0,
    downlinkLoss: 0,
  };
}

/** How a stream's counters grew since the sample before. */
interface Growth<S extends Sent> {
  stream: S;
  before: S | undefined;
  bytes: number;
  packets: number;
  lost: number;
  kbps: number;
}

export class Statistics {
  private last: Sample | null = null;
  private bytesSent = 0;
  private bytesReceived = 0;

  constructor(private readonly names: Names) {}

  next(sample: Sample, signalling: Traffic): Result {
    const { last } = this;
    this.last = sample;
    const seconds = last ? (sample.at - last.at) / 1000 : 0;
    const sent = grown(sample.sent, last?.sent, seconds);
    const received = grown(sample.received, last?.received, seconds);
    // A new connection counts from 0 again.
    this.bytesSent += growth(sample.bytesSent, last?.bytesSent);
    this.bytesReceived += growth(sample.bytesReceived, last?.bytesReceived);

    const rtt = Math.round(sample.rtt ?? 0);
    const upLoss = percent(sum(sent, 'lost'), sum(sent, 'packets'));
    const downLoss = percent(
      sum(received, 'lost'),
      sum(received, 'packets') + sum(received, 'lost'),
    );
    const statistics: TRTCStatistics = {
      rtt,
      upLoss,
      downLoss,
      bytesSent: this.bytesSent + signalling.sent,
      bytesReceived: this.bytesReceived + signalling.received,
      localStatistics: this.local(sent),
      remoteStatistics: this.remote(received),
    };
    const quality: NetworkQuality = {
      uplinkNetworkQuality: grade(rtt, upLoss),
      downlinkNetworkQuality: grade(rtt, downLoss),
      uplinkRTT: rtt,
      uplinkLoss: upLoss,
      downlinkRTT: rtt,
      downlinkLoss: downLoss,
    };
    return { statistics, quality };
  }

  private local(sent: Growth<Sent>[]): LocalStatistic {
    const of = (name: LineName) =>
      sent.filter(({ stream, bytes }) => bytes > 0 && this.names.sent(stream.mid) === name);
    const bySize = of('camera').sort((a, b) => b.stream.width - a.stream.width);
    const [largest] = bySize;
    const smallest = bySize.length > 1 ? bySize[bySize.length - 1] : undefined;
    const [microphone] = of('microphone');
    return {
      audio: {
        bitrate: microphone?.kbps ?? 0,
        audioLevel: microphone?.stream.audioLevel ?? 0,
      },
      video: [
        ...(largest ? [video(largest, 'big')] : []),
        ...(smallest ? [video(smallest, 'small')] : []),
        ...of('screen').map((screen) => video(screen, 'sub')),
      ],
    };
  }

  private remote(received: Growth<Received>[]): RemoteStatistic[] {
    const users = new Map<string, RemoteStatistic>();
    for (const growth of received) {
      const whose = this.names.received(growth.stream.mid);
      if (!whose) continue;
      const { userId, streamType, small } = whose;
      const user = users.get(userId) ?? {
        userId,
        audio: { bitrate: 0, audioLevel: 0, jitterBufferDelay: 0 },
        video: [],
      };
      users.set(userId, user);
      const jitterBufferDelay = delay(growth);
      if (growth.stream.kind === 'video') {
        const type = streamType === 'sub' ? 'sub' : small ? 'small' : 'big';
        user.video.push({ ...video(growth, type), jitterBufferDelay });
      } else {
        // Microphone and shared sound are one thing to the application.
        user.audio.bitrate += growth.kbps;
        user.audio.audioLevel = Math.max(user.audio.audioLevel, growth.stream.audioLevel);
        user.audio.jitterBufferDelay = Math.max(user.audio.jitterBufferDelay, jitterBufferDelay);
      }
    }
    return [...users.values()];
  }
}

function grown<S extends Sent>(now: S[], last: S[] = [], seconds: number): Growth<S>[] {
  const known = new Map(last.map((stream) => [stream.id, stream]));
  return now.map((stream) => {
    const before = known.get(stream.id);
    const bytes = growth(stream.bytes, before?.bytes);
    return {
      stream,
      before,
      bytes,
      packets: growth(stream.packets, before?.packets),
      // Losses are taken back when a packet comes late.
      lost: Math.max(0, stream.lost - (before?.lost ?? 0)),
      kbps: seconds > 0 ? Math.round((bytes * 8) / 1000 / seconds) : 0,
    };
  });
}

function growth(now: number, before = 0): number {
  return now >= before ? now - before : now;
}

function sum(growths: Growth<Sent>[], member: 'packets' | 'lost'): number {
  return growths.reduce((total, growth) => total + growth[member], 0);
}

/** With one decimal. */
function percent(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, Math.round((part / whole) * 1000) / 10) : 0;
}

function video({ stream, kbps }: Growth<Sent>, videoType: VideoType): VideoStatistic {
  const { width, height, frameRate } = stream;
  return { width, height, frameRate: Math.round(frameRate), bitrate: kbps, videoType };
}

/** Milliseconds that a sample or frame has waited on average since the sample before. */
function delay({ stream, before }: Growth<Received>): number {
  const count = stream.buffered - (before?.buffered ?? 0);
  const seconds = stream.bufferSeconds - (before?.bufferSeconds ?? 0);
  return count > 0 ? Math.round((seconds / count) * 1000) : 0;
}
