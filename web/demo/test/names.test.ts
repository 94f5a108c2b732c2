import { describe, expect, it } from 'vitest';
import { initials, nameOf, userIdFor } from '../src/names';

describe('user ids', () => {
  it.each(['Alice', 'Anna-Lena', 'Zoë', 'Mary Ann', '李小龙', 'a_b'])(
    'carry the name %s',
    (name) => {
      const userId = userIdFor(name);
      expect(userId).toMatch(/^[a-zA-Z0-9_-]{1,32}$/);
      expect(nameOf(userId)).toBe(name);
    },
  );

  it('cut names that are too long between characters', () => {
    const userId = userIdFor('中'.repeat(24));
    expect(userId.length).toBeLessThanOrEqual(32);
    expect(nameOf(userId)).toMatch(/^中+$/);
  });

  it('differ for two people of one name', () => {
    expect(userIdFor('Alice', 'aaaa')).not.toBe(userIdFor('Alice', 'bbbb'));
  });

  it('that were not made here are names themselves', () => {
    expect(nameOf('robot-7')).toBe('robot-7');
    expect(nameOf('x_%%_aaaa')).toBe('x_%%_aaaa');
  });
});

it('takes the first letters of up to two words', () => {
  expect(initials('mary ann lee')).toBe('MA');
  expect(initials('')).toBe('');
});
