import { chromium, type Browser, type Page } from 'playwright-core';

/** A page in a real Chromium, as a test drives it. */
export interface BrowserPage extends AsyncDisposable {
  readonly page: Page;
}

export async function openPage(url: string, viewport = { width: 1024, height: 900 }): Promise<BrowserPage> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env['S3M_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = await browser.newPage({ viewport });
  await page.goto(url);
  return { page, [Symbol.asyncDispose]: () => browser.close() };
}
