/** What onnxruntime's words for a missing provider mean, and what helps; its own words follow in brackets. */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: (provider: string, here: string) => string])[] =
  [
    [
      /backend not found/i,
      (provider, here) => `this onnxruntime-node has no '${provider}' for this platform; it has ${here}`,
    ],
    [
      /failed to load shared library/i,
      (provider) =>
        `the libraries of '${provider}' are not installed: onnxruntime-node's install script fetches them, where the package manager lets it run`,
    ],
    [/webgpu adapter/i, () => 'no WebGPU adapter: no GPU, or no Vulkan driver for it'],
  ];

/**
 * Why an execution provider was passed over, in words that a person can act on.
 *
 * @param available - names of the providers that this build of onnxruntime-node knows
 */
export function fallbackReason(provider: string, error: unknown, available: readonly string[]): string {
  const said = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(said)) ?? [];
  if (meaning === undefined) return said;
  return `${meaning(provider, available.join(', '))} (${said})`;
}
