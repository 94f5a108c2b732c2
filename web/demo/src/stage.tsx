// All tiles, placed so that the room is used best. Tiles keep their elements when the layout changes.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Call, CallState } from './call';
import { arrange } from './layout';
import { nameOf } from './names';
import { useStore } from './store';
import type { TileInfo } from './tile';
import { Tile } from './tile';

/** Screens first: the first one is the stage. */
export function tilesOf(state: CallState): TileInfo[] {
  const tiles: TileInfo[] = [];
  for (const { userId, audio, screen } of state.people) {
    if (screen) tiles.push({ userId, streamType: 'sub', video: true, audio });
  }
  if (state.screen) tiles.push({ userId: '', streamType: 'sub', video: true, audio: true });
  for (const { userId, audio, camera } of state.people) {
    tiles.push({ userId, streamType: 'main', video: camera, audio });
  }
  const own = { userId: '', streamType: 'main' as const };
  tiles.push({ ...own, video: state.camera, audio: state.microphone });
  return tiles;
}

export function Stage({ call }: { call: Call }) {
  const state = useStore(call.state);
  const area = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const tiles = tilesOf(state);
  const rects = arrange(size, tiles.length, tiles[0].streamType === 'sub' ? 0 : -1);
  return (
    <div class="stage" ref={area} data-testid="grid">
      {size.width > 0 &&
        tiles.map((tile, i) => (
          <Tile
            key={`${tile.streamType} ${tile.userId}`}
            call={call}
            tile={tile}
            rect={rects[i]}
            ownName={nameOf(state.userId)}
            speaking={state.speaking.has(tile.userId)}
          />
        ))}
    </div>
  );
}
