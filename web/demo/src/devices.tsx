// Which camera, microphone and speaker.

import { useEffect, useState } from 'preact/hooks';
import TRTC from 'plaza-rtc-sdk';
import type { Call } from './call';

interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

const NONE: Devices = { cameras: [], microphones: [], speakers: [] };

/** The devices there are, kept up to date; `ready` changes when a permission may have been given. */
function useDevices(call: Call, ready: unknown): Devices {
  const [devices, setDevices] = useState(NONE);
  useEffect(() => {
    const load = async () => {
      const [cameras, microphones, speakers] = await Promise.all([
        TRTC.getCameraList(false),
        TRTC.getMicrophoneList(false),
        TRTC.getSpeakerList(false),
      ]);
      setDevices({ cameras, microphones, speakers });
    };
    void load();
    const changed = () => void load();
    call.trtc.on(TRTC.EVENT.DEVICE_CHANGED, changed);
    return () => void call.trtc.off(TRTC.EVENT.DEVICE_CHANGED, changed);
  }, [call, ready]);
  return devices;
}

interface PickerProps {
  label: string;
  testId: string;
  devices: MediaDeviceInfo[];
  value: string | undefined;
  onPick: (deviceId: string) => void;
}

function Picker({ label, testId, devices, value, onPick }: PickerProps) {
  const named = devices.filter((device) => device.deviceId !== '');
  return (
    <label class="field">
      <span>{label}</span>
      <select
        data-testid={testId}
        disabled={named.length === 0}
        value={value ?? ''}
        onChange={(e) => onPick(e.currentTarget.value)}
      >
        {named.length === 0 && <option value="">None found</option>}
        {named.map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || label}
          </option>
        ))}
      </select>
    </label>
  );
}

const deviceOf = (track: MediaStreamTrack | null) => track?.getSettings().deviceId;

export function DevicePickers({ call, ready }: { call: Call; ready: unknown }) {
  const devices = useDevices(call, ready);
  const [, again] = useState(0);
  const [speaker, setSpeaker] = useState<string>();
  const picked = (work: Promise<void>) => void work.then(() => again((n) => n + 1));
  return (
    <div class="pickers">
      <Picker
        label="Camera"
        testId="camera-select"
        devices={devices.cameras}
        value={deviceOf(call.trtc.getVideoTrack())}
        onPick={(id) => picked(call.setCamera(true, id))}
      />
      <Picker
        label="Microphone"
        testId="microphone-select"
        devices={devices.microphones}
        value={deviceOf(call.trtc.getAudioTrack())}
        onPick={(id) => picked(call.setMicrophone(true, id))}
      />
      {devices.speakers.length > 0 && (
        <Picker
          label="Speaker"
          testId="speaker-select"
          devices={devices.speakers}
          value={speaker ?? devices.speakers[0].deviceId}
          onPick={(id) => {
            setSpeaker(id);
            picked(TRTC.setCurrentSpeaker(id));
          }}
        />
      )}
    </div>
  );
}
