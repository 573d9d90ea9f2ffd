import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';

// WebGPU in software: slow, and the same on every machine.
const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
// Without these Chromium tries to reach its maker's hosts.
const OFFLINE = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** A Chromium that came with the npm packages; nothing is downloaded, nothing of the system is used. */
export async function openBrowser(options: { readonly webgpu?: boolean } = {}): Promise<Browser> {
  const { webgpu = true } = options;
  // The package's own switches are meant for one page in a small virtual machine; only its WebGL ones clash with ours.
  return driver.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--no-zygote', ...OFFLINE, ...(webgpu ? WEBGPU : [])],
  });
}
