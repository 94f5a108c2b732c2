// In the call: the tiles and the bar of buttons.

import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Call } from './call';
import { DevicePickers } from './devices';
import {
  CameraIcon,
  CameraOffIcon,
  HangUpIcon,
  InviteIcon,
  MicrophoneIcon,
  MicrophoneOffIcon,
  PeopleIcon,
  ScreenIcon,
  SettingsIcon,
} from './icons';
import { Stage } from './stage';
import { useStore } from './store';
import { toast } from './toasts';

export function Room({ call }: { call: Call }) {
  const { room, people, reconnecting } = useStore(call.state);
  return (
    <main class="room" data-testid="room">
      <header>
        <strong class="room-name" data-testid="room-name">
          {room}
        </strong>
        <span class="people" aria-label={`${people.length + 1} people`}>
          <PeopleIcon />
          <span data-testid="people-count">{people.length + 1}</span>
        </span>
        <InviteButton room={room} />
      </header>
      {reconnecting && (
        <div class="banner" role="status" data-testid="reconnecting">
          Connection lost. Reconnecting…
        </div>
      )}
      <Stage call={call} />
      <Bar call={call} />
    </main>
  );
}

/** The address that brings somebody else here. */
export function inviteLink(room: string): string {
  return `${location.origin}${location.pathname}?${new URLSearchParams({ room })}`;
}

function InviteButton({ room }: { room: string }) {
  const invite = async () => {
    const url = inviteLink(room);
    try {
      if (matchMedia('(pointer: coarse)').matches && 'share' in navigator) {
        await navigator.share({ title: 'Plaza', url });
      } else {
        await navigator.clipboard.writeText(url);
        toast('The link is on the clipboard.');
      }
    } catch (error) {
      if ((error as Error).name !== 'AbortError') toast(url);
    }
  };
  return (
    <button class="invite" data-testid="invite-button" onClick={() => void invite()}>
      <InviteIcon />
      <span>Invite</span>
    </button>
  );
}

interface ToggleProps {
  on: boolean;
  what: string;
  testId: string;
  children: JSX.Element;
  quiet?: boolean;
  onToggle: (on: boolean) => void;
}

/** `quiet`: off is the normal state and not shown as a warning. */
function Toggle({ on, what, testId, children, quiet, onToggle }: ToggleProps) {
  const look = on === !quiet ? 'round' : quiet ? 'round on' : 'round off';
  return (
    <button
      class={look}
      aria-pressed={on}
      aria-label={`Turn ${what} ${on ? 'off' : 'on'}`}
      title={`Turn ${what} ${on ? 'off' : 'on'}`}
      data-testid={testId}
      onClick={() => onToggle(!on)}
    >
      {children}
    </button>
  );
}

function Bar({ call }: { call: Call }) {
  const { microphone, camera, screen } = useStore(call.state);
  const [settings, setSettings] = useState(false);
  useEffect(() => {
    if (!settings) return;
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setSettings(false);
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [settings]);
  return (
    <footer class="bar">
      {settings && (
        <div class="card popover" role="dialog" aria-label="Devices" data-testid="settings">
          <DevicePickers call={call} ready={`${camera} ${microphone}`} />
        </div>
      )}
      <Toggle
        on={microphone}
        what="microphone"
        testId="microphone-button"
        onToggle={(on) => void call.setMicrophone(on)}
      >
        {microphone ? <MicrophoneIcon /> : <MicrophoneOffIcon />}
      </Toggle>
      <Toggle
        on={camera}
        what="camera"
        testId="camera-button"
        onToggle={(on) => void call.setCamera(on)}
      >
        {camera ? <CameraIcon /> : <CameraOffIcon />}
      </Toggle>
      {'getDisplayMedia' in (navigator.mediaDevices ?? {}) && (
        <Toggle
          on={screen}
          what="screen share"
          testId="screen-button"
          quiet
          onToggle={(on) => void call.setScreen(on)}
        >
          <ScreenIcon />
        </Toggle>
      )}
      <Toggle
        on={settings}
        what="device settings"
        testId="settings-button"
        quiet
        onToggle={setSettings}
      >
        <SettingsIcon />
      </Toggle>
      <button
        class="round hangup"
        aria-label="Hang up"
        title="Hang up"
        data-testid="hangup-button"
        onClick={() => void call.hangUp()}
      >
        <HangUpIcon />
      </button>
    </footer>
  );
}
