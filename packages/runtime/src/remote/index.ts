export { RemoteFault, type RemoteFaultKind } from './fault.ts';
export { fromHalf, toHalf } from './half.ts';
export { type Message, writeMessage } from './message.ts';
export { REMOTE_DEFAULTS, type RemoteClock, type RemoteOptions } from './options.ts';
export { remoteBackend } from './remote-backend.ts';
export { type RemoteModelOptions, remoteModel } from './remote-model.ts';
