import { ClicksegError, isClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY, type ModelMetadata, parseMetadata } from '../metadata.ts';
import { checkDescription } from './check-description.ts';
import { RemoteFault } from './fault.ts';
import { isObject } from './message.ts';
import type { RemoteSettings } from './options.ts';
import { askForObject } from './server-model.ts';

/**
 * How the server's model wants to be fed, by the parameter `clickseg` of its configuration: Triton's model configuration
 * extension, which other servers of the protocol lack.
 *
 * @throws ClicksegError `invalid-model` where the server does not say, or what it says is no description; `backend-failed`
 */
export async function askForMetadata(settings: RemoteSettings, signal?: AbortSignal): Promise<ModelMetadata> {
  try {
    return await askForConfiguration(settings, signal, (text) => {
      if (text !== undefined) return parseMetadata(text);
      throw silent(settings, `no parameter '${MODEL_METADATA_KEY}' in its configuration`);
    });
  } catch (error) {
    const { kind, status } = faultOf(error) ?? {};
    if (kind === 'status' && [400, 404, 405, 501].includes(status ?? 0)) {
      throw silent(settings, 'this server hands out no configuration', error);
    }
    throw error;
  }
}

// ms. A server that has the extension has answered two requests by then.
const PATIENCE = 3_000;

/**
 * Compares the server's description with that of the caller's bytes, where there is one. It is asked for once and not
 * waited for long, and whatever else comes is taken for none: many servers lack the path, and proxies before them answer
 * it with a page, a sign-in or, without CORS headers, with nothing that a page may see.
 *
 * @throws ClicksegError `invalid-model` where they differ, or the server's is no description; the signal's reason when aborted
 */
export async function compareDescriptions(
  own: ModelMetadata,
  settings: RemoteSettings,
  signal?: AbortSignal,
): Promise<void> {
  const once = { ...settings, retries: 0, timeout: Math.min(settings.timeout, PATIENCE) };
  try {
    await askForConfiguration(once, signal, (text) => {
      if (text !== undefined) checkDescription(own, parseMetadata(text), settings.model);
    });
  } catch (error) {
    if (faultOf(error) === undefined) throw error;
  }
}

function askForConfiguration<T>(
  settings: RemoteSettings,
  signal: AbortSignal | undefined,
  read: (description: string | undefined) => T,
): Promise<T> {
  return askForObject(settings, `${settings.path}/config`, signal, ({ parameters }) => {
    const parameter = isObject(parameters) ? parameters[MODEL_METADATA_KEY] : undefined;
    const text = isObject(parameter) ? parameter['string_value'] : undefined;
    return read(typeof text === 'string' ? text : undefined);
  });
}

function faultOf(error: unknown): RemoteFault | undefined {
  const fault = isClicksegError(error) ? error.cause : undefined;
  return fault instanceof RemoteFault ? fault : undefined;
}

function silent({ model }: RemoteSettings, why: string, cause?: unknown): ClicksegError {
  const hint = 'give metadata, or open the model from its bytes';
  const message = `remote: model '${model}' does not say how it wants to be fed: ${why}; ${hint}`;
  return new ClicksegError('invalid-model', message, { cause });
}
