import { ClicksegError, isClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY, type ModelMetadata, parseMetadata } from '../metadata.ts';
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
    return await askForObject(settings, `${settings.path}/config`, signal, (json) => {
      const text = parameterOf(json);
      if (text === undefined)
        throw silent(settings, `no parameter '${MODEL_METADATA_KEY}' in its configuration`);
      return parseMetadata(text);
    });
  } catch (error) {
    const { kind, status } = faultOf(error) ?? {};
    if (kind === 'status' && [400, 404, 405, 501].includes(status ?? 0)) {
      throw silent(settings, 'this server hands out no configuration', error);
    }
    throw error;
  }
}

/**
 * The same where it may be missing: undefined also where the server, or a proxy before it, answers that path with any
 * other error or a page, for a client that holds the model's bytes can do without.
 *
 * @throws ClicksegError `invalid-model` for what is no description; `backend-failed` where no answer comes
 */
export async function findMetadata(
  settings: RemoteSettings,
  signal?: AbortSignal,
): Promise<ModelMetadata | undefined> {
  try {
    return await askForObject(settings, `${settings.path}/config`, signal, (json) => {
      const text = parameterOf(json);
      return text === undefined ? undefined : parseMetadata(text);
    });
  } catch (error) {
    const { kind } = faultOf(error) ?? {};
    if (kind === 'status' || kind === 'answer') return undefined;
    throw error;
  }
}

function parameterOf({ parameters }: Record<string, unknown>): string | undefined {
  const parameter = isObject(parameters) ? parameters[MODEL_METADATA_KEY] : undefined;
  const text = isObject(parameter) ? parameter['string_value'] : undefined;
  return typeof text === 'string' ? text : undefined;
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
