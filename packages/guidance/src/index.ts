export type { Click, ClickId, PlacedClick } from './click.ts';
export { createGuidance, type Guidance } from './guidance.ts';
export type { GaussianKernel } from './kernel.ts';
export { type Dtype, type Dtypes, GUIDANCE_DEFAULTS, type GuidanceOptions } from './options.ts';
export { type RenderOptions, renderGuidance } from './render.ts';
export { type StackOptions, stackInput } from './stack.ts';
