// Who is in which slot, and what that means for the tracks that a receiver sees. docs/signalling.md, "Slots".

import type { Kind, Slot, WireStreamType } from '../signal/messages';

/** One half of a slot begins or ends to carry somebody. */
export interface SlotChange {
  on: boolean;
  mid: string;
  kind: Kind;
  userId: string;
  streamType: WireStreamType;
}

interface Half {
  mid: string;
  kind: Kind;
}

interface Occupant {
  userId: string;
  streamType: WireStreamType;
  audio: boolean;
  video: boolean;
}

export class SlotTable {
  private readonly halves = new Map<number, Half[]>();
  private readonly occupants = new Map<number, Occupant>();

  /**
   * Takes in the server's list: pairs of m-lines, occupants or both; members that are absent stay as they were.
   * Returns what ended, then what began.
   */
  apply(slots: Slot[]): SlotChange[] {
    const before = new Map(this.current());
    for (const slot of slots) this.set(slot);
    return difference(before, new Map(this.current()));
  }

  /** A new connection begins: nobody is in any slot, and no slot has m-lines. */
  reset(): SlotChange[] {
    const before = new Map(this.current());
    this.halves.clear();
    this.occupants.clear();
    return difference(before, new Map());
  }

  /** Who comes by that m-line now. */
  occupant(mid: string): { userId: string; streamType: WireStreamType } | undefined {
    for (const [, change] of this.current()) if (change.mid === mid) return change;
    return undefined;
  }

  private set(slot: Slot): void {
    if (slot.audioMid !== undefined || slot.videoMid !== undefined) {
      const halves: Half[] = [];
      if (slot.audioMid !== undefined) halves.push({ mid: slot.audioMid, kind: 'audio' });
      if (slot.videoMid !== undefined) halves.push({ mid: slot.videoMid, kind: 'video' });
      this.halves.set(slot.slot, halves);
    }
    if (slot.userId === null) {
      this.occupants.delete(slot.slot);
    } else if (slot.userId !== undefined) {
      const { userId, streamType = 'main', audio = false, video = false } = slot;
      this.occupants.set(slot.slot, { userId, streamType, audio, video });
    }
  }

  private *current(): Iterable<[string, SlotChange]> {
    for (const [slot, { userId, streamType, audio, video }] of this.occupants) {
      for (const { mid, kind } of this.halves.get(slot) ?? []) {
        if (kind === 'audio' ? !audio : !video) continue;
        const change = { on: true, mid, kind, userId, streamType };
        yield [JSON.stringify(change), change];
      }
    }
  }
}

function difference(before: Map<string, SlotChange>, after: Map<string, SlotChange>): SlotChange[] {
  const ended = [...before]
    .filter(([key]) => !after.has(key))
    .map(([, c]) => ({ ...c, on: false }));
  const began = [...after].filter(([key]) => !before.has(key)).map(([, c]) => c);
  return [...ended, ...began];
}
