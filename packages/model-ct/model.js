// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '8e65129dc31103e5753f763a9a7cabba4acdbd1b91d547396d44a23ffdd61227',
  size: 7770422,
};
export const compact = {
  url: new URL('./compact.onnx', import.meta.url),
  sha256: 'a83e062669eb53cc4111baf22d80e08b3ae092fd2ab940dd43ec0bc1e3c855e8',
  size: 2502142,
};
