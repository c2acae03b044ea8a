// Whatever is put into markup stays text; the browser's view of the same is in page.browser.test.ts.
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { joined, markup, named, trusted, visible } from '../../../src/report/html/escape.ts';

it('turns every sign that means something in HTML into text', () => {
  expect(markup`<p>${`</p><img onerror="x" a='y'>&amp;`}</p>`.text).toBe(
    '<p>&lt;/p&gt;&lt;img onerror=&quot;x&quot; a=&#39;y&#39;&gt;&amp;amp;</p>',
  );
});

it('gives any text back as it was when a parser reads it, in text and in attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { document } = parseHTML(
        `<!doctype html><html><body>${markup`<p title="${text}">${text}</p>`.text}</body></html>`,
      );
      const paragraph = document.querySelector('p');
      expect(document.body.querySelectorAll('*')).toHaveLength(1);
      expect(paragraph?.textContent).toBe(visible(text));
      expect(paragraph?.getAttribute('title')).toBe(visible(text));
    }),
  );
});

it('puts in as it is only what is markup already, and nothing for what is missing', () => {
  const items = [markup`<li>${'a<b'}</li>`, trusted('<li>c</li>')];
  expect(markup`<ul class="${'x'}">${items}${undefined}${false}${0}</ul>`.text).toBe(
    '<ul class="x"><li>a&lt;b</li><li>c</li>0</ul>',
  );
  expect(joined(items, ', ').text).toBe('<li>a&lt;b</li>, <li>c</li>');
});

it('shows control characters and halves of characters by a sign, and isolates names', () => {
  expect(visible('a\0b\u001b[31m\ud800c\r\nd\te😀')).toBe('a\ufffdb\ufffd[31m\ufffdc\nd\te😀');
  expect(named('\u202eabc').text).toBe('<bdi>\u202eabc</bdi>');
});
