import type { FastifyInstance } from 'fastify';
import { StartFault } from './fault.ts';

const REASONS: Record<string, string> = {
  EADDRINUSE: 'something listens there already',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host, as far as can be told without a name server',
  EACCES: 'not allowed to this user',
};

/**
 * Starts a server.
 * @returns its address
 * @throws StartFault where it cannot listen there; the server is closed then, and its model with it
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new StartFault(`serve: --host ${host} --port ${port}: ${REASONS[code] ?? message}`, { cause });
  }
}
