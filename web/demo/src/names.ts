// A person's name travels in the user id, which has only letters, digits, - and _, and at most 32 of them.

const SUFFIX_LENGTH = 4;
const MAX_NAME = 32 - 1 - SUFFIX_LENGTH;
/** Marks an id whose name is encoded because it has other characters. */
const ENCODED = 'x_';

/** A user id for `name`, with a random suffix so that two people of one name can meet. */
export function userIdFor(name: string, suffix = randomSuffix()): string {
  const trimmed = name.trim();
  if (/^[a-zA-Z0-9-]+$/.test(trimmed)) return `${trimmed.slice(0, MAX_NAME)}_${suffix}`;
  const characters = [...trimmed];
  while (encode(characters.join('')).length > MAX_NAME - ENCODED.length) characters.pop();
  return `${ENCODED}${encode(characters.join(''))}_${suffix}`;
}

/** The name in a user id; an id that was not made here is its own name. */
export function nameOf(userId: string): string {
  const name = /^(.+)_[a-z0-9]{4}$/.exec(userId)?.[1];
  if (name === undefined) return userId;
  return name.startsWith(ENCODED) ? (decode(name.slice(ENCODED.length)) ?? userId) : name;
}

/** Up to two letters to stand for somebody. */
export function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0])
    .join('')
    .toUpperCase();
}

function encode(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function decode(text: string): string | undefined {
  try {
    const bytes = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const array = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(array);
  } catch {
    return undefined;
  }
}

function randomSuffix(): string {
  return Math.random().toString(36).slice(2).padEnd(SUFFIX_LENGTH, '0').slice(0, SUFFIX_LENGTH);
}
