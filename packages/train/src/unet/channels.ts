import type { UnetOptions } from './topology.ts';

type Reading = Pick<Required<UnetOptions>, 'previousMask'>;

/** What a network reads beside the image: foreground and background guidance and, if it does, the previous mask. */
export function guidanceChannels({ previousMask }: Reading): number {
  return previousMask ? 3 : 2;
}

/** Channels of a network's input: the image, then its guidance. */
export function inputChannels(net: Reading): number {
  return 1 + guidanceChannels(net);
}
