// As much of WebRTC as the session touches, for tests without a browser.

type Kind = 'audio' | 'video';

class FakeSender {
  track: unknown = null;
  parameters: { encodings: object[] };
  constructor(encodings: object[]) {
    this.parameters = { encodings };
  }
  getParameters = () => structuredClone(this.parameters);
  setParameters = async (parameters: { encodings: object[] }) =>
    void (this.parameters = parameters);
  replaceTrack = async (track: unknown) => void (this.track = track);
}

export class FakeTransceiver {
  mid: string | null = null;
  readonly sender: FakeSender;
  readonly receiver: { track: { kind: Kind } };
  constructor(
    kind: Kind,
    readonly direction: string,
    encodings: object[] = [{}],
  ) {
    this.sender = new FakeSender(encodings);
    this.receiver = { track: { kind } };
  }
}

export class FakePeerConnection {
  static all: FakePeerConnection[] = [];
  static get last(): FakePeerConnection {
    return FakePeerConnection.all[FakePeerConnection.all.length - 1];
  }

  connectionState = 'new';
  signalingState = 'stable';
  onconnectionstatechange: (() => void) | null = null;
  answers: string[] = [];
  offers = 0;
  private readonly transceivers: FakeTransceiver[] = [];

  constructor() {
    FakePeerConnection.all.push(this);
  }

  addTransceiver(kind: Kind, init: { direction: string; sendEncodings?: object[] }) {
    const transceiver = new FakeTransceiver(kind, init.direction, init.sendEncodings);
    this.transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers = () => this.transceivers;
  createOffer = async ({ iceRestart = false }) => ({
    sdp: `offer ${++this.offers}${iceRestart ? ' restart' : ''} of ${FakePeerConnection.all.indexOf(this)}`,
  });

  async setLocalDescription(): Promise<void> {
    this.transceivers.forEach((transceiver, i) => (transceiver.mid = String(i)));
  }

  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    if (sdp.includes('bad')) throw new Error('bad answer');
    this.answers.push(sdp);
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void {
    this.signalingState = 'closed';
  }
}
