// Where each tile goes: a grid of equal tiles, or one large stage with the others beside or below it.

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

const GAP = 10;
/** Width to height of the flattest tile. */
const RATIO = 16 / 9;
/** Height to width of the tallest tile, in a wide area and in a high one (a phone): pictures are cropped to fit. */
const TALLEST_WIDE = 3 / 4;
const TALLEST_HIGH = 4 / 3;
/** Share of the room that the stage leaves to the others. */
const STRIP = 0.22;
const STRIP_MIN = 110;
const STRIP_MAX = 260;

/** The rectangles of `count` tiles; with `stage` that one is large. */
export function arrange(
  area: { width: number; height: number },
  count: number,
  stage = -1,
): Rect[] {
  if (count === 0 || area.width < 1 || area.height < 1) return [];
  if (stage < 0 || count === 1) return grid({ x: 0, y: 0, ...area }, count);
  const wide = area.width > area.height;
  const strip = Math.min(STRIP_MAX, Math.max(STRIP_MIN, (wide ? area.width : area.height) * STRIP));
  const large: Rect = wide
    ? { x: 0, y: 0, width: area.width - strip - GAP, height: area.height }
    : { x: 0, y: 0, width: area.width, height: area.height - strip - GAP };
  const rest: Rect = wide
    ? { x: large.width + GAP, y: 0, width: strip, height: area.height }
    : { x: 0, y: large.height + GAP, width: area.width, height: strip };
  const others = grid(rest, count - 1);
  return [...others.slice(0, stage), large, ...others.slice(stage)];
}

/** As large as tiles get; rows that are not full are centred. */
function grid(area: Rect, count: number): Rect[] {
  const { columns, width, height } = best(area, count);
  const rows = Math.ceil(count / columns);
  const top = area.y + (area.height - rows * height - (rows - 1) * GAP) / 2;
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = area.x + (area.width - inRow * width - (inRow - 1) * GAP) / 2;
    return {
      x: left + (i % columns) * (width + GAP),
      y: top + row * (height + GAP),
      width,
      height,
    };
  });
}

function best(area: Rect, count: number) {
  const tallest = area.width > area.height ? TALLEST_WIDE : TALLEST_HIGH;
  let chosen = { columns: 1, width: 1, height: 1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (area.width - (columns - 1) * GAP) / columns;
    const cellHeight = (area.height - (rows - 1) * GAP) / rows;
    const width = Math.min(cellWidth, cellHeight * RATIO);
    const height = Math.min(cellHeight, width * tallest);
    if (width * height > chosen.width * chosen.height) chosen = { columns, width, height };
  }
  return chosen;
}
