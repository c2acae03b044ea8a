// Reports in a real browser: Debian's chromium without a screen, driven by playwright-core. Skipped where there is none,
// but not in CI.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/report/html/report.ts';
import { QUICK, textsOfRun, textsWith, YAML } from './runs.ts';

const CHROMIUM = '/usr/bin/chromium';
const isMissing = !existsSync(CHROMIUM) && process.env.CI !== 'true';
if (isMissing) console.warn(`skipping reports in a browser: there is no ${CHROMIUM}`);

const FLAGS = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const QUIET = '--disable-component-update --disable-sync';
const EVIL = `<img src=x onerror="alert(1)"></script><script>alert(2)</script>${'wide'.repeat(40)}`;

describe.skipIf(isMissing)('in a browser', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-browser-'));
  let context: BrowserContext;
  let page: Page;
  /** Of whatever the page does beyond showing itself. */
  const strange: string[] = [];

  async function open(name: string): Promise<void> {
    await page.goto(pathToFileURL(path.join(folder, name)).href);
  }

  beforeAll(async () => {
    const texts = await textsOfRun(QUICK);
    const evil = textsWith([{}, {}], {
      yaml: YAML.replace('Made by hand', JSON.stringify(EVIL)).replace('main', JSON.stringify(EVIL)),
      summary: { scenario: EVIL },
    });
    writeFileSync(path.join(folder, 'quick.html'), await reportOf([{ name: 'quick', texts }]));
    writeFileSync(path.join(folder, 'evil.html'), await reportOf([{ name: EVIL, texts: evil }]));
    const both = [
      { name: 'quick', texts },
      { name: EVIL.replaceAll('/', ''), texts: evil },
    ];
    writeFileSync(path.join(folder, 'both.html'), await reportOf(both));
    context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
      executablePath: CHROMIUM,
      headless: true,
      args: [...FLAGS.split(' '), ...QUIET.split(' ')],
    });
    page = await context.newPage();
    page.on('console', (message) => strange.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => strange.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      strange.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) strange.push(`request: ${request.url()}`);
    });
  });

  afterAll(async () => {
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['quick.html', 'evil.html', 'both.html'])(
    'shows %s without a script, a request or a complaint, and scrolls in one direction only',
    async (name) => {
      await open(name);
      for (const width of [360, 768, 1440, 1600]) {
        await page.setViewportSize({ width, height: 800 });
        const size = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
        expect(size, `${name} at ${width}`).toEqual([width, width]);
      }
      expect(await page.locator('script, img').count()).toBe(0);
      expect(strange).toEqual([]);
    },
  );

  it('shows one drawing of every chart, for phones or for desks, with lines in it', async () => {
    await open('quick.html');
    const figures = await page.locator('figure').count();
    expect(figures).toBe(14);
    for (const [width, shown, hidden] of [
      [360, 'narrow', 'wide'],
      [1440, 'wide', 'narrow'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.locator(`figure > svg.${shown}:visible`).count()).toBe(figures);
      expect(await page.locator(`figure > svg.${hidden}:visible`).count()).toBe(0);
      const box = await page.locator(`figure > svg.${shown}`).first().boundingBox();
      // Text is drawn near its own size: no drawing is shrunk or blown up much.
      expect(box!.width / (shown === 'narrow' ? 344 : 680)).toBeGreaterThan(0.9);
      expect(box!.width / (shown === 'narrow' ? 344 : 680)).toBeLessThan(1.2);
    }
    const lines = page
      .locator('figure')
      .first()
      .locator('svg.wide path[stroke="var(--traffic)"], svg.wide g[stroke="var(--traffic)"] path');
    expect(await lines.count()).toBe(1);
  });

  it('goes where its links say, and its tables are reached by keys', async () => {
    await page.setViewportSize({ width: 800, height: 600 });
    await open('quick.html');
    for (const link of await page.locator('nav a').all()) {
      const target = (await link.getAttribute('href'))!;
      await link.click();
      expect(page.url()).toContain(target);
      expect(await page.locator(`${target}:visible`).count()).toBe(1);
    }
    await page.locator('#hours .scroll').focus();
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toContain('by hour');
    const before = await page.evaluate('document.activeElement.scrollLeft');
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => page.evaluate('document.activeElement.scrollLeft'))
      .toBeGreaterThan(Number(before));
  });

  it('hands out the scenario', async () => {
    await open('quick.html');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('a[download]').click(),
    ]);
    expect(download.suggestedFilename()).toBe('quick.yaml');
  });

  it('is dark where the system is, light elsewhere and on paper, where links are left out', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await open('quick.html');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    expect(light).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).toBe('rgb(13, 17, 23)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await ground()).toBe(light);
    expect(await page.locator('nav:visible').count()).toBe(0);
    // Two beside each other on a sheet of A4: those for phones have the width of it.
    expect(await page.locator('figure > svg.narrow:visible').count()).toBe(14);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'screen' });
    expect(strange).toEqual([]);
  });
});
