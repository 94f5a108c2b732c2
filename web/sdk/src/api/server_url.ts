// Where the server is.

import { EXTRA_CODE } from './constants';
import { invalid } from './rules';

/** The SDK as a Plaza server hands it out. */
const SERVED = /^(https?:\/\/.*)\/sdk\/plaza(\.umd)?\.js([?#].*)?$/;

/** Address of the server that handed out the script at `scriptUrl`, else the page's own. */
export function defaultServerUrl(scriptUrl: string | undefined, pageUrl: string): string {
  return SERVED.exec(scriptUrl ?? '')?.[1] ?? new URL(pageUrl).origin;
}

/** The WebSocket address of signalling on the server at `serverUrl`. */
export function signalUrl(serverUrl: string, pageUrl: string): string {
  let url: URL;
  try {
    url = new URL(serverUrl, pageUrl);
  } catch {
    throw invalid(EXTRA_CODE.NOT_ALLOWED_VALUE, `serverUrl is not an address: ${serverUrl}`);
  }
  const protocols: Record<string, string> = { 'http:': 'ws:', 'https:': 'wss:' };
  url.protocol = protocols[url.protocol] ?? url.protocol;
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    const message = `serverUrl must begin with http, https, ws or wss: ${serverUrl}`;
    throw invalid(EXTRA_CODE.NOT_ALLOWED_VALUE, message);
  }
  url.search = url.hash = '';
  if (!url.pathname.endsWith('/v1/signal')) {
    url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/signal`;
  }
  return url.href;
}
