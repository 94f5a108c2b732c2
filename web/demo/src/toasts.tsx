// Short messages that come and go at the edge of the page.

import { Store, useStore } from './store';

interface Toast {
  id: number;
  text: string;
}

const LIFE_MS = 7000;
const toasts = new Store<{ list: Toast[] }>({ list: [] });
let nextId = 1;

export function toast(text: string): void {
  const id = nextId++;
  toasts.set({ list: [...toasts.get().list.slice(-3), { id, text }] });
  setTimeout(() => dismiss(id), LIFE_MS);
}

function dismiss(id: number): void {
  toasts.set({ list: toasts.get().list.filter((t) => t.id !== id) });
}

export function Toasts() {
  const { list } = useStore(toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {list.map(({ id, text }) => (
        <div class="toast" key={id} data-testid="toast">
          <span>{text}</span>
          <button class="plain" aria-label="Dismiss" onClick={() => dismiss(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
