export { bundlePages } from './bundle-pages.ts';
export { bundleThread } from './bundle-thread.ts';
export { openBrowser } from './open-browser.ts';
export { type Site, type SiteOptions, serveSite } from './serve-site.ts';
