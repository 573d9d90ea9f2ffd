import { ClicksegError } from '@clickseg/raster';
import { Redis } from 'ioredis';
import { redisAddress } from './address.ts';

/** A Redis that is waited for when it goes away. */
export interface Connection {
  readonly redis: Redis;
  /** Its address, as it may be said. */
  readonly shown: string;
  /** Aborted, with the reason, once it refuses name or password, as after a restart: waiting would not help. */
  readonly refused: AbortSignal;
}

const REFUSES = /WRONGPASS|NOAUTH|NOPERM|invalid password|invalid username-password/i;

/**
 * Connects to Redis and, once connected, stays so: a Redis that goes away is waited for.
 * @param url - its password may stand in `CLICKSEG_REDIS_PASSWORD` instead
 * @throws ClicksegError `invalid-option` where there is none at the start, or one that refuses name or password
 */
export async function connectRedis(url: string, say: (message: string) => void): Promise<Connection> {
  const { shown, ...address } = redisAddress(url, process.env['CLICKSEG_REDIS_PASSWORD']);
  const redis = new Redis({
    ...address,
    // BullMQ's condition for blocking commands.
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(200 * attempt, 2000),
  });
  const refused = new AbortController();
  let been = false;
  let first: Error | undefined;
  let away = false;
  redis.on('error', (error: Error) => {
    first ??= error;
    if (!been) return;
    if (REFUSES.test(error.message)) refused.abort(noRedis(shown, error));
    else if (!away) say(`Redis is away (${error.message || 'connection refused'}); waiting for it`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) say('Redis is back');
    been = true;
    away = false;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    redis.disconnect();
    // A connection that is refused ends as any other, "closed"; why, was told before.
    throw noRedis(shown, first ?? (cause as Error));
  }
  return { redis, shown, refused: refused.signal };
}

const noRedis = (shown: string, cause: Error) =>
  new ClicksegError(
    'invalid-option',
    REFUSES.test(cause.message)
      ? `evaluate: Redis at ${shown} refuses name or password (${cause.message})`
      : `evaluate: no Redis at ${shown} (${cause.message})`,
    { cause },
  );

/** What a command answers, or the signal's reason: a command to a Redis that is away answers only once it is back. */
export function unless<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
