// The signalling messages, as docs/signalling.md specifies them.

import type { ServerError } from '../base/errors';

export type Kind = 'audio' | 'video';
/** On the wire the screen is `aux`; the API calls it `sub`. */
export type WireStreamType = 'main' | 'aux';
export type Role = 'anchor' | 'audience';

export interface Layer {
  rid?: string;
  width: number;
  height: number;
}

/** What one sending m-line carries. */
export interface SendingTrack {
  mid: string;
  kind: Kind;
  streamType: WireStreamType;
  published: boolean;
  muted: boolean;
  layers?: Layer[];
}

/** A track that somebody publishes. */
export interface RemoteTrack {
  kind: Kind;
  streamType: WireStreamType;
  muted?: boolean;
  width?: number;
  height?: number;
}

export interface Member {
  userId: string;
  role: Role;
  tracks: RemoteTrack[];
}

export interface EventNumber {
  epoch: number;
  number: number;
}

/** One slot: a pair of m-lines (`audioMid`, `videoMid`) or who is in it. */
export interface Slot {
  slot: number;
  audioMid?: string;
  videoMid?: string;
  userId?: string | null;
  streamType?: WireStreamType;
  audio?: boolean;
  video?: boolean;
}

export interface Join {
  type: 'join';
  protocol: 1;
  sdkAppId: number;
  userId: string;
  userSig: string;
  resumeToken?: string;
  roomId?: number;
  strRoomId?: string;
  scene: 'rtc' | 'live';
  role: Role;
  privateMapKey?: string;
  offer: string;
  tracks: SendingTrack[];
  autoSubscribe: { audio: boolean; video: boolean };
  client: { name: string; version: string };
}

export interface Joined {
  type: 'joined';
  sessionId: string;
  resumeToken: string;
  room: { event: EventNumber; scene: 'rtc' | 'live'; members: Member[] };
  answer?: string;
  slots?: Slot[];
  need?: { pairs: number };
  settings?: { pingIntervalMs?: number; resumeTimeoutMs?: number; maxMessageBytes?: number };
}

export interface StreamWish {
  userId: string;
  streamType: WireStreamType;
  audio?: boolean;
  video?: boolean | { width: number; height: number };
}

/** Requests of the client; each is answered by a `result`. */
export type Request =
  | { type: 'offer'; sdp: string; tracks: SendingTrack[] }
  | { type: 'publish'; tracks: SendingTrack[] }
  | { type: 'watch'; streams: StreamWish[] }
  | { type: 'role'; role: Role; privateMapKey?: string }
  | { type: 'leave' };

export interface Result {
  type: 'result';
  re: number;
  error?: ServerError;
  answer?: string;
  slots?: Slot[];
  /** Takes the place of the token before. */
  resumeToken?: string;
}

/** Messages about the room, in the order of their `event`. */
export type RoomEvent = { event: EventNumber } & (
  | { type: 'member-joined'; userId: string; role: Role; tracks?: RemoteTrack[] }
  | { type: 'member-left'; userId: string; reason?: string }
  | { type: 'track-published' | 'track-updated'; userId: string; track: RemoteTrack }
  | {
      type: 'track-unpublished';
      userId: string;
      kind: Kind;
      streamType: WireStreamType;
      reason?: string;
    }
  | { type: 'role-changed'; userId: string; role: Role }
);

export const ROOM_EVENTS: ReadonlySet<string> = new Set<RoomEvent['type']>([
  'member-joined',
  'member-left',
  'track-published',
  'track-updated',
  'track-unpublished',
  'role-changed',
]);

/** Numbered messages of the server. */
export type ServerMessage =
  | Result
  | RoomEvent
  | { type: 'slots'; slots: Slot[] }
  | { type: 'need'; pairs: number }
  | { type: 'kicked'; reason: string }
  | { type: 'media-failed'; reason?: string };

export interface Speakers {
  type: 'speakers';
  speakers: { userId: string; level: number }[];
}

/** Error codes of the server that the client acts upon. */
export const SIGNAL_ERROR = {
  SESSION_UNKNOWN: -120005,
  TOO_MANY_REQUESTS: -120007,
  SHUTTING_DOWN: -120009,
  INTERNAL: -120010,
  ENTERED_ELSEWHERE: -120012,
} as const;
