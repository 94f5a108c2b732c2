// What has to hold for an SEI message before it goes to its frame.

import { EXTRA_CODE } from '../api/constants';
import { invalid } from '../api/rules';
import type { SEIOptions } from '../api/types';
import { invalidOperation } from '../base/errors';
import { RateLimit } from '../base/rate_limit';
import type { Outgoing } from '../media/outgoing';
import type { Room } from './room';

const LIMIT = { messages: 30, bytes: 8 * 1024 };
/** User data of the standard, which begins with a UUID (H.264, D.1.7). */
const USER_DATA_UNREGISTERED = 5;
const UUID_BYTES = 16;
const DEFAULT_TYPE = 243;

export class SeiSender {
  private readonly limit = new RateLimit(LIMIT);

  constructor(
    private readonly enabled: boolean,
    private readonly outgoing: Outgoing,
    private readonly room: Pick<Room, 'sendSei'>,
  ) {}

  send(buffer: ArrayBuffer, { seiPayloadType = DEFAULT_TYPE, toSubStream }: SEIOptions): void {
    if (!this.enabled) {
      throw invalidOperation(EXTRA_CODE.SEI_NOT_ENABLED, 'create with enableSEI: true');
    }
    if (seiPayloadType === USER_DATA_UNREGISTERED && buffer.byteLength < UUID_BYTES) {
      const message = `buffer must begin with a UUID of ${UUID_BYTES} bytes for payload type 5`;
      throw invalid(EXTRA_CODE.BELOW_MINIMUM, message);
    }
    if (!this.limit.take(buffer.byteLength)) {
      throw invalidOperation(undefined, 'more than 30 SEI messages or 8 KB in a second');
    }
    const line = toSubStream ? this.outgoing.screen : this.outgoing.camera;
    // A copy: the application may go on using its buffer.
    const data = new Uint8Array(buffer.slice(0));
    this.room.sendSei(line, { payloadType: seiPayloadType, data });
  }
}
