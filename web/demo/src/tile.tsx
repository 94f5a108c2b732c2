// One picture in the grid: somebody's camera or screen, or their initials.

import { useEffect, useRef } from 'preact/hooks';
import type { StreamType } from 'plaza-rtc-sdk';
import type { Call } from './call';
import { MicrophoneOffIcon } from './icons';
import type { Rect } from './layout';
import { initials, nameOf } from './names';

export interface TileInfo {
  /** '' is oneself. */
  userId: string;
  streamType: StreamType;
  video: boolean;
  audio: boolean;
}

interface TileProps {
  call: Call;
  tile: TileInfo;
  rect: Rect | undefined;
  ownName: string;
  speaking: boolean;
}

export function Tile({ call, tile, rect, ownName, speaking }: TileProps) {
  const { userId, streamType, video, audio } = tile;
  const view = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!video || !view.current) return;
    if (userId !== '') return call.watch(userId, streamType, view.current);
    call.preview(streamType, view.current);
    return () => call.preview(streamType, null);
  }, [call, userId, streamType, video]);

  const name = userId === '' ? ownName : nameOf(userId);
  const screen = streamType === 'sub';
  const label = `${name}${userId === '' ? ' (you)' : ''}${screen ? ', screen' : ''}`;
  const style = rect && {
    transform: `translate(${rect.x}px, ${rect.y}px)`,
    width: `${rect.width}px`,
    height: `${rect.height}px`,
  };
  return (
    <figure
      class={speaking && !screen ? 'tile speaking' : 'tile'}
      style={style}
      aria-label={label}
      data-testid="tile"
      data-user-id={userId}
      data-stream={streamType}
      data-video={video}
      data-audio={audio}
      data-speaking={speaking && !screen}
    >
      <div class="picture" ref={view} data-testid="tile-view" />
      {!video && <div class="avatar">{initials(name)}</div>}
      <figcaption>
        {!audio && !screen && (
          <span class="muted" title="Microphone off">
            <MicrophoneOffIcon />
          </span>
        )}
        <span class="name">{label}</span>
      </figcaption>
    </figure>
  );
}
