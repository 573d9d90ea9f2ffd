import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface DrainOptions {
  /** ms that a client has for the rest of its request once the server ends. */
  readonly grace: number;
  /** ms in which a client must take some of its answer, then and before. */
  readonly stalled: number;
}

export const DRAIN_DEFAULTS: DrainOptions = { grace: 1000, stalled: 10_000 };

/**
 * Follows an app's connections, so that its end waits for those that are owed an answer and for no others: Node's
 * `close()` waits also for a client that never sends the rest of its request, and times nobody out any more.
 */
export function followConnections(app: FastifyInstance, { grace, stalled }: DrainOptions) {
  const sockets = new Set<Socket>();
  const open = new Set<ServerResponse>();
  let draining = false;
  let answered = () => {};

  function follow(socket: Socket): void {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  app.server.on('connection', follow);
  app.addHook('onRequest', async ({ raw: { socket } }, { raw }) => {
    // For `localhost` Fastify has a second server, whose connections are seen here alone.
    follow(socket);
    open.add(raw);
    raw.once('close', () => {
      open.delete(raw);
      if (open.size === 0) answered();
    });
  });
  app.addHook('onSend', async ({ raw: { complete } }, reply) => {
    endStalled(reply.raw);
    // Else the end of the connection comes as a surprise, and Node's fetch calls a gzipped answer torn that it has in
    // whole. To a client that is still sending, this would be one.
    if (draining && complete) void reply.header('connection', 'close');
  });

  // Only from an answer's turn on its connection to its end: a request may wait in the queue for longer, and what comes
  // between two requests is Node's to time.
  function endStalled(answer: ServerResponse): void {
    const { socket } = answer;
    if (socket === null) {
      // A client that does not wait for one answer before it asks for the next.
      answer.once('socket', () => endStalled(answer));
      return;
    }
    // A made-up one (`inject`) has no timeout.
    if (!(socket instanceof Socket)) return;
    socket.setTimeout(stalled);
    // Before Node, which then sets how long the connection may idle.
    answer.prependOnceListener('finish', () => socket.setTimeout(0));
  }

  function endUnanswered(): void {
    const owed = new Set([...open].filter(({ req }) => req.complete).map(({ req }) => req.socket));
    for (const socket of sockets) if (!owed.has(socket)) socket.destroy();
  }

  return {
    /** Whether the server ends; requests that come now are not taken. */
    draining: () => draining,
    /** Settles when every whole request has been answered; connections without one are ended after the grace. */
    async drain(): Promise<void> {
      draining = true;
      const timer = setTimeout(endUnanswered, grace);
      await new Promise<void>((resolve) => {
        answered = resolve;
        if (open.size === 0) resolve();
      });
      clearTimeout(timer);
      // Those that were there with no request, or came since.
      setTimeout(endUnanswered, grace).unref();
    },
  };
}
