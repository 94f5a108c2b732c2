// One RTCPeerConnection: the sending m-lines, then the slots.

import type { VideoCodec } from '../api/types';
import { trimOffer } from './codecs';
import type { Encoding } from './layers';
import { RIDS } from './layers';
import type { Line } from './outgoing';
import { withStereo } from './sdp';
import type { SeiMessage } from './sei/nal';
import { canTransform, Sei, seiConfiguration } from './sei/sei';

export interface ConnectionOptions {
  configuration: RTCConfiguration;
  /** Codec of the video sent; `only` offers no other. */
  codec: { first: VideoCodec; only: boolean };
  lines: readonly Line[];
  pairs: number;
  onState: (state: RTCPeerConnectionState) => void;
  /** An SEI message came by that m-line; without this frames are not looked into. */
  onSei?: (mid: string, message: SeiMessage) => void;
}

export class Connection {
  private readonly pc: RTCPeerConnection;
  private readonly sei: Sei | null;
  private readonly senders = new Map<Line, RTCRtpSender>();
  /** Parameters of a sender are read, changed and written: one change at a time. */
  private applying: Promise<void> = Promise.resolve();
  private pairCount = 0;

  constructor(private readonly options: ConnectionOptions) {
    this.sei = options.onSei && canTransform() ? new Sei(options.onSei) : null;
    this.pc = new RTCPeerConnection({
      bundlePolicy: 'max-bundle',
      ...options.configuration,
      ...(this.sei && seiConfiguration()),
    });
    this.pc.onconnectionstatechange = () => options.onState(this.pc.connectionState);
    for (const line of options.lines) this.addSender(line);
    this.growTo(options.pairs);
  }

  get pairs(): number {
    return this.pairCount;
  }

  get connected(): boolean {
    return this.pc.connectionState === 'connected';
  }

  /** Adds slots until there are `pairs`; they count from the next offer on. */
  growTo(pairs: number): void {
    for (; this.pairCount < pairs; this.pairCount++) {
      for (const kind of ['audio', 'video'] as const) {
        const transceiver = this.pc.addTransceiver(kind, { direction: 'recvonly' });
        this.trim(transceiver);
        if (kind === 'video') this.sei?.attachReceiver(transceiver);
        else this.sei?.pass(transceiver.receiver);
      }
    }
  }

  async offer(iceRestart = false): Promise<string> {
    const offer = await this.pc.createOffer({ iceRestart });
    const isSlot = (mid: string) => !this.options.lines.some((line) => line.mid === mid);
    const sdp = withStereo(offer.sdp ?? '', isSlot);
    await this.pc.setLocalDescription({ type: 'offer', sdp });
    return sdp;
  }

  async answer(sdp: string): Promise<void> {
    const stereo = (mid: string) => this.options.lines.some((l) => l.mid === mid && l.stereo);
    await this.pc.setRemoteDescription({ type: 'answer', sdp: withStereo(sdp, stereo) });
  }

  /** Brings the sender of `line` to what the line says. */
  apply(line: Line): Promise<void> {
    const work = this.applying.then(() => this.applyNow(line));
    this.applying = work.catch(() => undefined);
    return work;
  }

  receiver(mid: string): RTCRtpReceiver | undefined {
    return this.pc.getTransceivers().find((t) => t.mid === mid)?.receiver;
  }

  stats(): Promise<RTCStatsReport> {
    return this.pc.getStats();
  }

  /** Sends a message with the next frames of `line`; false if that can not be: only H.264 carries them. */
  sendSei(line: Line, message: SeiMessage): boolean {
    const codec = this.senders.get(line)?.getParameters().codecs[0];
    if (!this.sei || codec?.mimeType.toLowerCase() !== 'video/h264') return false;
    this.sei.send(line.name, message);
    return true;
  }

  close(): void {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.sei?.close();
  }

  private addSender(line: Line): void {
    const init: RTCRtpTransceiverInit = { direction: 'sendonly' };
    if (line.simulcast) init.sendEncodings = RIDS.map((rid) => ({ rid }));
    const transceiver = this.pc.addTransceiver(line.kind, init);
    this.trim(transceiver);
    this.senders.set(line, transceiver.sender);
    if (line.kind === 'video') this.sei?.attachSender(transceiver.sender, line.name);
    else this.sei?.pass(transceiver.sender);
  }

  private trim(transceiver: RTCRtpTransceiver): void {
    trimOffer(transceiver, this.options.codec.first, this.options.codec.only);
  }

  private async applyNow(line: Line): Promise<void> {
    const sender = this.senders.get(line);
    if (!sender || this.pc.signalingState === 'closed') return;
    if (line.encodings.length > 0) {
      const parameters = sender.getParameters();
      parameters.encodings?.forEach((encoding, i) => assign(encoding, line, line.encodings[i]));
      (parameters as { degradationPreference?: string }).degradationPreference = line.degradation;
      if (parameters.encodings?.length) await sender.setParameters(parameters);
    }
    if (sender.track !== line.track) await sender.replaceTrack(line.track);
  }
}

function assign(to: RTCRtpEncodingParameters, line: Line, from: Encoding | undefined): void {
  if (!from) return;
  to.maxBitrate = from.maxBitrate;
  if (line.kind === 'audio') return;
  to.active = from.active;
  to.scaleResolutionDownBy = from.scaleResolutionDownBy;
  to.maxFramerate = from.maxFramerate;
}
