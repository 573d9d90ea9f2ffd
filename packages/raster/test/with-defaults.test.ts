import { expect, it } from 'vitest';
import { withDefaults } from '../src/index.ts';

const DEFAULTS = { margin: 2, label: 'a' } as const;

it('fills in what is not given, undefined included, and keeps all else', () => {
  const given: { margin?: number; label?: string; other?: boolean } = { margin: undefined, other: true };
  expect(withDefaults(DEFAULTS, given)).toEqual({ margin: 2, label: 'a', other: true });
  expect(withDefaults(DEFAULTS, { margin: 0, label: '' })).toEqual({ margin: 0, label: '' });
  // What is null was given: it is for the check that follows.
  expect(withDefaults(DEFAULTS, { margin: null })).toEqual({ margin: null, label: 'a' });
  expect(withDefaults(DEFAULTS, undefined)).toEqual(DEFAULTS);
  expect(given).toEqual({ margin: undefined, other: true });
});
