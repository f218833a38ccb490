import { requestBytes, talk, type Edge, type RawAnswer } from '../wire/raw.ts';

/** A form of a page: where it goes, how, and what its fields hold. */
interface Form {
  readonly action: string;
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a browser without scripts shows. */
interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly forms: readonly Form[];
  /** Set when the page sends the browser to a host that the platform does not serve: such an address is not opened. */
  readonly leavesTo?: string;
}

/** A browser that knows links, forms, redirects and cookies, and runs no script. */
export interface FormBrowser {
  readonly page: Page;
  open(url: string): Promise<Page>;
  /** Fills and sends the first form that has all the named fields. `more` are the values of buttons that are pressed. */
  submit(fields: Readonly<Record<string, string>>, more?: Readonly<Record<string, string>>): Promise<Page>;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
const unescape = (text: string): string => text.replaceAll(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

const attributes = (tag: string): Record<string, string> =>
  Object.fromEntries(
    [...tag.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name = '', double, single]) => [
      name.toLowerCase(),
      unescape(double ?? single ?? ''),
    ]),
  );

const formsOf = (html: string): Form[] =>
  [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', body = '']) => {
    const { action = '', method = 'get' } = attributes(head);
    const inputs = [...body.matchAll(/<input\b([^>]*)>/gi)].map(([, tag = '']) => attributes(tag));
    const shown = inputs.filter(({ type, name }) => name !== undefined && type !== 'submit' && type !== 'checkbox');
    return { action, method, fields: Object.fromEntries(shown.map(({ name = '', value = '' }) => [name, value])) };
  });

const served = /(^|\.)(microsoftonline\.com|windows\.net|microsoft\.com)$/;

export const createFormBrowser = (edge: Edge): FormBrowser => {
  let cookie: string | undefined;
  let page: Page = { url: 'about:blank', status: 0, html: '', forms: [] };

  const send = async (method: string, url: URL, body?: string): Promise<RawAnswer> => {
    const answer = await talk(edge, {
      serverName: url.hostname,
      send: requestBytes({
        method,
        host: url.host,
        path: url.pathname + url.search,
        headers: [
          ['Accept', 'text/html'],
          ...(cookie === undefined ? [] : [['Cookie', cookie] as const]),
          ...(body === undefined ? [] : [['Content-Type', 'application/x-www-form-urlencoded'] as const, ['Origin', url.origin] as const]),
        ],
        ...(body === undefined ? {} : { body }),
      }),
    });
    if (typeof answer === 'string') throw new Error(`${method} ${url.href}: ${answer}`);
    const set = answer.headers['set-cookie'];
    if (set !== undefined) cookie = set.split(';')[0];
    return answer;
  };

  const visit = async (method: string, url: URL, body?: string, hops = 0): Promise<Page> => {
    if (!served.test(url.hostname)) return (page = { url: page.url, status: 0, html: '', forms: [], leavesTo: url.href });
    const answer = await send(method, url, body);
    const { location } = answer.headers;
    if (location !== undefined && answer.status >= 300 && answer.status < 400 && hops < 10)
      return visit('GET', new URL(location, url), undefined, hops + 1);
    page = { url: url.href, status: answer.status, html: answer.body, forms: formsOf(answer.body) };
    return page;
  };

  return {
    get page() {
      return page;
    },
    open: (url) => visit('GET', new URL(url)),
    submit(fields, more = {}) {
      const form = page.forms.find((candidate) => Object.keys(fields).every((name) => name in candidate.fields));
      if (form === undefined) throw new Error(`no form with ${Object.keys(fields).join(', ')} on ${page.url}: ${page.html}`);
      const values = new URLSearchParams({ ...form.fields, ...fields, ...more }).toString();
      const url = new URL(form.action === '' ? page.url : form.action, page.url);
      if (form.method.toLowerCase() === 'post') return visit('POST', url, values);
      url.search = values;
      return visit('GET', url);
    },
  };
};
