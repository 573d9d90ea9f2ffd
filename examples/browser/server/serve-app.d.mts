/** Serves the built app to this machine alone; see serve-app.mjs. */
export function serveApp(options: {
  readonly folder: string;
  /** The first to try; the next free one is taken. 0 for any. */
  readonly port?: number;
  /** Instead of the app's own of the same name, for tests. */
  readonly headers?: Readonly<Record<string, string>>;
}): Promise<{ readonly url: string; close(): Promise<void> }>;
