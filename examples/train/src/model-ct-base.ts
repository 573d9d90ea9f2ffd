import { ClicksegError } from '@clickseg/raster';
import { type BaseModel, netOf, readBaseModel } from './base-model.ts';
import { MODEL_CT, MODEL_CT_METADATA } from './recipe.ts';

/**
 * A model of model-ct's network and guidance, which is all that its recipe can go on from; told before scans are read.
 *
 * @param levels - of its network, where they are not model-ct's
 * @throws ClicksegError `invalid-file`, `invalid-model`
 */
export async function readModelCt(path: string, levels: number = MODEL_CT.levels): Promise<BaseModel> {
  const base = await readBaseModel(path);
  await netOf(base, { ...MODEL_CT, levels });
  const [has, wants] = [base.metadata.sigma, MODEL_CT_METADATA.sigma];
  if (has === wants) return base;
  throw new ClicksegError('invalid-model', `${path} is shown clicks of sigma ${has}, model-ct of ${wants}`);
}
