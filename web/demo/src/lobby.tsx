// Before the call: see oneself, hear that the microphone works, choose devices, a name and a room.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Call } from './call';
import { DevicePickers } from './devices';
import { CameraIcon, CameraOffIcon, MicrophoneIcon, MicrophoneOffIcon } from './icons';
import { initials } from './names';
import { useStore } from './store';

interface LobbyProps {
  call: Call;
  name: string;
  room: string;
  onJoin: (name: string, room: string) => void;
}

/** What both `roomId` and `strRoomId` take. */
const ROOM_PATTERN = '[a-zA-Z0-9 !#$%&\\(\\)+\\-:;<=.>?@\\[\\]^_\\{\\}\\|~,]{1,64}';

export function Lobby({ call, onJoin, ...initial }: LobbyProps) {
  const { camera, microphone, phase } = useStore(call.state);
  const [name, setName] = useState(initial.name);
  const [room, setRoom] = useState(initial.room);
  const entering = phase === 'entering';
  return (
    <main class="lobby" data-testid="lobby">
      <Preview call={call} name={name} />
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          onJoin(name.trim(), room.trim());
        }}
      >
        <h1>Ready to join?</h1>
        <label class="field">
          <span>Your name</span>
          <input
            data-testid="name-input"
            value={name}
            required
            maxLength={24}
            autocomplete="name"
            placeholder="How others see you"
            onInput={(e) => setName(e.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Room</span>
          <input
            data-testid="room-input"
            value={room}
            required
            maxLength={64}
            pattern={ROOM_PATTERN}
            title="Letters, digits, spaces and simple signs"
            autocomplete="off"
            onInput={(e) => setRoom(e.currentTarget.value)}
          />
        </label>
        <DevicePickers call={call} ready={`${camera} ${microphone}`} />
        <button class="primary" data-testid="join-button" disabled={entering}>
          {entering ? 'Joining…' : 'Join'}
        </button>
      </form>
    </main>
  );
}

function Preview({ call, name }: { call: Call; name: string }) {
  const view = useRef<HTMLDivElement>(null);
  const { camera, microphone } = useStore(call.state);
  useEffect(() => {
    if (!camera) return;
    call.preview('main', view.current);
    return () => call.preview('main', null);
  }, [call, camera]);
  return (
    <section class="preview" aria-label="Preview">
      <div class="picture" ref={view} data-testid="preview" />
      {!camera && <div class="avatar">{initials(name) || '?'}</div>}
      <div class="preview-controls">
        <button
          type="button"
          class={microphone ? 'round' : 'round off'}
          aria-pressed={microphone}
          aria-label={microphone ? 'Turn microphone off' : 'Turn microphone on'}
          data-testid="lobby-microphone-button"
          onClick={() => void call.setMicrophone(!microphone)}
        >
          {microphone ? <MicrophoneIcon /> : <MicrophoneOffIcon />}
        </button>
        <button
          type="button"
          class={camera ? 'round' : 'round off'}
          aria-pressed={camera}
          aria-label={camera ? 'Turn camera off' : 'Turn camera on'}
          data-testid="lobby-camera-button"
          onClick={() => void call.setCamera(!camera)}
        >
          {camera ? <CameraIcon /> : <CameraOffIcon />}
        </button>
      </div>
      {microphone && <LevelMeter call={call} />}
    </section>
  );
}

function LevelMeter({ call }: { call: Call }) {
  const { volume } = useStore(call.level);
  return (
    <div
      class="level"
      role="meter"
      aria-label="Microphone level"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={volume}
      data-testid="microphone-level"
    >
      <div style={{ transform: `scaleX(${volume / 100})` }} />
    </div>
  );
}
