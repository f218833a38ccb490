import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html, render } from './html.ts';

it('text can neither open a tag nor leave an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = render(html`<p title="${text}">${text}</p>`);
      expect(written.replaceAll(/&(?:amp|lt|gt|quot|#39|#96);/g, '')).toMatch(/^<p title="[^<>"'`&]*">[^<>"'`&]*<\/p>$/);
    }),
  );
});

it('nothing but its own markup passes as markup', () => {
  const forged = JSON.parse('{"markup":"<b>","0":"<b>"}') as string;
  expect(render(html`${forged}`)).not.toContain('<');
  expect(render(html`${html`<b>${'<i>'}</b>`}`)).toBe('<b>&lt;i&gt;</b>');
});

it('lists are joined; nothing writes nothing', () => {
  expect(render(html`${[1, 'a', html`<br />`]}${undefined}${false}`)).toBe('1a<br />');
});
