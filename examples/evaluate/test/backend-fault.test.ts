import { ClicksegError } from '@clickseg/raster';
import { RemoteFault } from '@clickseg/runtime/remote';
import { expect, it } from 'vitest';
import { isBackendFault, withoutAddress } from '../src/run/backend-fault.ts';

const failed = (cause?: unknown) => new ClicksegError('backend-failed', 'POST http://here: no', { cause });
const status = (code: number) => failed(new RemoteFault('status', `${code}`, { status: code }));

it('a backend that is away, refuses us or died is at fault; an answer about this one image is not', () => {
  const faults = [failed(new RemoteFault('network', 'gone')), failed(new RemoteFault('timeout', 'late'))];
  const session = failed(new Error('the thread died'));
  for (const error of [...faults, session, status(401), status(404), status(429), status(503)])
    expect(isBackendFault(error)).toBe(true);
  // The runtime's own word for NaN has no cause; a server says 500 of a run that failed, and it would fail again.
  const images = [failed(), status(400), status(413), status(500), new ClicksegError('not-finite', 'NaN')];
  for (const error of [...images, new Error('a fault of ours')]) expect(isBackendFault(error)).toBe(false);
});

it('is told without the server’s address', () => {
  expect(withoutAddress(failed(new RemoteFault('status', '400 Bad Request')))).toBe(
    'remote: 400 Bad Request',
  );
  expect(withoutAddress(new ClicksegError('not-finite', 'NaN'))).toBe('NaN');
});
