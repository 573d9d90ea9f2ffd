import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { outliveReaders } from '../src/closed-pipes.ts';

it('lets a command go on whose reader has gone, and hides no other fault', () => {
  const stream = new EventEmitter();
  const fault = (code: string) => Object.assign(new Error(code), { code });
  expect(() => stream.emit('error', fault('EPIPE'))).toThrow('EPIPE');
  outliveReaders(stream);
  expect(() => stream.emit('error', fault('EPIPE'))).not.toThrow();
  expect(() => stream.emit('error', fault('EIO'))).toThrow('EIO');
});
