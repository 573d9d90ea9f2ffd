import { expect, it } from 'vitest';
import { redisAddress } from '../src/queue/address.ts';

it('an address is taken apart, and said without name and password', () => {
  expect(redisAddress('redis://host')).toEqual({
    shown: 'redis://host:6379',
    host: 'host',
    port: 6379,
    db: 0,
  });
  expect(redisAddress('rediss://me:s%23%25@[::1]:7000/2', 'other')).toEqual({
    shown: 'rediss://[::1]:7000',
    host: '::1',
    port: 7000,
    username: 'me',
    password: 's#%',
    db: 2,
    tls: {},
  });
  expect(redisAddress('redis://host', 'from outside').password).toBe('from outside');
});

it('one that is none is refused with what may be said of it', () => {
  for (const [url, words] of [
    ['http://me:secret@host:81/', 'evaluate: --queue http://host:81 is of http:, not redis: or rediss:'],
    ['localhost:6379', 'evaluate: --queue ... is no address'],
    ['redis:host', 'evaluate: --queue ... is no address'],
    ['redis:///0', 'evaluate: --queue redis://:6379... is no address'],
    ['redis://host/db', 'evaluate: --queue redis://host:6379... is no address'],
    ['redis://host?password=secret', 'evaluate: --queue redis://host:6379 has a ? or #'],
    ['redis://me:100%secret@host', 'evaluate: --queue redis://host:6379: its name or password has a %'],
    // A / ? or # cuts a password in two, of which the first half passes for host and port.
    ['redis://secret:12/3@host', 'evaluate: --queue redis:... is no address'],
    ['redis://secret:12?3@host', 'evaluate: --queue redis:... is no address'],
    ['redis://secret:12#3@host', 'evaluate: --queue redis:... is no address'],
    ['redis://me:secret#@host:6379', 'evaluate: --queue redis:... is no address'],
    ['secret@host', 'evaluate: --queue ... is no address'],
    ['', 'evaluate: --queue ... is no address'],
  ] as const) {
    expect(() => redisAddress(url)).toThrow(words);
    expect(() => redisAddress(url)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => redisAddress(url)).not.toThrow(/secret/);
  }
});
