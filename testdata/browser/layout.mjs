// Holds the page to what has to be within reach in windows of three sizes.
import assert from 'node:assert/strict';
import { expect, open, run } from './page.mjs';

const sizes = [
  { width: 1400, height: 900, columns: 45 },
  { width: 768, height: 1024, columns: 75 },
  { width: 390, height: 844, columns: 40 },
];

// fits runs the first operation in each size, and takes a picture of each: PICTURES-1400.png, -768.png, -390.png and others.
export async function fits(browser, base, pictures, scheme) {
  for (const size of sizes) {
    const { page, complaints } = await open(browser, base, { ...size, scheme });
    const phone = size.width < 600;
    const columns = await page.evaluate(() => globalThis.__MONACO.editor.getEditors()[0].getLayoutInfo().viewportColumn);
    assert.ok(columns >= size.columns, `${size.width} px: the editor shows ${columns} columns, want ${size.columns}`);
    await within(page, size, 'the run button', page.getByRole('button', { name: 'Execute query' }));
    if (phone) await page.screenshot({ path: `${pictures}-${size.width}.png`, animations: 'disabled' });
    await run(page);
    if (phone) await walksThroughViews(page, size, pictures);
    else {
      await within(page, size, 'the answer', page.locator('.graphiql-response .view-line').first());
      await within(page, size, 'the panel', page.locator('.weft-summary'));
      await page.screenshot({ path: `${pictures}-${size.width}.png`, animations: 'disabled' });
    }
    for (const label of await page.locator('.weft-techniques label').all()) {
      const box = await label.boundingBox();
      assert.ok(!box || box.height < 30, `${size.width} px: ${await label.innerText()} takes more than a line`);
    }
    assert.deepEqual(complaints, [], `${size.width} px: the page complained`);
    await page.context().close();
  }
}

async function walksThroughViews(page, size, pictures) {
  const views = page.getByRole('navigation', { name: 'Views' });
  await within(page, size, 'the answer', page.locator('.graphiql-response .view-line').first());
  await page.screenshot({ path: `${pictures}-${size.width}-answer.png`, animations: 'disabled' });
  await views.getByRole('button', { name: 'Report' }).click();
  await within(page, size, 'the panel', page.locator('.weft-summary'));
  await within(page, size, 'the bar', views.getByRole('button', { name: 'Operation' }));
  await page.screenshot({ path: `${pictures}-${size.width}-report.png`, animations: 'disabled' });
  await views.getByRole('button', { name: 'Operation' }).click();
  await within(page, size, 'the run button', page.getByRole('button', { name: 'Execute query' }));
}

// within waits until a thing is seen, and no wider than the window; nor is the page. The editor may draw a line anew between two looks.
async function within(page, { width, height }, what, locator) {
  await locator.waitFor();
  const place = async () => {
    const box = await locator.boundingBox();
    const seen = box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + Math.min(box.height, 36) <= height;
    return seen ? 'inside' : box;
  };
  await expect(`${width} px: where ${what} is`, place, 'inside');
  await expect(`${width} px: the page's own width`, () => page.evaluate(() => document.documentElement.scrollWidth), width);
}
