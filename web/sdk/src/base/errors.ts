// The one error type that applications see, and how other errors become one.

import { ERROR_CODE, EXTRA_CODE } from '../api/constants';
import { settingsOpener } from './system_settings';

export interface RTCErrorParams {
  code: number;
  extraCode?: number;
  message?: string;
  /** The API function that failed. */
  fnName?: string;
  originError?: Error;
  data?: unknown;
  handler?: () => void;
}

/** Error of a call (its promise rejects with it) or of `TRTC.EVENT.ERROR`. */
export class RtcError extends Error {
  override readonly name = 'RtcError';
  /** Class of the error, one of `TRTC.ERROR_CODE`. */
  readonly code: number;
  /** What exactly: 5001 and up; below `SERVER_ERROR` the server's own code. */
  readonly extraCode?: number;
  functionName: string;
  readonly originError?: Error;
  readonly data?: unknown;
  /** With 5302, where the operating system refused the device: opens its settings. */
  readonly handler?: () => void;

  constructor(params: RTCErrorParams) {
    super(params.message ?? `error ${params.extraCode ?? params.code}`);
    this.code = params.code;
    this.extraCode = params.extraCode;
    this.functionName = params.fnName ?? '';
    this.originError = params.originError;
    this.data = params.data;
    this.handler = params.handler;
  }

  /** `error` as it is if it is an `RtcError`, else wrapped into one. */
  static convertFrom(error: unknown, fnName = ''): RtcError {
    if (error instanceof RtcError) {
      error.functionName ||= fnName;
      return error;
    }
    const origin = error instanceof Error ? error : new Error(String(error));
    return new RtcError({
      code: ERROR_CODE.UNKNOWN_ERROR,
      message: origin.message,
      originError: origin,
      fnName,
    });
  }
}

export function invalidOperation(extraCode: number | undefined, message: string): RtcError {
  return new RtcError({ code: ERROR_CODE.INVALID_OPERATION, extraCode, message });
}

export function notSupported(extraCode: number, message: string): RtcError {
  return new RtcError({ code: ERROR_CODE.ENV_NOT_SUPPORTED, extraCode, message });
}

export function operationFailed(message: string, extraCode?: number, origin?: Error): RtcError {
  return new RtcError({
    code: ERROR_CODE.OPERATION_FAILED,
    extraCode,
    message,
    originError: origin,
  });
}

/** A call was given up because a later call took its place. */
export function aborted(message: string): RtcError {
  return new RtcError({ code: ERROR_CODE.OPERATION_ABORT, message });
}

/** An error object of the server. */
export interface ServerError {
  code: number;
  message: string;
  field?: string;
  requestId?: string;
}

export function serverError(error: ServerError): RtcError {
  const where = error.requestId ? ` (request ${error.requestId})` : '';
  return new RtcError({
    code: ERROR_CODE.SERVER_ERROR,
    extraCode: error.code,
    message: `${error.message}${where}`,
    data: error,
  });
}

const DEVICE_EXTRA_CODES: Record<string, number> = {
  NotFoundError: EXTRA_CODE.NOT_FOUND,
  NotAllowedError: EXTRA_CODE.NOT_ALLOWED,
  NotReadableError: EXTRA_CODE.NOT_READABLE,
  OverconstrainedError: EXTRA_CODE.OVERCONSTRAINED,
  InvalidStateError: EXTRA_CODE.INVALID_STATE,
  SecurityError: EXTRA_CODE.SECURITY,
  AbortError: EXTRA_CODE.ABORT,
};

/** What `getUserMedia` and `getDisplayMedia` reject with. */
export function deviceError(error: unknown, device: string): RtcError {
  const origin = error instanceof Error ? error : new Error(String(error));
  return new RtcError({
    code: ERROR_CODE.DEVICE_ERROR,
    extraCode: DEVICE_EXTRA_CODES[origin.name],
    message: `${device}: ${origin.name}${origin.message ? `, ${origin.message}` : ''}`,
    originError: origin,
    handler: settingsOpener(device, origin),
  });
}
