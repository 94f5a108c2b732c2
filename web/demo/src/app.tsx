// Which of the three pages is shown: before, in or after the call.

import { useState } from 'preact/hooks';
import type { Call } from './call';
import { Lobby } from './lobby';
import { userIdFor } from './names';
import { inviteLink, Room } from './room';
import { useStore } from './store';
import { Toasts } from './toasts';

export interface Start {
  name: string;
  room: string;
  /** A user id that the address asks for, else one is made of the name. */
  userId: string | undefined;
}

const NAME_KEY = 'plaza.name';

export function App({ call, start }: { call: Call; start: Start }) {
  const { phase } = useStore(call.state);
  const [name, setName] = useState(start.name || (localStorage.getItem(NAME_KEY) ?? ''));
  const join = (newName: string, room: string) => {
    setName(newName);
    localStorage.setItem(NAME_KEY, newName);
    history.replaceState(null, '', inviteLink(room) + keep());
    void call.enter(room, start.userId ?? userIdFor(newName));
  };
  return (
    <>
      {(phase === 'lobby' || phase === 'entering') && (
        <Lobby call={call} name={name} room={call.state.get().room || start.room} onJoin={join} />
      )}
      {phase === 'in' && <Room call={call} />}
      {phase === 'left' && <Left call={call} />}
      <Toasts />
    </>
  );
}

/** Members of the address that are for trying things out survive joining. */
function keep(): string {
  const before = new URLSearchParams(location.search);
  const kept = new URLSearchParams();
  for (const key of ['user', 'codec']) {
    const value = before.get(key);
    if (value !== null) kept.set(key, value);
  }
  return kept.size > 0 ? `&${kept}` : '';
}

function Left({ call }: { call: Call }) {
  const { room, ended } = useStore(call.state);
  const again = async () => {
    call.state.set({ phase: 'lobby', ended: '' });
    await Promise.all([call.setMicrophone(true), call.setCamera(true)]);
  };
  return (
    <main class="left" data-testid="left">
      <div class="card">
        <h1>You have left the call</h1>
        <p data-testid="left-reason">{ended || `The room “${room}” is still there.`}</p>
        <button class="primary" data-testid="rejoin-button" onClick={() => void again()}>
          Join again
        </button>
      </div>
    </main>
  );
}
