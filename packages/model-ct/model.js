// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '2db4671b99b32fb881f11fbd324f198fff28884eb633a5532987707326ee5b6a',
  size: 7770421,
};
export const compact = {
  url: new URL('./compact.onnx', import.meta.url),
  sha256: '92b62e71f70f8615f215b06fbe50be2fd0f4c3dba7dacbd6385cf71dd1d28964',
  size: 2502141,
};
