// What a page of documentation shows: fenced blocks, commands, links, its outline.

/** [{language, text}] of the fenced blocks, in order. */
export function blocks(page) {
  return [...page.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));
}

/** The command lines of the `sh` blocks, without comments. */
export function commands(page) {
  return blocks(page).filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n')).map((line) => line.replace(/(^|\s+)# .*$/, '').trim()).filter(Boolean);
}

const withoutBlocks = (page) => page.replace(/^```[\s\S]*?^```$/gm, '');

/** Where the page points to, in order: links and pictures. */
export function links(page) {
  return [...withoutBlocks(page).matchAll(/\]\(([^)\s]+)\)|<(https?:[^>]+)>/g)].map(([, target, url]) => target ?? url);
}

/** Its headings' levels and its tables' rows and lists' items, counted. */
export function outline(page) {
  const lines = withoutBlocks(page).split('\n');
  return {
    headings: lines.map((line) => /^#+(?= )/.exec(line)?.[0].length).filter(Boolean),
    rows: lines.filter((line) => line.startsWith('|')).length,
    items: lines.filter((line) => line.startsWith('- ')).length,
  };
}
