import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLogLine, quote } from './klog.ts';
import { readSettings } from './settings.ts';

describe('quote', () => {
  it.each([
    [String.raw`Hello\!`, String.raw`"Hello\\!"`],
    ['say "hi"', String.raw`"say \"hi\""`],
    ['a\nb\tc\r', String.raw`"a\nb\tc\r"`],
    ['\u0000\u007f', String.raw`"\x00\x7f"`],
    ['\u00a0\u200b', String.raw`"\u00a0\u200b"`],
    ['Zürich 漢字 🙂', '"Zürich 漢字 🙂"'],
    ['', '""'],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it('keeps everything on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(quote(text)).not.toMatch(/[\n\r\u2028\u2029]/u);
      }),
    );
  });
});

describe('formatLogLine', () => {
  it('is the line of the article', () => {
    const at = new Date(2026, 10, 22, 10, 35, 9, 795);
    expect(
      formatLogLine({
        severity: 'I',
        at,
        place: 'main.go:63',
        message: 'successfully got secret',
        values: { secret: String.raw`Hello\!` },
      }),
    ).toBe(String.raw`I1122 10:35:09.795000       1 main.go:63] "successfully got secret" secret="Hello\\!"`);
  });
});

describe('readSettings', () => {
  it('names what is missing', () => {
    expect(readSettings({})).toBe('KEYVAULT_URL environment variable is not set');
    expect(readSettings({ KEYVAULT_URL: 'https://v', SECRET_NAME: '' })).toBe('SECRET_NAME environment variable is not set');
  });

  it('takes either name of the vault', () => {
    expect(readSettings({ AZURE_KEYVAULT_URL: 'https://v', SECRET_NAME: 's' })).toEqual({ vaultUrl: 'https://v', secretName: 's' });
  });
});
