// Checked by the compiler only: an application written for the original's types compiles with ours.
// For everything that both have: what it passes in we accept, what it gets from us it accepts.

import type Theirs from 'trtc-sdk-v5';
import type { RtcError as TheirError } from 'trtc-sdk-v5';
import type {
  ExperimentalAPIFunctionMap as TheirExperiments,
  TRTCEventTypes as TheirEvents,
} from 'trtc-sdk-v5';
import type Ours from '../src/index';
import type {
  ExperimentalAPIFunctionMap as OurExperiments,
  RtcError as OurError,
  TRTCEventTypes as OurEvents,
} from '../src/index';

/** Their string enums as the strings they are, all the way down. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined | symbol
    ? T
    : T extends (...args: infer A) => infer R
      ? (...args: { [K in keyof A]: Plain<A[K]> }) => Plain<R>
      : T extends Promise<infer R>
        ? Promise<Plain<R>>
        : T extends Leaf
          ? T
          : T extends object
            ? { [K in keyof T]: Plain<T[K]> }
            : T;
type Leaf = MessagePort | HTMLElement | MediaStreamTrack | MediaDeviceInfo | ArrayBuffer | Error;

type Same<A, B> = [A, B] extends [B, A] ? true : { is: A; shouldBe: B };
type Extends<A, B> = [A] extends [B] ? true : { is: A; shouldFit: B };
/** Fails to compile, and shows why, unless every member is true. */
type Check<T extends Record<keyof T, true>> = T;

type SharedMethods = Extract<keyof Ours & keyof Theirs, string>;
type Params<T> = T extends (...args: infer A) => unknown ? { [K in keyof A]: Plain<A[K]> } : never;
type Return<T> = T extends (...args: never[]) => infer R ? Plain<R> : never;

/** Generic in their names; compared through the tables of events and experiments below, plugins not at all. */
type Generic = 'on' | 'off' | 'callExperimentalAPI' | `${'start' | 'update' | 'stop'}Plugin`;
type Methods = Exclude<SharedMethods, Generic>;

export type MethodParameters = Check<{
  [K in Methods]: Extends<Params<Theirs[K]>, Params<Ours[K]>>;
}>;
export type MethodResults = Check<{
  [K in Methods]: Extends<Return<Ours[K]>, Return<Theirs[K]>>;
}>;

type TheirStatics = typeof Theirs;
type OurStatics = typeof Ours;
type StaticMethods = Exclude<
  Extract<keyof OurStatics, keyof TheirStatics>,
  'prototype' | 'create' | 'EVENT' | 'TYPE' | 'ERROR_CODE'
>;
export type StaticParameters = Check<{
  [K in StaticMethods]: Extends<Params<TheirStatics[K]>, Params<OurStatics[K]>>;
}>;
export type StaticResults = Check<{
  [K in StaticMethods]: Extends<Return<OurStatics[K]>, Return<TheirStatics[K]>>;
}>;
type Wide<T> = Omit<NonNullable<T>, 'plugins'>;
export type CreateParameter = Check<{
  create: Extends<
    Wide<Plain<Parameters<TheirStatics['create']>[0]>>,
    Wide<Parameters<OurStatics['create']>[0]>
  >;
}>;

type TheirEventName = `${keyof TheirEvents}`;
type SharedEvents = Extract<keyof OurEvents, TheirEventName>;
type TheirPayload<K> = {
  [E in keyof TheirEvents as `${E}`]: Plain<[...TheirEvents[E]]>;
}[K & TheirEventName];
/** Their declaration of a permission forgets the null that their documentation names. */
type Unlike = 'error' | 'permission-state-change';
export type EventPayloads = Check<{
  [K in Exclude<SharedEvents, Unlike>]: Extends<Plain<[...OurEvents[K]]>, TheirPayload<K>>;
}>;
export type NoEventOfOurOwn = Check<{
  names: Extends<keyof OurEvents, TheirEventName>;
}>;

export type ErrorMembers = Check<{
  [K in Extract<keyof TheirError, string>]: Extends<OurError[K], TheirError[K]>;
}>;

export type Constants = Check<{
  EVENT: Extends<OurStatics['EVENT'], Plain<TheirStatics['EVENT']>>;
  noEventMissing: Extends<keyof TheirStatics['EVENT'], keyof OurStatics['EVENT']>;
  TYPE: Extends<OurStatics['TYPE'], Plain<TheirStatics['TYPE']>>;
  noTypeMissing: Extends<keyof TheirStatics['TYPE'], keyof OurStatics['TYPE']>;
  noErrorCodeMissing: Extends<keyof TheirStatics['ERROR_CODE'], keyof OurStatics['ERROR_CODE']>;
}>;

export type Experiments = Check<{
  [K in keyof OurExperiments]: Extends<Plain<TheirExperiments[K]>, OurExperiments[K]>;
}>;

/** All that the original has and we have not, by name: what disappears by accident is noticed, and what comes. */
export type NotThere = Check<{
  methods: Same<Exclude<keyof Theirs, keyof Ours>, 'use' | 'sendCustomMessage'>;
  statics: Same<Exclude<keyof TheirStatics, keyof OurStatics>, never>;
  events: Same<
    Exclude<TheirEventName, keyof OurEvents>,
    'custom-message' | 'realtime-transcriber-message' | 'realtime-transcriber-state-changed'
  >;
  experiments: Same<
    Exclude<keyof TheirExperiments, keyof OurExperiments>,
    'switchPlaybackQuality' | 'preconnect'
  >;
}>;
