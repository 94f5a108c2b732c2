// The one thing that can only be said by editing a description: that Opus is stereo (RFC 7587, section 7.1).

/**
 * Marks Opus as stereo in the audio sections of `sdp` that `wants` picks by mid. In an own offer it makes the
 * browser decode two channels, in an answer it makes the browser send two.
 */
export function withStereo(sdp: string, wants: (mid: string) => boolean): string {
  const sections = sdp.split(/(?=^m=)/m);
  return sections
    .map((section) => (isWanted(section, wants) ? markStereo(section) : section))
    .join('');
}

function isWanted(section: string, wants: (mid: string) => boolean): boolean {
  const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
  return section.startsWith('m=audio') && mid !== undefined && wants(mid);
}

function markStereo(section: string): string {
  const payload = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  if (payload === undefined) return section;
  const fmtp = new RegExp(`^a=fmtp:${payload} (.*?)\\r?$`, 'm');
  const parameters = fmtp.exec(section)?.[1];
  if (parameters === undefined) {
    return section.replace(/^(a=rtpmap:.* opus\/.*)$/im, `$1\na=fmtp:${payload} stereo=1`);
  }
  if (/(^|;)\s*stereo=1/.test(parameters)) return section;
  return section.replace(
    `a=fmtp:${payload} ${parameters}`,
    `a=fmtp:${payload} ${parameters};stereo=1`,
  );
}
