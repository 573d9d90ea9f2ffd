import { ClicksegError } from '@clickseg/raster';
import { Redis } from 'ioredis';

/** Every run shares it: a job says which run it belongs to. */
export const QUEUE_NAME = 'clickseg-evaluate';

/** An address as it may be said. */
export const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');

/** One chunk of a run, as it lies in Redis. */
export interface ChunkJob {
  /** Of the record header: a worker that computes another one has other data or another model. */
  readonly run: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly chunk: number;
}

/**
 * Connects to Redis and, once connected, stays so: a Redis that goes away is waited for.
 * @throws ClicksegError `invalid-option` where there is none at the start
 */
export async function connectRedis(url: string, say: (message: string) => void): Promise<Redis> {
  const redis = new Redis(url, {
    // BullMQ's condition for blocking commands.
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(200 * attempt, 2000),
  });
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) say(`Redis is away (${error.message || 'connection refused'}); waiting for it`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) say('Redis is back');
    away = false;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    redis.disconnect();
    throw new ClicksegError(
      'invalid-option',
      `evaluate: no Redis at ${withoutPassword(url)} (${(cause as Error).message})`,
      { cause },
    );
  }
  return redis;
}
